/** Image embeddings of the shared space to what FLUX reads in place of text (paper, section 2.1, "vision decoder"). */
import { fail } from '../../model/failure.ts';
import { mergerRotary } from '../../model/pieces/merger.ts';
import { editingIds, mergerPositions, zeroIds } from '../../model/tables/flux-positions.ts';
import { multimodalRotary } from '../../model/tables/rotary.ts';
import type { Positions } from '../../model/tables/token-positions.ts';
import { type HostTensor, hostTensor } from '../gpu/runtime.ts';
import type { Decoder, ImageEmbeddings } from '../protocol.ts';
import type { ConditionerSource } from './source.ts';
import { float32Of, rowsTensor } from './tensors.ts';

export interface Conditioning {
  /** [n, context]: the target's tokens, then the reference's. */
  readonly context: Float32Array;
  /** Position ids [n, 3]. */
  readonly ids: Float32Array;
}

/** What a decoder is asked to follow; a reference only goes with the editing decoder. */
export interface ConditioningRequest {
  readonly decoder: Decoder;
  readonly target: ImageEmbeddings;
  readonly reference: ImageEmbeddings | null;
  /** Height and width of the latents to be drawn: the editing decoder's position ids are scaled to them. */
  readonly latentSize: readonly [number, number];
}

/** Runs the adapter or the merger. Throws DECODER_MISSING where the bundle has no such decoder. */
export async function condition(source: ConditionerSource, request: ConditioningRequest): Promise<Conditioning> {
  const { decoder, target, reference, latentSize } = request;
  if (decoder === 'generation') {
    const context = await adapt(source, target.data);
    return { context, ids: zeroIds(target.data.length / target.hidden) };
  }
  const { context } = await merge(source, target, reference);
  return { context, ids: editingIds(latentSize, target.grid, reference?.grid ?? null) };
}

/** Embeddings [tokens, input] through the generation decoder's adapter. */
export async function adapt(source: ConditionerSource, embeddings: Float32Array): Promise<Float32Array> {
  const { adapter } = source.sizes;
  if (!adapter) return fail('DECODER_MISSING', { decoder: 'generation' });
  const feeds = { embeddings: rowsTensor(embeddings, adapter.input) };
  return conditioningOf(source, 'generation_adapter', feeds);
}

async function conditioningOf(
  source: ConditionerSource,
  piece: 'generation_adapter' | 'editing_merger',
  feeds: Readonly<Record<string, HostTensor>>,
): Promise<Float32Array> {
  const outputs = await source.using(piece, (program) => program.run(feeds, { conditioning: 'host' }));
  return float32Of(outputs.conditioning);
}

/** Embeddings of target and reference through the editing decoder's merger, and the positions they were given. */
export async function merge(
  source: ConditionerSource,
  target: ImageEmbeddings,
  reference: ImageEmbeddings | null,
): Promise<{ readonly context: Float32Array; readonly positions: Positions<Float32Array> }> {
  const { merger } = source.sizes;
  if (!merger) return fail('DECODER_MISSING', { decoder: 'editing' });
  const images = reference ? [target, reference] : [target];
  const positions = mergerPositions(
    images.map(({ grid }) => grid),
    merger,
  );
  const { cosines, sines } = multimodalRotary(positions, mergerRotary(merger));
  const embeddings = new Float32Array(images.reduce((sum, { data }) => sum + data.length, 0));
  embeddings.set(target.data);
  if (reference) embeddings.set(reference.data, target.data.length);
  const tokens = embeddings.length / merger.hidden;
  const table = (values: Float32Array) => hostTensor('float32', [1, tokens, merger.headDim / 2], values);
  const feeds = {
    embeddings: rowsTensor(embeddings, merger.hidden),
    cosines: table(cosines),
    sines: table(sines),
  };
  return { context: await conditioningOf(source, 'editing_merger', feeds), positions };
}
