/** Pickles of state dicts, as `torch.save` writes them in protocol 2 (without its memo, which nothing needs). */
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';

/** Opcodes of a pickle of protocol 2, as Python names them. */
export const pickle = {
  protocol: () => Uint8Array.of(0x80, 2),
  mark: () => Uint8Array.of(0x28),
  dictionary: () => Uint8Array.of(0x7d),
  setItems: () => Uint8Array.of(0x75),
  tuple: () => Uint8Array.of(0x74),
  reduce: () => Uint8Array.of(0x52),
  persistent: () => Uint8Array.of(0x51),
  stop: () => Uint8Array.of(0x2e),
  no: () => Uint8Array.of(0x89),
  global: (module: string, name: string) => encodeUtf8(`c${module}\n${name}\n`),
  text(value: string): Uint8Array {
    const bytes = encodeUtf8(value);
    const header = new DataView(new ArrayBuffer(5));
    header.setUint8(0, 0x58);
    header.setUint32(1, bytes.length, true);
    return pickle.join([new Uint8Array(header.buffer), bytes]);
  },
  integer(value: number): Uint8Array {
    const bytes = new DataView(new ArrayBuffer(5));
    bytes.setUint8(0, 0x4a);
    bytes.setInt32(1, value, true);
    return new Uint8Array(bytes.buffer);
  },
  numbers: (values: readonly number[]): Uint8Array =>
    pickle.join([pickle.mark(), ...values.map((value) => pickle.integer(value)), pickle.tuple()]),
  join: (pieces: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(pieces)),
};

/** A tensor as a view of a storage; counts, offsets and strides are in elements. */
export interface View {
  readonly storage: string;
  readonly storageType: string;
  readonly storageCount: number;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Strides of a tensor whose values lie in order. */
export function contiguousStrides(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

/** The pickle of a state dict whose tensors are these views. */
export function statePickle(views: ReadonlyMap<string, View>): Uint8Array {
  const tensors = [...views].map(([name, view]) =>
    pickle.join([
      pickle.text(name),
      pickle.global('torch._utils', '_rebuild_tensor_v2'),
      pickle.mark(),
      pickle.mark(),
      pickle.text('storage'),
      pickle.global('torch', view.storageType),
      pickle.text(view.storage),
      pickle.text('cpu'),
      pickle.integer(view.storageCount),
      pickle.tuple(),
      pickle.persistent(),
      pickle.integer(view.offset),
      pickle.numbers(view.shape),
      pickle.numbers(view.strides),
      pickle.no(),
      pickle.global('collections', 'OrderedDict'),
      pickle.mark(),
      pickle.tuple(),
      pickle.reduce(),
      pickle.tuple(),
      pickle.reduce(),
    ]),
  );
  return pickle.join([
    pickle.protocol(),
    pickle.dictionary(),
    pickle.mark(),
    ...tensors,
    pickle.setItems(),
    pickle.stop(),
  ]);
}
