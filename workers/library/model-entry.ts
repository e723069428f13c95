/** A model as the list shows it, and what its folder says of where it came from. */

import { installedFiles } from '../../model/bundle/abilities.ts';
import type { FitDevice } from '../../model/bundle/fit.ts';
import { lackingExtras } from '../../model/bundle/lacking-extras.ts';
import { hasDecoder } from '../../model/bundle/parts.ts';
import { fail } from '../../model/failure.ts';
import { factsOf } from './facts.ts';
import { keptBytes } from './installation.ts';
import { convertedBytes, type ModelFolder, nameOf } from './model-folder.ts';
import type { InstallSource, LibraryModel, ModelFacts, NotedCheckpoint, NotedSource } from './protocol.ts';

/** Of the private file system: all models lie in it, a folder each. */
export const modelsFolder = 'models';

/** Null for a folder that is no model's, or not any more. */
export function modelOf(
  found: ModelFolder,
  folder: FileSystemDirectoryHandle | null,
  device: FitDevice | null,
): LibraryModel | null {
  const { key, known, description, whole } = found;
  const facts = description ? factsOf(description.manifest, description.sha256, device) : factsNoted(found);
  if (facts === null || known?.isDeleted === true) return null;
  const { source = null, verifiedAt = null, moving = null } = known ?? {};
  const place = known?.place ?? ({ kind: 'browser' } as const);
  const state = found.state === 'installed' && place.kind === 'folder' && folder === null ? 'away' : found.state;
  const isGrowing = known?.isComplete === false;
  const all = whole ?? description;
  const isConverted = isGrowing && state !== 'damaged' && source?.kind === 'checkpoint';
  const kept = isConverted ? convertedBytes(found) : all && known ? keptBytes(all.manifest, known) : 0;
  const bytes = isGrowing ? known.bytes : facts.bytes;
  const rest = isGrowing ? Math.max(1, known.bytes - kept) : 0;
  const isDone = state === 'installed' && !isGrowing && moving === null && place.kind === 'browser';
  const made = isDone && description && source?.kind === 'checkpoint' ? description.manifest : null;
  const lacks = made === null ? [] : lackingExtras(made);
  const takesWords = made !== null && hasDecoder(installedFiles(made));
  const { sha256 } = facts;
  const own = { kind: 'opfs', path: [modelsFolder, key], sha256 } as const;
  const location =
    place.kind === 'browser' ? own : folder && ({ kind: 'directory', handle: folder, key, sha256 } as const);
  return {
    ...facts,
    bytes,
    key,
    state,
    kept,
    rest,
    source,
    verifiedAt,
    place,
    moving,
    folder,
    lacks,
    takesWords,
    location,
  };
}

/** Of a model whose description cannot be read any more, or is still to come. */
function factsNoted({ key, known }: ModelFolder): ModelFacts | null {
  if (known === null || known.name === null) return null;
  const abilities = { chat: null, draw: null, edit: null };
  return { name: known.name, sha256: key, bytes: known.bytes, licences: [], abilities, plan: null, counted: null };
}

/** A source as it can be written down. */
export function notable(source: InstallSource): NotedSource & { readonly name: string } {
  switch (source.kind) {
    case 'address':
      return { kind: 'address', name: source.address, address: source.address, hosts: source.hosts };
    case 'official':
      return { kind: 'checkpoint', name: source.mirror ?? source.layout, from: notedCheckpoint(source) };
    case 'directory':
      return { kind: 'directory', name: source.handle.name };
    case 'files':
      return { kind: 'files', name: source.name };
  }
}

/** Without what opens it: a token is written nowhere. */
export function notedCheckpoint(source: InstallSource): NotedCheckpoint | null {
  switch (source.kind) {
    case 'address':
      return source;
    case 'official': {
      const { token: _, ...noted } = source;
      return noted;
    }
    case 'directory':
    case 'files':
      return null;
  }
}

/** A source that can be asked again; null where a person has to give it. */
function askedAgain(noted: NotedSource): InstallSource | null {
  const from = noted.kind === 'checkpoint' ? noted.from : noted;
  if (from?.kind === 'official') return { ...from, token: null };
  return from?.kind === 'address' ? from : null;
}

/** Where a model was installed from, as far as that can be asked again. */
export function sourceOf(found: ModelFolder): InstallSource {
  const source = found.known?.source ?? fail('MODEL_UNKNOWN', {});
  const from = 'name' in source ? source.name : '';
  return askedAgain(source) ?? fail('SOURCE_NEEDED', { name: nameOf(found), from });
}
