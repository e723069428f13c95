/** Who may write a model's files, and who has them open, in all tabs of this browser. It gives a lock back when its tab ends. */
import { fail } from '../../model/failure.ts';

export type ModelLocks = Pick<LockManager, 'request'>;

const writerLock = (folder: string) => `nexus-gen library ${folder}`;
const readerLock = (folder: string) => `nexus-gen model ${folder}`;

/**
 * As the only one that writes this model.
 *
 * @param name of the model, for the failure
 * @throws MODEL_BUSY
 */
export function asWriter<Result>(
  locks: ModelLocks,
  folder: string,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return locks.request(writerLock(folder), { ifAvailable: true }, (lock) =>
    lock === null ? fail('MODEL_BUSY', { name }) : work(),
  );
}

/**
 * While nobody has this model open.
 *
 * @throws MODEL_IN_USE
 */
export function whileUnused<Result>(
  locks: ModelLocks,
  folder: string,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return locks.request(readerLock(folder), { ifAvailable: true }, (lock) =>
    lock === null ? fail('MODEL_IN_USE', { name }) : work(),
  );
}

/**
 * Has a model open until the answer is called. Several workers may.
 *
 * @param nameOf looks up the model's name, for the failure
 * @throws MODEL_BUSY where its files are being changed
 */
export function holdAsReader(locks: ModelLocks, folder: string, nameOf: () => Promise<string>): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const hold = async (lock: Lock | null): Promise<void> => {
      if (lock === null) return fail('MODEL_BUSY', { name: await nameOf() });
      return new Promise((release) => resolve(release));
    };
    locks.request(readerLock(folder), { ifAvailable: true, mode: 'shared' }, hold).catch(reject);
  });
}
