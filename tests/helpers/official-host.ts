/** The files of a host of the official files, by the paths of its addresses: its lists, and what they list. */
import { createHash } from 'node:crypto';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { type OfficialLayoutName, officialLayouts } from '../../workers/library/official-layouts.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export function officialHost(
  layout: OfficialLayoutName,
  checkpoint: ReadonlyMap<string, Uint8Array>,
): ReadonlyMap<string, Uint8Array> {
  const host = new Map<string, Uint8Array>();
  for (const { name, revision, folder } of officialLayouts[layout].repositories) {
    const files = [...checkpoint]
      .filter(([path]) => path.startsWith(folder))
      .map(([path, bytes]) => ({ path: path.slice(folder.length), bytes }));
    // Beside the checkpoint: a file that nobody asks for.
    files.push({ path: 'README.md', bytes: encodeUtf8('read me') });
    const commit = sha256(encodeUtf8(name)).slice(0, 40);
    const json = (value: unknown) => encodeUtf8(JSON.stringify(value));
    if (layout === 'huggingface') {
      const siblings = files.map(({ path, bytes }) => ({
        rfilename: path,
        size: bytes.length,
        blobId: sha256(bytes).slice(0, 40),
        ...(path.endsWith('.json') ? {} : { lfs: { sha256: sha256(bytes), size: bytes.length, pointerSize: 134 } }),
      }));
      host.set(`api/models/${name}/revision/${revision}`, json({ id: name, sha: commit, siblings }));
    } else {
      const listed = files.map(({ path, bytes }) => ({
        Path: path,
        Type: 'blob',
        Size: bytes.length,
        Sha256: sha256(bytes),
        Revision: commit,
      }));
      const folders = [{ Path: 'text_encoder', Type: 'tree', Size: 0, Sha256: '', Revision: commit }];
      host.set(`api/v1/models/${name}/repo/files`, json({ Code: 200, Data: { Files: [...folders, ...listed] } }));
    }
    const place = layout === 'huggingface' ? `${name}/resolve/${commit}` : `models/${name}/resolve/${revision}`;
    for (const { path, bytes } of files) host.set(`${place}/${path}`, bytes);
  }
  return host;
}
