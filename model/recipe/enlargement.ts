import type { Enlargement, Recipe } from './recipe.ts';

/** How the painted picture is enlarged; null where it is not, or where an older recipe says only that it was. */
export function enlargementOf({ enlarge }: Pick<Recipe, 'enlarge'>): Enlargement | null {
  return enlarge !== undefined && 'factor' in enlarge ? enlarge : null;
}
