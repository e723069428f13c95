/** What a person can do with a bundle, and which files of a checkpoint each ability needs. */
import type { Manifest } from './manifest.ts';
import { constantsPart, fluxParts, pieceOf, piecesOf, type WeightFile } from './parts.ts';

export const abilities = ['chat', 'draw', 'edit'] as const;
export type Ability = (typeof abilities)[number];

const needed: Readonly<Record<Ability, readonly WeightFile[]>> = {
  chat: ['language'],
  draw: ['language', 'generation', 'autoencoder'],
  edit: ['language', 'editing', 'autoencoder'],
};

export function filesFor(wanted: readonly Ability[]): ReadonlySet<WeightFile> {
  return new Set(wanted.flatMap((ability) => needed[ability]));
}

const weightFiles = [...new Set(abilities.flatMap((ability) => needed[ability]))];

/** The files whose every piece a bundle has. */
export function installedFiles({ shards }: Pick<Manifest, 'shards'>): ReadonlySet<WeightFile> {
  const pieces = new Set(shards.map(({ part }) => pieceOf(part)));
  return new Set(weightFiles.filter((file) => withFlux(file).every((piece) => pieces.has(piece))));
}

function withFlux(file: WeightFile): readonly string[] {
  return file === 'generation' || file === 'editing' ? [...piecesOf(file), fluxParts[file]] : piecesOf(file);
}

/**
 * The first of these abilities that a part serves; parts of several are not counted twice so. A graph without a part is
 * FLUX's, which drawing and editing share.
 */
export function firstAbilityOf(part: string | null, among: readonly Ability[] = abilities): Ability {
  const found = among.find((ability) =>
    part === null || part === constantsPart
      ? ability !== 'chat'
      : needed[ability].some((file) => withFlux(file).includes(pieceOf(part))),
  );
  return found ?? 'chat';
}
