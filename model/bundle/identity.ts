/**
 * What a picture depends on in a bundle. A recipe names this instead of the whole bundle, so that a model to which another
 * decoder was added is still the one that drew a picture before.
 */
import type { Manifest, ManifestFile } from './manifest.ts';
import { constantsPart, type DecoderName, decoderParts, pieceOf, piecesOf } from './parts.ts';

/** What words alone depend on, or a picture that a decoder drew. */
export type Dependent = 'language' | DecoderName;

/**
 * The text whose SHA-256 identifies what `dependent` runs on: a line "hash  path" for each of its files, by path. That are
 * the tokenizer's, the graphs and shards of the language side and, for a picture, of its decoder: adapter or merger, FLUX, its
 * modulation tables, the autoencoder and the constants. The tables stand for the layers that they were made of, which may be
 * added later.
 */
export function identityText(manifest: Manifest, dependent: Dependent): string {
  const used = filesOf(manifest, dependent);
  const files = manifest.files.filter(({ path }) => used.has(path));
  return [...files]
    .sort(byPath)
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
    .join('');
}

function filesOf({ tokenizer, graphs, shards }: Manifest, dependent: Dependent): ReadonlySet<string> {
  const pieces = new Set<string | null>(piecesOf('language'));
  if (dependent !== 'language') {
    const { flux, tables } = decoderParts[dependent];
    const own = [...piecesOf(dependent), flux, tables, ...piecesOf('autoencoder'), constantsPart];
    // The graphs of FLUX belong to no part: both decoders share them.
    for (const part of [...own, null]) pieces.add(part);
  }
  return new Set([
    ...(tokenizer?.files ?? []),
    ...[...graphs, ...shards].filter(({ part }) => pieces.has(part && pieceOf(part))).map(({ file }) => file),
  ]);
}

function byPath(left: ManifestFile, right: ManifestFile): number {
  return left.path < right.path ? -1 : 1;
}
