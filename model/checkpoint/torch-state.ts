import { type FailureData, fail } from '../failure.ts';
import { type CheckpointElementType, elementCount, elementTypeBytes, shapeText } from './element-types.ts';
import { isNode, type PickleNode, type PickleValue, readPickle } from './pickle.ts';
import type { StridedLayout } from './strided.ts';

/** A tensor as torch pickles it: a view of a storage that lies outside the pickle. */
export interface TorchTensor extends StridedLayout {
  readonly name: string;
  readonly type: CheckpointElementType;
  readonly count: number;
  /** Name of the storage's record below `data/`. */
  readonly storage: string;
  /** Elements of the whole storage. */
  readonly storageCount: number;
}

const storageTypes: ReadonlyMap<string, CheckpointElementType> = new Map([
  ['torch DoubleStorage', 'float64'],
  ['torch FloatStorage', 'float32'],
  ['torch HalfStorage', 'float16'],
  ['torch BFloat16Storage', 'bfloat16'],
  ['torch ComplexFloatStorage', 'complex64'],
  ['torch ComplexDoubleStorage', 'complex128'],
  ['torch LongStorage', 'int64'],
  ['torch IntStorage', 'int32'],
  ['torch ShortStorage', 'int16'],
  ['torch CharStorage', 'int8'],
  ['torch ByteStorage', 'uint8'],
  ['torch BoolStorage', 'bool'],
]);
/** Types that torch keeps in storages without a type. */
const untypedTypes: ReadonlyMap<string, CheckpointElementType> = new Map([
  ['torch float8_e4m3fn', 'float8_e4m3'],
  ['torch float8_e5m2', 'float8_e5m2'],
  ['torch float8_e4m3fnuz', 'float8_e4m3fnuz'],
  ['torch float8_e5m2fnuz', 'float8_e5m2fnuz'],
  ['torch float8_e8m0fnu', 'float8_e8m0'],
  ['torch float4_e2m1fn_x2', 'float4_e2m1_x2'],
  ['torch uint16', 'uint16'],
  ['torch uint32', 'uint32'],
  ['torch uint64', 'uint64'],
]);
const untypedStorage = 'torch.storage UntypedStorage';
const orderedDictionary = 'collections OrderedDict';
const rebuildTensor = 'torch._utils _rebuild_tensor_v2';
/** As v2, with the element type as its seventh argument. */
const rebuildUntyped = 'torch._utils _rebuild_tensor_v3';
const rebuildParameter = 'torch._utils _rebuild_parameter';
const allowedNames = new Set([
  ...[orderedDictionary, rebuildTensor, rebuildUntyped, rebuildParameter, untypedStorage],
  ...[...storageTypes.keys(), ...untypedTypes.keys()],
]);

type CorruptProblem = FailureData['PICKLE_CORRUPT']['problem'];

/**
 * The tensors of a pickled state dict (what `torch.save(model.state_dict())` writes), in its order.
 *
 * @throws PICKLE_REFUSED, PICKLE_CORRUPT, PICKLE_NESTED, TENSOR_SHAPE, TENSOR_BOUNDS
 */
export function readTorchState(file: string, pickle: Uint8Array): readonly TorchTensor[] {
  const corrupt = (problem: CorruptProblem, at: string) => fail('PICKLE_CORRUPT', { file, problem, at });
  const root = readPickle(file, pickle, allowedNames);
  if (!isDictionary(root)) return corrupt('not-a-dictionary', '');
  if (root.kind === 'call' && root.arguments.length > 0) return corrupt('rebuild', orderedDictionary);
  const nested = [...root.entries].find(([, value]) => isDictionary(value));
  if (nested !== undefined) fail('PICKLE_NESTED', { file, at: String(nested[0]) });
  return [...root.entries].map(([name, value]) =>
    typeof name === 'string' ? readTensor(file, name, value) : corrupt('key', String(name)),
  );
}

function isDictionary(value: PickleValue): value is PickleNode & { kind: 'dictionary' | 'call' } {
  return isNode(value) && (value.kind === 'dictionary' || (value.kind === 'call' && value.name === orderedDictionary));
}

function readTensor(file: string, name: string, value: PickleValue): TorchTensor {
  if (!isNode(value) || value.kind !== 'call')
    return fail('PICKLE_CORRUPT', { file, problem: 'not-a-tensor', at: name });
  const invalid = () => fail('PICKLE_CORRUPT', { file, problem: 'rebuild', at: name });
  if (value.name === rebuildParameter) {
    const [data] = value.arguments;
    const parameterOfParameter = isNode(data) && data.kind === 'call' && data.name === rebuildParameter;
    return value.arguments.length !== 3 || data === undefined || parameterOfParameter
      ? invalid()
      : readTensor(file, name, data);
  }
  if (value.name !== rebuildTensor && value.name !== rebuildUntyped)
    return fail('PICKLE_CORRUPT', { file, problem: 'not-a-tensor', at: name });
  const [storage, offset, size, stride, , , type] = value.arguments;
  const dataType = value.name === rebuildUntyped ? (untypedTypes.get(globalName(type)) ?? invalid()) : null;
  const shape = numbers(size);
  const strides = numbers(stride);
  if (typeof offset !== 'number' || shape === undefined || strides === undefined) return invalid();
  if (strides.length !== shape.length) return invalid();
  const count = elementCount(shape) ?? fail('TENSOR_SHAPE', { file, tensor: name, shape: shapeText(shape) });
  const wholeNumbers = [offset, ...strides].every((number) => Number.isSafeInteger(number) && number >= 0);
  if (!wholeNumbers) return fail('TENSOR_BOUNDS', { file, tensor: name });
  return { name, shape, strides, offset, count, ...readStorage(file, name, storage, dataType) };
}

function readStorage(
  file: string,
  tensor: string,
  value: PickleValue | undefined,
  /** Given where the storage itself has no type: then it counts bytes. */
  dataType: CheckpointElementType | null,
): Pick<TorchTensor, 'type' | 'storage' | 'storageCount'> {
  const invalid = () => fail('PICKLE_CORRUPT', { file, problem: 'persistent-id', at: tensor });
  if (!isNode(value) || value.kind !== 'persistent') return invalid();
  const [tag, typeNode, key, , storageCount] = value.id;
  if (tag !== 'storage' || typeof key !== 'string' || typeof storageCount !== 'number') return invalid();
  const storageName = globalName(typeNode);
  const type = dataType === null ? storageTypes.get(storageName) : dataType;
  if (type === undefined || (storageName === untypedStorage) !== (dataType !== null)) return invalid();
  const count = dataType === null ? storageCount : storageCount / elementTypeBytes[dataType];
  if (!Number.isSafeInteger(count) || count < 0) return invalid();
  return { type, storage: key, storageCount: count };
}

function globalName(value: PickleValue | undefined): string {
  return isNode(value) && value.kind === 'global' ? value.name : '';
}

function numbers(value: PickleValue | undefined): number[] | undefined {
  if (!isNode(value) || !isTuple(value)) return undefined;
  const items: number[] = [];
  for (const item of value.items) {
    if (typeof item !== 'number') return undefined;
    items.push(item);
  }
  return items;
}

function isTuple(node: PickleNode): node is PickleNode & { kind: 'tuple' | 'list' } {
  return node.kind === 'tuple';
}
