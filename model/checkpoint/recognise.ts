import type { ModelKind } from '../recognised.ts';

/** Names that only one kind of checkpoint has; the first row with all its names present decides. */
const signatures: readonly (readonly [kind: ModelKind, ...names: RegExp[]])[] = [
  ['nexus-gen', /^model\.layers\.0\./, /^visual\.blocks\.0\./, /^vision_head\.weight$/],
  ['generation-decoder', /^adapter\.0\./, /^pipe\.dit\./],
  ['editing-decoder', /^embedding_merger\./, /^pipe\.dit\./],
  ['qwen-vl', /^(model\.)?(language_model\.)?layers\.0\./, /^(model\.)?visual\.blocks\.0\./],
  ['qwen-vl', /^model\.layers\.0\./, /^visual\./],
  ['flux', /^(model\.diffusion_model\.)?double_blocks\.0\./],
  ['flux', /^transformer_blocks\.0\./, /^single_transformer_blocks\.0\./],
  ['stable-diffusion', /^model\.diffusion_model\.input_blocks\./],
  ['clip-text', /^text_model\.encoder\.layers\.0\./],
  ['t5', /^encoder\.block\.0\./],
  ['autoencoder', /^encoder\.conv_in\./, /^decoder\.conv_in\./],
  ['language-model', /^model\.layers\.0\./],
];

/** What a checkpoint is by its tensor names. */
export function recogniseModel(names: readonly string[]): ModelKind {
  const found = signatures.find(([, ...patterns]) =>
    patterns.every((pattern) => names.some((name) => pattern.test(name))),
  );
  return found?.[0] ?? 'unknown';
}
