/** What is said on stderr beside progress and failures. */
import type { Recipe } from '../../model/recipe/recipe.ts';
import { isFrom } from '../../session/bundle-identity.ts';
import { enTerminal } from '../../words/en/terminal.ts';
import { zhTerminal } from '../../words/zh/terminal.ts';
import type { Opened } from '../../workers/protocol.ts';
import { inLanguage } from '../say.ts';
import { visible } from '../visible.ts';
import { type AskedDevice, threadsOf } from './device.ts';

export function say(choose: (words: typeof enTerminal) => string): void {
  process.stderr.write(`${visible(choose(inLanguage(enTerminal, zhTerminal)))}\n`);
}

/** Why a recipe may not give its picture again here, to the last bit or at all. */
export function warnOfDifferences(recipe: Recipe, asked: AskedDevice, { bundle, device }: Opened): void {
  if (!isFrom(bundle, recipe.bundle.sha256)) say((words) => words.otherModel(recipe.bundle.id, bundle.id));
  const threads = threadsOf(recipe);
  const chosen = asked.kind === 'webgpu' || asked.threads !== null;
  if (chosen || threads === null || threads === device.threads) return;
  say((words) => words.otherThreads(threads, device.threads));
}
