import type { RecipeChoice } from '../../session/recipe-choice.ts';

/** In the order in which they are offered. */
export const recipeChoices: readonly RecipeChoice[] = ['picture', 'conversation', 'none'];
