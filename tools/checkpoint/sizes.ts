/** The sizes that a checkpoint is made in, with their configurations in the official files' words. */
import { published } from '../../model/config/published.table.ts';
import { specialTokens } from '../../model/text/tokens.ts';
import { spokenWords } from './speech.ts';
import { tinyClip, tinySizes, tinyT5 } from './tiny-sizes.ts';
import { publishedVocabulary, smallVocabulary, type Vocabulary } from './vocabulary.ts';

export const checkpointSizes = ['published', 'wide', 'tiny'] as const;
export type CheckpointSize = (typeof checkpointSizes)[number];

export interface SizedCheckpoint {
  /** `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** `text_encoder/config.json` and `text_encoder_2/config.json`. */
  readonly clip: Readonly<Record<string, unknown>>;
  readonly t5: Readonly<Record<string, unknown>>;
  readonly vocabulary: Vocabulary;
  /** No shard of safetensors is larger, unless one tensor is. */
  readonly shardBytes: number;
}

/** As the official files are cut; fewer layers are cut smaller, so that there are several shards too. */
const publishedShardBytes = 5e9;
const wideShardBytes = 1e9;

/** @param layers of the transformer; only `wide` has a choice. */
export function sizedCheckpoint(size: CheckpointSize, layers: number): SizedCheckpoint {
  switch (size) {
    case 'published':
      return { ...publishedFiles(), vocabulary: publishedVocabulary(), shardBytes: publishedShardBytes };
    case 'wide':
      return { ...wideFiles(layers), vocabulary: publishedVocabulary(), shardBytes: wideShardBytes };
    case 'tiny':
      return tiny();
  }
}

function family() {
  return { architectures: ['Qwen2_5_VLForConditionalGeneration'], model_type: 'qwen2_5_vl', torch_dtype: 'bfloat16' };
}

function publishedFiles() {
  const { clip, t5 } = published;
  return {
    config: {
      ...family(),
      ...published.transformer,
      rope_scaling: { type: 'mrope', ...published.transformer.rope_scaling },
      vision_config: { model_type: 'qwen2_5_vl', ...published.vision },
      nexus_gen: {
        id: 'random-published',
        name: 'Random weights of the published sizes',
        schedules: published.schedules,
      },
    },
    clip: {
      model_type: 'clip_text_model',
      hidden_size: clip.hidden,
      num_attention_heads: clip.heads,
      num_hidden_layers: clip.layers,
      intermediate_size: clip.intermediate,
      vocab_size: clip.vocab,
      max_position_embeddings: clip.positions,
      layer_norm_eps: clip.eps,
      hidden_act: clip.activation,
      // As the published file says; see readClipFile.
      bos_token_id: 0,
      eos_token_id: 2,
    },
    t5: {
      model_type: 't5',
      d_model: t5.model,
      d_kv: t5.kv,
      num_heads: t5.heads,
      d_ff: t5.ff,
      num_layers: t5.layers,
      vocab_size: t5.vocab,
      relative_attention_num_buckets: t5.buckets,
      relative_attention_max_distance: t5.maxDistance,
      layer_norm_epsilon: t5.eps,
    },
  };
}

/** The published widths with two layers of the transformer and few words: the least that `nexus bench --suite full` learns from. */
export function benchSizes(): SizedCheckpoint {
  const vocabulary = smallVocabulary(spokenWords);
  const { config, clip, t5 } = wideFiles(2);
  const nexus_gen = { id: 'random-bench', name: 'Random weights to measure with' };
  return { config: { ...config, ...wordsOf(vocabulary), nexus_gen }, clip, t5, vocabulary, shardBytes: wideShardBytes };
}

/** Every width as published; of the vision encoder two blocks of each sort, of FLUX one. */
function wideFiles(layers: number) {
  const { config, clip, t5 } = publishedFiles();
  return {
    config: {
      ...config,
      num_hidden_layers: layers,
      vision_config: { ...config.vision_config, depth: 4, fullatt_block_indexes: [1, 3] },
      dit: { ...published.dit, joint: 1, single: 1 },
      nexus_gen: {
        id: 'random-wide',
        name: 'Random weights of the published widths',
        schedules: published.schedules,
        // A picture that a processor draws in a minute.
        defaults: { width: 64, height: 64, steps: 1, guidance: 3.5, cfg: 1, negative: '', strength: 1 },
      },
    },
    clip: { ...clip, num_hidden_layers: 1 },
    t5: { ...t5, num_layers: 1 },
  };
}

function tiny(): SizedCheckpoint {
  const vocabulary = smallVocabulary(spokenWords);
  const config = {
    ...family(),
    ...tinySizes,
    ...wordsOf(vocabulary),
    nexus_gen: {
      ...tinySizes.nexus_gen,
      image: { min_pixels: 3136, max_pixels: 12_544, reference_side: 56, drawn_grid: [1, 4, 4] },
      context_length: 2048,
    },
  };
  return { config, clip: tinyClip, t5: tinyT5, vocabulary, shardBytes: 2 ** 17 };
}

/** The keys of `config.json` that go with a vocabulary. */
function wordsOf(vocabulary: Vocabulary) {
  const { imageStart, imageEnd, turnEnd, image } = specialTokens;
  return {
    vocab_size: vocabulary.size,
    bos_token_id: vocabulary.idOf('<|endoftext|>'),
    eos_token_id: vocabulary.idOf(turnEnd),
    vision_start_token_id: vocabulary.idOf(imageStart),
    vision_end_token_id: vocabulary.idOf(imageEnd),
    image_token_id: vocabulary.idOf(image),
  };
}
