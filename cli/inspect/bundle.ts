import { heldNegatives } from '../../model/bundle/negative-text.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { textTable } from '../table.ts';
import type { Inspection } from './inspection.ts';

/** A bundle's own words about itself, its parts with their shards, and its graphs. Contents are not read. */
export async function inspectBundle(folder: SourceFolder): Promise<Inspection> {
  const { manifest } = await Bundle.open(folder);
  const { graphs, shards, files, config: _, ...about } = manifest;
  const parts = new Map<string, { part: string; shards: number; tensors: number; bytes: number }>();
  for (const { part, bytes, tensors } of shards) {
    const known = parts.get(part) ?? { part, shards: 0, tensors: 0, bytes: 0 };
    parts.set(part, {
      part,
      shards: known.shards + 1,
      tensors: known.tensors + tensors.length,
      bytes: known.bytes + bytes,
    });
  }
  const rows = [...parts.values()];
  const sizes = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const graphRows = graphs.map((graph) => ({ ...graph, bytes: sizes.get(graph.file) ?? 0 }));
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const header = [
    ['bundle', `${about.name} (${about.id})`],
    ['precision', about.precision],
    ['forms, context', `${about.forms}, ${about.context}`],
    ['negative prompts', heldNegatives(manifest).map(negativeText).join(', ') || 'none'],
    ['tokenizer', about.tokenizer?.files.join(', ') ?? 'none'],
    ['files', files.length],
    ['bytes', total],
  ];
  const text = [
    textTable(header),
    textTable([
      ['part', 'shards', 'tensors', 'bytes'],
      ...rows.map(({ part, shards: count, tensors, bytes }) => [part, count, tensors, bytes]),
    ]),
    textTable([
      ['graph', 'activations', 'file', 'bytes'],
      ...graphRows.map(({ name, activations, file, bytes }) => [name, activations, file, bytes]),
    ]),
  ];
  const json = { ...about, parts: rows, graphs: graphRows, files, bytes: total };
  return { text: text.join('\n\n'), json, found: true };
}

function negativeText(text: string): string {
  return text === '' ? 'the empty one' : `"${text}"`;
}
