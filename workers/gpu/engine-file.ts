/** onnxruntime's wasm file, fetched here: onnxruntime would wait for it without end, and could not say that it arrives. */
import { fail } from '../../model/failure.ts';
import { type FetchProgress, fetchUpTo } from '../download.ts';

/** More than any build of onnxruntime has. */
const engineLimit = 256 * 2 ** 20;

/** @throws ENGINE_LOAD where it is missing or does not arrive */
export async function fetchEngine(address: string, progress: FetchProgress): Promise<Uint8Array> {
  return fetchUpTo(engineLimit, address, '', progress).catch((error: unknown) =>
    fail('ENGINE_LOAD', { reason: String(error) }),
  );
}
