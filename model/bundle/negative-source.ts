/** What T5's states of a negative prompt are made of, as the folders of a checkpoint hold it; and CLIP beside it. */
import { recogniseModel } from '../checkpoint/recognise.ts';
import type { TensorSource } from '../checkpoint/tensors.ts';
import type { NexusConfig } from '../config/nexus.ts';
import type { ClipConfig, T5Config } from '../config/text-encoders.ts';
import { fail } from '../failure.ts';
import { textOfFile } from './negative-text.ts';
import { type SourceFolders, sourceFileNames } from './source-files.ts';
import { readJson } from './source-json.ts';
import { readClipFile, readT5File, type TextEncoder, t5ConfigOf } from './text-constants.ts';
import type { TokenizerFiles } from './text-ids.ts';

export type NegativeSource =
  /** The file of one who has computed it. */
  | { readonly kind: 'file'; readonly weights: TensorSource }
  /** Of the empty text. */
  | { readonly kind: 't5'; readonly t5: TextEncoder<T5Config> }
  | WordsEncoders;

/** Both text encoders, and what reads words for them. */
export interface WordsEncoders {
  readonly kind: 'encoders';
  readonly t5: TextEncoder<T5Config>;
  readonly clip: TextEncoder<ClipConfig>;
  readonly tokenizers: TokenizerFiles;
}

/** Files of the encoders and their tokenizers that are not there. */
interface LackedEncoders {
  readonly kind: 'lacking';
  readonly files: readonly string[];
}

/**
 * Of the empty negative prompt: T5 in FLUX's own folder, or what is recognised by its tensors, which is T5 in a single file, or the
 * states that one computed. Null where there is none.
 *
 * @throws where it was asked for, what an unreadable file in its place fails with
 */
export async function emptyNegativeSource(
  found: SourceFolders,
  config: NexusConfig,
  isAsked: boolean,
): Promise<NegativeSource | null> {
  const { file, t5 } = await recognised(found, config, '', isAsked);
  if (file !== null) return { kind: 'file', weights: file };
  return t5 === null ? null : { kind: 't5', t5 };
}

/**
 * Of other words: the file of one who has it, or both text encoders with their tokenizers.
 *
 * @throws SOURCE_MISSING with all that is not there, and what an unreadable file fails with
 */
export async function wordsSource(found: SourceFolders, config: NexusConfig, text: string): Promise<NegativeSource> {
  const { file, t5 } = await recognised(found, config, text, true);
  if (file !== null) return { kind: 'file', weights: file };
  const encoders = await encodersWith(found, config, t5);
  return encoders.kind === 'encoders' ? encoders : fail('SOURCE_MISSING', { files: encoders.files });
}

/** What makes any words, whether or not there is a file of some. */
export async function openEncoders(found: SourceFolders, config: NexusConfig): Promise<WordsEncoders | LackedEncoders> {
  const { t5 } = await recognised(found, config, null, false);
  return encodersWith(found, config, t5);
}

async function encodersWith(
  found: SourceFolders,
  config: NexusConfig,
  t5: TextEncoder<T5Config> | null,
): Promise<WordsEncoders | LackedEncoders> {
  const { clipVocab, clipMerges, t5Tokenizer } = sourceFileNames;
  const clip = await openClip(found);
  const [vocab, merges, ids] = [
    await found.file(clipVocab),
    await found.file(clipMerges),
    await found.file(t5Tokenizer),
  ];
  if (t5 === null || clip === null || vocab === null || merges === null || ids === null) {
    const needed = [
      [sourceFileNames.t5, t5],
      [t5Tokenizer, ids],
      [sourceFileNames.clip, clip],
      [clipVocab, vocab],
      [clipMerges, merges],
    ] as const;
    return { kind: 'lacking', files: needed.flatMap(([name, there]) => (there === null ? [name] : [])) };
  }
  requireEqual('text_encoder hidden_size', config.dit.pooled, clip.config.hidden);
  return { kind: 'encoders', t5, clip, tokenizers: { t5: ids, clip: { vocab, merges } } };
}

/** The file of a text, which costs nothing where it is there; else T5. For no text, T5 alone. */
async function recognised(found: SourceFolders, config: NexusConfig, text: string | null, isAsked: boolean) {
  const kindOf = (tensors: TensorSource) => {
    if (text !== null && textOfFile(tensors, config) === text) return 'file';
    return recogniseModel(tensors.list().map(({ name }) => name)) === 't5' ? 't5' : null;
  };
  const published = await textEncoder(found, sourceFileNames.t5, readT5File);
  const single = await found.recognised(kindOf).catch((thrown: unknown) => {
    if (isAsked && published === null) throw thrown;
    return null;
  });
  if (single?.kind === 'file') return { file: single.tensors, t5: null };
  const t5 = published ?? (single && { config: t5ConfigOf(single.tensors), weights: single.tensors });
  if (t5 !== null) requireEqual('text_encoder_2 d_model', config.dit.context, t5.config.model);
  return { file: null, t5 };
}

/** CLIP in FLUX's own folder; null where there is none. */
export function openClip(found: SourceFolders): Promise<TextEncoder<ClipConfig> | null> {
  return textEncoder(found, sourceFileNames.clip, readClipFile);
}

export function requireEqual(key: string, expected: number, actual: number): void {
  if (expected !== actual) fail('CONFIG_INVALID', { key, expected: String(expected), actual: String(actual) });
}

async function textEncoder<Config>(
  found: SourceFolders,
  folder: string,
  readFile: (json: unknown) => Config,
): Promise<TextEncoder<Config> | null> {
  const file = await found.file(folder + sourceFileNames.config);
  const weights = await found.shards(folder);
  return file === null || weights === null ? null : { config: readFile(await readJson(file)), weights };
}
