/** Why a look at another host found no model: told of the host, for the file that was asked for first says nothing to a person. */
import { manifestFile } from '../../model/bundle/manifest.ts';
import { type FailureData, FailureError, failure, failureOf } from '../../model/failure.ts';
import { officialLayouts } from './official-layouts.ts';
import type { InstallSource } from './protocol.ts';

/** @param error of looking at the source; what is not the host's doing comes back as it is */
export function lookFailure(source: InstallSource, error: unknown): unknown {
  if (source.kind !== 'address' && source.kind !== 'official') return error;
  const isFolder = source.kind === 'address';
  const address = isFolder ? source.address : (source.mirror ?? officialLayouts[source.layout].base);
  const looked = () => ({ host: new URL(address).host, wanted: isFolder ? 'folder' : 'official files' }) as const;
  const told = (data: FailureData['LOOK_FAILED']) => new FailureError(failure('LOOK_FAILED', data));
  const { code, data } = failureOf(error);
  if (code === 'MODEL_FETCH') {
    if (data.problem === 'no ranges') return error;
    const { problem } = data;
    return told(problem === 'refused' ? { ...looked(), problem, status: data.status } : { ...looked(), problem });
  }
  // Of a checkpoint's own files it is worth knowing which one is wrong.
  if (code !== 'BUNDLE_FILE' || (isFolder && data.file !== manifestFile)) return error;
  if (data.problem === 'page') return told({ ...looked(), problem: 'page' });
  return data.problem === 'missing' ? told({ ...looked(), problem: 'absent' }) : error;
}
