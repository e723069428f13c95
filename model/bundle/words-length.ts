/** How long words are for the text encoders, which read so many tokens and leave the others out (docs/reference.md, "Text encoders"). */
import type { SourceFolder } from '../checkpoint/source.ts';
import type { NexusConfig } from '../config/nexus.ts';
import { openEncoders } from './negative-source.ts';
import { SourceFolders } from './source-files.ts';
import { type OpenTokenizer, openClipTokenizer, openT5Tokenizer } from './text-ids.ts';

/** Tokens of a text, or the most that are read of one, without those that begin and end it. */
export interface TokenCounts {
  readonly t5: number;
  readonly clip: number;
}

/** Of each text; null where the folders lack what reads words. Throws what a file that cannot be read fails with. */
export async function wordsLengths(
  folders: readonly SourceFolder[],
  config: NexusConfig,
  texts: readonly string[],
  open: OpenTokenizer,
): Promise<readonly TokenCounts[] | null> {
  const source = await openEncoders(await SourceFolders.open(folders), config);
  if (source.kind === 'lacking') return null;
  const t5 = await openT5Tokenizer(source.tokenizers, open);
  const clip = await openClipTokenizer(source.tokenizers, open);
  return texts.map((text) => ({ t5: t5(text).length, clip: clip(text).length }));
}
