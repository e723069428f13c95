import { elementCount, elementTypeBytes, shapeText } from '../../model/checkpoint/element-types.ts';
import { recogniseModel } from '../../model/checkpoint/recognise.ts';
import type { TensorInfo, TensorSource } from '../../model/checkpoint/tensors.ts';
import { textTable } from '../table.ts';
import { visible } from '../visible.ts';
import type { Inspection } from './inspection.ts';

/** Every tensor of these files, and what the files are by their names. */
export function inspectTensors(sources: readonly TensorSource[]): Inspection {
  const files = sources.map((source) => {
    const tensors = source.list().map((info) => ({ ...info, bytes: bytesOf(info) }));
    const bytes = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
    return { file: source.name, looksLike: recogniseModel(tensors.map(({ name }) => name)), bytes, tensors };
  });
  const count = files.reduce((sum, { tensors }) => sum + tensors.length, 0);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const sections = files.map(({ file, looksLike, tensors }) => {
    const rows = tensors.map(({ name, type, shape, bytes }) => [name, type, shapeText(shape), bytes]);
    return `${visible(file)} (${looksLike})\n${textTable([['tensor', 'type', 'shape', 'bytes'], ...rows])}`;
  });
  const summary = textTable([
    ['files', files.length],
    ['tensors', count],
    ['bytes', total],
  ]);
  return { text: [...sections, summary].join('\n\n'), json: { files, tensors: count, bytes: total } };
}

function bytesOf({ type, shape }: TensorInfo): number {
  return (elementCount(shape) ?? 0) * elementTypeBytes[type];
}
