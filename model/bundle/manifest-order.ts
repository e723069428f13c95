/** One order of what a bundle lists, so that its description is the same however many times something was added to it. */
import type { Manifest } from './manifest.ts';
import { rankOfPart } from './parts.ts';

type Listed = Pick<Manifest, 'shards' | 'graphs' | 'files'>;

/** Parts in the order of the model's pieces; files as the tokenizer, shards and graphs name them. */
export function inBundleOrder({ shards, graphs, files }: Listed, tokenizer: readonly string[]): Listed {
  const byPart = <Entry extends { readonly part: string | null }>(entries: readonly Entry[]) =>
    [...entries].sort((left, right) => rankOfPart(left.part) - rankOfPart(right.part));
  const ordered = { graphs: byPart(graphs), shards: byPart(shards) };
  const named = [...tokenizer, ...[...ordered.shards, ...ordered.graphs].map(({ file }) => file)];
  const places = new Map([...new Set(named)].map((path, at) => [path, at]));
  const placeOf = ({ path }: { readonly path: string }) => places.get(path) ?? places.size;
  return { ...ordered, files: [...files].sort((left, right) => placeOf(left) - placeOf(right)) };
}
