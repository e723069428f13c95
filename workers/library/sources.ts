/** What lies where a person says: a bundle that is ready to run, or a checkpoint that is converted. */
import { manifestFile } from '../../model/bundle/manifest.ts';
import { FailureError, failure, failureOf } from '../../model/failure.ts';
import type { BundleFiles } from './bundle-files.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { LibraryGround } from './ground.ts';
import type { InstallSource } from './protocol.ts';

export type Found =
  | { readonly kind: 'bundle'; readonly files: BundleFiles; readonly bytes: Uint8Array }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint };

export class Sources {
  readonly #ground: Pick<LibraryGround, 'filesOf' | 'checkpointOf'>;
  /** Of other hosts, by what was asked for: what was read of them to know what they hold is not asked for again. */
  readonly #checkpoints = new Map<string, Checkpoint>();

  constructor(ground: Pick<LibraryGround, 'filesOf' | 'checkpointOf'>) {
    this.#ground = ground;
  }

  /** A bundle where there is one; else the checkpoint there, which is not looked for again as long as the page is open. */
  async find(source: InstallSource): Promise<Found> {
    const { filesOf, checkpointOf } = this.#ground;
    const name = JSON.stringify(source);
    const known = this.#checkpoints.get(name);
    if (known !== undefined) return { kind: 'checkpoint', checkpoint: known };
    const files = filesOf(source);
    let absent: unknown = new FailureError(failure('SOURCE_MISSING', { files: [manifestFile] }));
    if (files !== null) {
      try {
        return { kind: 'bundle', files, bytes: await files.manifest() };
      } catch (error) {
        if (!isAbsent(error)) throw error;
        absent = error;
      }
    }
    const checkpoint = await checkpointOf(source);
    if (checkpoint === null) throw absent;
    if (source.kind === 'address' || source.kind === 'official') this.#checkpoints.set(name, checkpoint);
    return { kind: 'checkpoint', checkpoint };
  }
}

function isAbsent(error: unknown): boolean {
  const { code, data } = failureOf(error);
  const problem = code === 'BUNDLE_FILE' || code === 'FILE_UNREADABLE' ? data.problem : null;
  return problem === 'missing' || problem === 'no-file';
}
