/** What a negative prompt of a person's own words takes, told before there are any words. */
import type { SourceFolder } from '../checkpoint/source.ts';
import { bytesBeside } from './computed-shards.ts';
import type { ConversionPlan } from './conversion-plan.ts';
import { takenBytes } from './conversion-work.ts';
import { openEncoders } from './negative-source.ts';
import { negativeLayout } from './negative-text.ts';
import { wordsPart } from './parts.ts';
import type { PlannedShard } from './planned-parts.ts';
import { SourceFolders } from './source-files.ts';
import type { TokenCounts } from './words-length.ts';

/** Bytes of the file of one text, but for those of its own letters; and how it is made. */
export type WordsCost = { readonly bytes: number } & (
  | {
      readonly from: 'encoders';
      /** Bytes of the checkpoint that are read for each text. */
      readonly takes: number;
      /** The most bytes that lie on the disk beside it meanwhile. */
      readonly beside: number;
      /** The most tokens of a text that each encoder reads; what follows them is cut off. */
      readonly tokens: TokenCounts;
    }
  /** The file of one who has made just these words, if it lies there: files are lacking to make any. */
  | { readonly from: 'files'; readonly lacking: readonly string[] }
);

/** @throws what a file that cannot be read fails with */
export async function wordsCost(folders: readonly SourceFolder[], plan: ConversionPlan): Promise<WordsCost> {
  const { config } = plan;
  const listed = { text: 'words', part: wordsPart(1) };
  const layout = negativeLayout(config, listed);
  const { bytes } = layout;
  const source = await openEncoders(await SourceFolders.open(folders), config);
  if (source.kind === 'lacking') return { bytes, from: 'files', lacking: source.files };
  const shard = { kind: 'negative', layout, text: listed.text, source } as const satisfies PlannedShard;
  // One token ends a text for T5; for CLIP one begins it, too.
  const tokens = { t5: config.nexus_gen.negative_length - 1, clip: source.clip.config.positions - 2 };
  return { bytes, from: 'encoders', takes: takenBytes(plan, shard), beside: bytesBeside(plan, shard), tokens };
}
