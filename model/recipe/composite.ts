/** Apart from the schemas, which the page does not make before it needs them. */
import type { Composite, Recipe } from './recipe.ts';

/** How the rest of an edit was kept; null where it was painted alone. */
export function compositeOf({ composite }: Recipe): Composite | null {
  return typeof composite === 'object' ? composite : null;
}
