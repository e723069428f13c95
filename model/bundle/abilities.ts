/** What a person can do with a bundle, and which files of a checkpoint each ability needs. */
import { type Ability, abilities, type Extra, type Installable } from './installables.ts';
import type { Manifest } from './manifest.ts';
import {
  constantsPart,
  type DecoderName,
  decoderNames,
  decoderParts,
  isNegativePart,
  pieceOf,
  piecesOf,
  type WeightFile,
} from './parts.ts';

const needed: Readonly<Record<Ability, readonly WeightFile[]>> = {
  chat: ['language'],
  draw: ['language', 'generation', 'autoencoder'],
  edit: ['language', 'editing', 'autoencoder'],
};

/** The files whose every piece these need; an extra needs none of its own. */
export function filesFor(wanted: readonly Installable[]): ReadonlySet<WeightFile> {
  return new Set(abilities.filter((ability) => wanted.includes(ability)).flatMap((ability) => needed[ability]));
}

const weightFiles = [...new Set(abilities.flatMap((ability) => needed[ability]))];

/** The files whose every piece a bundle has. */
export function installedFiles({ shards }: Pick<Manifest, 'shards'>): ReadonlySet<WeightFile> {
  const pieces = new Set(shards.map(({ part }) => pieceOf(part)));
  return new Set(weightFiles.filter((file) => withFlux(file).every((piece) => pieces.has(piece))));
}

function withFlux(file: WeightFile): readonly string[] {
  return isDecoder(file) ? [...piecesOf(file), decoderParts[file].flux] : piecesOf(file);
}

function isDecoder(file: WeightFile): file is DecoderName {
  return file === 'generation' || file === 'editing';
}

/** All parts that are made of a file, those that may be absent too. */
export function partsOf(file: WeightFile): readonly string[] {
  return isDecoder(file) ? [...piecesOf(file), ...Object.values(decoderParts[file])] : piecesOf(file);
}

/** The extra that a part is, if it is one. */
export function extraOf(part: string | null): Extra | null {
  if (isNegativePart(part)) return 'negative';
  return decoderNames.some((decoder) => part === decoderParts[decoder].layers) ? 'other-schedules' : null;
}

/**
 * The first of these abilities that a part serves; parts of several are not counted twice so. A graph without a part is
 * FLUX's, which drawing and editing share.
 */
export function firstAbilityOf(part: string | null, among: readonly Ability[] = abilities): Ability {
  return among.find((ability) => isUsedBy(ability, part)) ?? 'chat';
}

function isUsedBy(ability: Ability, part: string | null): boolean {
  if (part === null || part === constantsPart || isNegativePart(part)) return ability !== 'chat';
  return needed[ability].some((file) => partsOf(file).includes(pieceOf(part)));
}

/** What a bundle can do. */
export function abilitiesOf(manifest: Pick<Manifest, 'shards'>): readonly Ability[] {
  const there = installedFiles(manifest);
  return abilities.filter((ability) => [...filesFor([ability])].every((file) => there.has(file)));
}

/** What a bundle would list that can do these alone. Its files are those of the whole one. */
export function bundleFor(whole: Manifest, wanted: readonly Ability[]): Manifest {
  const isWanted = ({ part }: { readonly part: string | null }) => wanted.some((ability) => isUsedBy(ability, part));
  const [shards, graphs] = [whole.shards.filter(isWanted), whole.graphs.filter(isWanted)];
  const left = new Set([...whole.shards, ...whole.graphs].map(({ file }) => file));
  for (const { file } of [...shards, ...graphs]) left.delete(file);
  const hasTables = shards.some(({ part }) => decoderNames.some((decoder) => decoderParts[decoder].tables === part));
  const hasNegatives = shards.some(({ part }) => isNegativePart(part));
  const { schedules, negative_texts: negatives, ...rest } = whole;
  const files = whole.files.filter(({ path }) => !left.has(path));
  return {
    ...rest,
    shards,
    graphs,
    files,
    ...(negatives && hasNegatives && { negative_texts: negatives }),
    ...(schedules && hasTables && { schedules }),
  };
}
