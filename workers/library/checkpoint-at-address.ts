/** A checkpoint in a folder of any server: its official file names are asked for one by one, for servers list no folders. */
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { decodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { type Checkpoint, remoteCheckpoint } from './checkpoint.ts';
import { type Connection, lookUp, type RemoteFile, RemoteFolder } from './remote-source.ts';

const shardIndex = 'model.safetensors.index.json';

/** Folders as published, each with what may lie in it. */
const published: readonly { readonly folders: readonly string[]; readonly files: readonly string[] }[] = [
  {
    folders: ['', 'Nexus-GenV2/'],
    files: [
      'config.json',
      shardIndex,
      'model.safetensors',
      'generation_config.json',
      'generation_decoder.bin',
      'edit_decoder.bin',
      'tokenizer.json',
      'tokenizer_config.json',
      'chat_template.json',
      'special_tokens_map.json',
    ],
  },
  {
    folders: ['', 'FLUX.1-dev/'],
    files: [
      'ae.safetensors',
      'text_encoder/config.json',
      'text_encoder/model.safetensors',
      'text_encoder_2/config.json',
      'text_encoder_2/model.safetensors',
      `text_encoder_2/${shardIndex}`,
      'tokenizer/vocab.json',
      'tokenizer/merges.txt',
      'tokenizer_2/tokenizer.json',
    ],
  },
];

/** Null where no checkpoint begins there. */
export async function checkpointAtAddress(base: URL, connection: Connection): Promise<Checkpoint | null> {
  const find = (path: string) => lookUp({ path, address: new URL(path, base), gate: null }, connection.ask);
  const files: RemoteFile[] = [];
  for (const { folders, files: names } of published) {
    for (const folder of folders) {
      const found: RemoteFile[] = [];
      for (const name of names) {
        const file = await find(folder + name);
        // The first of a folder's files is one that it never lacks.
        if (file === null && name === names[0]) break;
        if (file !== null) found.push(file);
      }
      files.push(...found);
      if (found.length > 0) break;
    }
    if (files.length === 0) return null;
  }
  for (const index of files.filter(({ path }) => path.endsWith(shardIndex))) {
    const folder = index.path.slice(0, -shardIndex.length);
    for (const name of await shardNames(new RemoteFolder([index], connection), index.path)) {
      const shard = await find(folder + name);
      if (shard !== null) files.push(shard);
    }
  }
  return remoteCheckpoint(files, connection);
}

const indexLimit = 8 * 2 ** 20;

/** What an index lists; what is wrong with it shows when the checkpoint is opened. */
async function shardNames(folder: SourceFolder, path: string): Promise<readonly string[]> {
  const source = await folder.open(path);
  if (source.size > indexLimit) return [];
  const text = decodeUtf8(await source.read(0, source.size)) ?? '';
  const names = [...text.matchAll(/"(model-\d+-of-\d+\.safetensors)"/g)].flatMap(([, name]) => name ?? []);
  return [...new Set(names)].sort();
}
