/** A checkpoint as published, wherever it lies: in a folder that was given, at an address, or with the hosts of the official files. */
import type { ByteSource, SourceFolder } from '../../model/checkpoint/source.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { Download } from '../download.ts';
import { sha256Hex } from '../sha256.ts';
import { filesInFolder, measuredRate } from './bundle-files.ts';
import { type Connection, type RemoteFile, RemoteFolder } from './remote-source.ts';

export interface Checkpoint {
  readonly folder: SourceFolder;
  /** Beside those that its config.json names. */
  readonly licences: readonly string[];
  /** Names what a file holds, wherever it is copied to. */
  contentOf(source: ByteSource): Promise<string>;
  /** Bytes a second that it arrives with, measured for two seconds at most; null where nothing arrived. */
  rate(): Promise<number | null>;
  /** Nothing is read once this signal says so; null where none does any more. */
  endWith(signal: AbortSignal | null): void;
}

/** Whether a folder holds a checkpoint as published, or something that wants to be one. */
function isCheckpoint(paths: readonly string[]): boolean {
  return paths.some((path) => /(^|\/)model(\.safetensors\.index\.json|[^/]*\.safetensors)$/.test(path));
}

/** Null where the folder holds none. */
export async function checkpointInFolder(folder: SourceFolder): Promise<Checkpoint | null> {
  const paths = await folder.list();
  if (!isCheckpoint(paths)) return null;
  const weights = paths.find((path) => /\.(safetensors|bin)$/.test(path));
  return {
    folder,
    licences: [],
    contentOf: sampled,
    rate: async () => (weights === undefined ? null : filesInFolder(folder).rate({ path: weights })),
    endWith: () => undefined,
  };
}

export function remoteCheckpoint(
  files: readonly RemoteFile[],
  connection: Connection,
  licences: readonly string[] = [],
): Checkpoint {
  const folder = new RemoteFolder(files, connection);
  const [largest] = [...files].sort((left, right) => right.size - left.size);
  return {
    folder,
    licences,
    contentOf: async (source) => source.version ?? sampled(source),
    rate: async () =>
      largest === undefined
        ? null
        : measuredRate(async (ask, take) => {
            const range = { offset: 0, length: largest.size, size: largest.size };
            const download = await Download.begin(largest.address, largest.path, range, ask);
            for (let piece = await download.next(); piece !== null; piece = await download.next()) take(piece.length);
          }, connection.ask),
    endWith: (signal) => folder.endWith(signal),
  };
}

/** What negative prompts are made of may come to a checkpoint later, and makes it no other training. */
const laterFiles = [
  // T5.
  /(^|\/)(text_encoder_2\/.*|t5[^/]*\.safetensors)$/,
  // What the text encoders read words with.
  /(^|\/)tokenizer(_2)?\/.*$/,
  // Files of those who have made some.
  /(^|\/)negative_text(_\d+)?\.safetensors$/,
];

const samples = 16;
const sampleBytes = 64 * 2 ** 10;

/**
 * Names what a checkpoint's files hold: by the version that their host names, else by samples of each. Another training changes
 * nearly every weight.
 */
export async function fingerprintOf({ folder, contentOf }: Checkpoint): Promise<Fingerprint> {
  const named = new Map<string, string>();
  for (const path of await folder.list()) {
    if (!/\.(json|safetensors|bin)$/.test(path)) continue;
    const source = await folder.open(path);
    named.set(path, `${path} ${await contentOf(source)}`);
  }
  const without = (left: readonly RegExp[]) => {
    const paths = [...named.keys()].filter((path) => !left.some((files) => files.test(path)));
    return sha256Hex(encodeUtf8(paths.flatMap((path) => named.get(path) ?? []).join('\n')));
  };
  const earlier = await Promise.all(selections(laterFiles).map(without));
  return { whole: await without([]), earlier: new Set(earlier) };
}

export interface Fingerprint {
  readonly whole: string;
  /** Of all but some or none of what negative prompts are made of: what it may have been before that came. */
  readonly earlier: ReadonlySet<string>;
}

/** Each selection of these, none and all among them. */
function selections<One>(all: readonly One[]): readonly (readonly One[])[] {
  return Array.from({ length: 2 ** all.length }, (_, bits) => all.filter((_, at) => (bits >> at) % 2 === 1));
}

async function sampled(source: ByteSource): Promise<string> {
  const { size } = source;
  const hashes: string[] = [];
  const length = Math.min(size, sampleBytes);
  for (let at = 0; at < samples; at += 1) {
    const offset = Math.floor(((size - length) * at) / (samples - 1));
    hashes.push(await sha256Hex(await source.read(offset, length)));
    if (length === size) break;
  }
  return [size, ...hashes].join(' ');
}
