import { elementCount, elementTypeBytes, shapeText } from '../../model/checkpoint/element-types.ts';
import { recogniseModel } from '../../model/checkpoint/recognise.ts';
import type { TensorInfo, TensorSource } from '../../model/checkpoint/tensors.ts';
import type { Failure } from '../../model/failure.ts';
import { sentenceLine } from '../say.ts';
import { textTable } from '../table.ts';
import { visible } from '../visible.ts';
import type { Inspection } from './inspection.ts';

/** A file, and its tensors or why it has none to show. */
export interface OpenedFile {
  readonly file: string;
  readonly tensors: TensorSource | Failure;
}

/** Every tensor of these files and what the files are by their names; of a file that cannot be read, the reason. */
export function inspectTensors(opened: readonly OpenedFile[]): Inspection {
  const files = opened.map(describe);
  const count = files.reduce((sum, { tensors }) => sum + tensors.length, 0);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const unreadable = files.filter(({ failure }) => failure !== null).length;
  const sections = files.map(({ file, looksLike, tensors, failure }) => {
    if (failure !== null) return `${visible(file)}: ${sentenceLine(failure)}`;
    const rows = tensors.map(({ name, type, shape, bytes }) => [name, type, shapeText(shape), bytes]);
    return `${visible(file)} (${looksLike})\n${textTable([['tensor', 'type', 'shape', 'bytes'], ...rows])}`;
  });
  const summary = textTable([
    ['files', files.length],
    ...(unreadable > 0 ? [['of them unreadable', unreadable]] : []),
    ['tensors', count],
    ['bytes', total],
  ]);
  return {
    text: [...sections, summary].join('\n\n'),
    json: { files, tensors: count, bytes: total },
    found: unreadable < files.length,
  };
}

function describe({ file, tensors: source }: OpenedFile) {
  if ('code' in source) return { file, looksLike: null, bytes: 0, tensors: [], failure: source };
  const tensors = source.list().map((info) => ({ ...info, bytes: bytesOf(info) }));
  const bytes = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
  return { file, looksLike: recogniseModel(tensors.map(({ name }) => name)), bytes, tensors, failure: null };
}

function bytesOf({ type, shape }: TensorInfo): number {
  return (elementCount(shape) ?? 0) * elementTypeBytes[type];
}
