/** The pictures that a worker lacks, as it is to have them. */
import type { BundleSummary, ImageContent, ImageId } from '../workers/protocol.ts';
import { isFrom } from './bundle-identity.ts';
import type { Sources } from './sources.ts';

export interface Contents {
  readonly found: readonly ImageContent[];
  readonly missing: readonly ImageId[];
}

/**
 * A drawn picture is recalled as the embeddings it was drawn from by the model that drew it alone; to another model they mean
 * nothing, and it reads the picture's pixels.
 *
 * @param bundle the open one
 */
export async function contentsOf(sources: Sources, ids: readonly ImageId[], bundle: BundleSummary): Promise<Contents> {
  const read = await Promise.all(ids.map(async (id) => ({ id, content: await sources.picture(id) })));
  return {
    found: read.flatMap(({ id, content }): readonly ImageContent[] => {
      if (content === null) return [];
      const { pixels, drawnFrom } = content;
      return drawnFrom !== null && isFrom(bundle, drawnFrom.bundle)
        ? [{ id, kind: 'drawn', pixels, embeddings: drawnFrom.embeddings }]
        : [{ id, kind: 'seen', pixels }];
    }),
    missing: read.flatMap(({ id, content }) => (content === null ? [id] : [])),
  };
}
