/** One job of draw, edit, ask or polish: from the command line, or from a line of a batch. */

import { compositeOf } from '../../model/recipe/composite.ts';
import { readEmbeddings } from '../../model/recipe/embedding-values.ts';
import { enlargementOf } from '../../model/recipe/enlargement.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { missing, turnsOfRecipe } from '../../session/repetition.ts';
import { areaOf } from '../../session/variation.ts';
import type { ImageId, Seed } from '../../workers/protocol.ts';
import { UsageError } from '../command.ts';
import { type Existing, requireWritable } from '../whole-file.ts';
import { Album } from './album.ts';
import type { Question } from './answer.ts';
import { type Given, largestSeed, readSettings, type Settings } from './options.ts';
import { fileNames, patternedNames } from './output.ts';
import { readPicture } from './pictures.ts';
import { picturesBeside, readRecipeFile, requireNamed, settingsOfRecipe, wordsOfRecipe } from './repeat.ts';
import { taskAndForm } from './request.ts';

export const jobCommands = ['draw', 'edit', 'ask', 'polish'] as const;
export type JobCommand = (typeof jobCommands)[number];

export interface Job {
  readonly command: JobCommand;
  /** Null where a recipe has them. */
  readonly words: string | null;
  /** Paths; beside a recipe its words may stand among them. */
  readonly pictures: readonly string[];
  /** Where the picture goes; null for the usual name. */
  readonly out: string | null;
  readonly given: Given;
}

/** A job with everything read that it needs, before the model is open. */
export interface PreparedJob {
  readonly question: Question;
  readonly album: Album;
  readonly recipe: Recipe | null;
  readonly seeds: readonly bigint[];
  readonly seedFrom: 'person' | 'chance';
  /** The file of each seed; none where nothing is painted. */
  readonly files: readonly string[];
}

export function draws(command: JobCommand): boolean {
  return command === 'draw' || command === 'edit';
}

/**
 * @param modelName asked for where a file's name has it
 * @throws UsageError, and the failures of pictures, recipes and files
 */
export async function prepare(job: Job, existing: Existing, modelName: () => Promise<string>): Promise<PreparedJob> {
  const { recipe, settings } = await askedSettings(job);
  const album = new Album();
  const images = await readPictures(job, recipe, album);
  const seeds = seedsOf(settings);
  const files = draws(job.command) ? await filesOf(job, recipe, settings, seeds, modelName) : [];
  await requireWritable(files, existing);
  return {
    question: {
      ...asked(job, recipe, images, settings),
      settings,
      start: await startOf(settings, recipe, album),
      composite: keptOf(recipe, album),
      enlargement: recipe && enlargementOf(recipe),
      area: areaIn(recipe, album),
      wanted: draws(job.command) ? 'pictures' : 'words',
    },
    album,
    recipe,
    seeds,
    seedFrom: settings.seed === null ? 'chance' : 'person',
    files,
  };
}

interface AskedSettings {
  readonly settings: Settings;
  readonly recipe: Recipe | null;
}

/**
 * What is asked for, by the options and by the recipe that they name.
 *
 * @throws UsageError, and the failures of recipes
 */
export async function askedSettings(job: Pick<Job, 'command' | 'words' | 'given'>): Promise<AskedSettings> {
  const settings = readSettings(job.given);
  if (settings.recipe === null) return { settings, recipe: null };
  const recipe = await recipeFor(job, settings.recipe);
  return { settings: readSettings(job.given, settingsOfRecipe(recipe, settings.recipe)), recipe };
}

/** The file of each seed: as the person named it, else by the pattern. */
async function filesOf(
  { out, words }: Job,
  recipe: Recipe | null,
  { names }: Settings,
  seeds: readonly bigint[],
  modelName: () => Promise<string>,
): Promise<readonly string[]> {
  if (out !== null) return fileNames(out, seeds);
  const model = names.includes('{model}') ? await modelName() : '';
  const prompt = recipe === null ? (words ?? '') : wordsOfRecipe(recipe);
  return patternedNames(names, seeds, { prompt, model, made: Date.now() });
}

async function recipeFor({ command, words }: Pick<Job, 'command' | 'words'>, path: string): Promise<Recipe> {
  if (!draws(command)) throw new UsageError(`--recipe repeats a picture, which ${command} does not draw`);
  const recipe = await readRecipeFile(path);
  if (words !== null && words !== wordsOfRecipe(recipe)) {
    throw new UsageError(`--recipe repeats its own words, "${wordsOfRecipe(recipe)}": leave others out`);
  }
  return recipe;
}

async function readPictures({ pictures }: Job, recipe: Recipe | null, album: Album): Promise<readonly ImageId[]> {
  const paths = recipe === null ? pictures : picturesBeside(recipe, pictures);
  const ids: ImageId[] = [];
  for (const path of paths) {
    const picture = await readPicture(path);
    if (recipe !== null) requireNamed(recipe, picture);
    album.add(picture);
    ids.push(picture.id);
  }
  return ids;
}

function asked(
  { command, words }: Job,
  recipe: Recipe | null,
  images: readonly ImageId[],
  { form }: Settings,
): Pick<Question, 'turns' | 'task' | 'form' | 'reference' | 'imagined' | 'wordsSeed'> {
  if (recipe === null) {
    return {
      turns: [{ from: 'person', text: words ?? '', images }],
      ...taskAndForm(command, form),
      reference: null,
      imagined: null,
      wordsSeed: null,
    };
  }
  const put = form === null ? { task: recipe.task, form: recipe.form } : taskAndForm(command, form);
  return {
    turns: turnsOfRecipe(recipe),
    ...put,
    reference: recipe.reference as ImageId | null,
    imagined: readEmbeddings(recipe),
    wordsSeed: (recipe.sampling.seed ?? null) as Seed | null,
  };
}

async function startOf({ start, strength }: Settings, recipe: Recipe | null, album: Album): Promise<Question['start']> {
  if (start !== null) {
    const picture = await readPicture(start);
    album.add(picture);
    return picture.id;
  }
  const image = (recipe?.start ?? null) as ImageId | null;
  if (image !== null && recipe !== null) return album.find(image)?.id ?? missing(recipe, image);
  if (strength !== null) throw new UsageError('--strength needs a picture to start from (--start)');
  return null;
}

/** @throws RECIPE_PICTURE_MISSING */
function keptOf(recipe: Recipe | null, album: Album): Question['composite'] {
  const composite = recipe === null ? null : compositeOf(recipe);
  if (recipe === null || composite === null) return null;
  const picture = composite.picture as ImageId;
  return album.find(picture) === undefined ? missing(recipe, picture) : composite;
}

/** @throws RECIPE_PICTURE_MISSING */
function areaIn(recipe: Recipe | null, album: Album): Question['area'] {
  const area = recipe === null ? null : areaOf(recipe);
  if (recipe === null || area === null) return null;
  const absent = [area.of, area.mask].find((picture) => album.find(picture) === undefined);
  return absent === undefined ? area : missing(recipe, absent);
}

function seedsOf({ seed, count }: Settings): readonly bigint[] {
  const first = seed ?? randomSeed(count);
  return Array.from({ length: count }, (_, index) => first + BigInt(index));
}

/** A seed of 64 random bits that leaves room for the seeds behind it. */
export function randomSeed(count = 1): bigint {
  const [bits = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  const last = largestSeed - BigInt(count) + 1n;
  return bits > last ? last : bits;
}
