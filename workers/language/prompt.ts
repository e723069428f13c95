/** The transformer's input embeddings for a prompt of text and images. */
import { fail } from '../../model/failure.ts';
import type { LanguageModel } from './model.ts';

/**
 * Rows [ids, hidden_size]: an embedding of `images` at each image token in turn, the table's row at every other id.
 *
 * @throws GRAPH_SHAPE where there are more or fewer image tokens than image embeddings
 */
export async function promptEmbeddings(
  model: LanguageModel,
  ids: ArrayLike<number>,
  images: Float32Array,
): Promise<Float32Array> {
  const { hidden_size: size, image_token_id: imageToken } = model.config;
  const places = Array.from(ids).flatMap((id, place) => (id === imageToken ? [place] : []));
  if (places.length * size !== images.length) {
    fail('GRAPH_SHAPE', { at: 'image tokens', expected: `${images.length / size}`, actual: `${places.length}` });
  }
  const rows = await model.weights.tokenRows(ids);
  places.forEach((place, image) => {
    rows.set(images.subarray(image * size, (image + 1) * size), place * size);
  });
  return rows;
}
