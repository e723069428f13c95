/** The pictures at hand: those that were given, and those that were drawn. */
import type { DrawnSize } from '../../model/diffusion/size.ts';
import { fail } from '../../model/failure.ts';
import type { ImageContent, ImageEmbeddings, ImageId } from '../../workers/protocol.ts';
import type { Picture } from './pictures.ts';

export class Album {
  readonly #pictures = new Map<ImageId, Picture>();
  readonly #embeddings = new Map<ImageId, ImageEmbeddings>();

  add(picture: Picture): void {
    this.#pictures.set(picture.id, picture);
  }

  /** A picture that the model drew is read as the embeddings it predicted. */
  setDrawn(id: ImageId, embeddings: ImageEmbeddings): void {
    this.#embeddings.set(id, embeddings);
  }

  find(id: ImageId): Picture | undefined {
    return this.#pictures.get(id);
  }

  get(id: ImageId): Picture {
    return this.find(id) ?? fail('UNEXPECTED', { message: `picture ${id} is not at hand` });
  }

  contents(ids: readonly ImageId[]): readonly ImageContent[] {
    return ids.map((id): ImageContent => {
      const { pixels } = this.get(id);
      const embeddings = this.#embeddings.get(id);
      return embeddings === undefined ? { id, kind: 'seen', pixels } : { id, kind: 'drawn', pixels, embeddings };
    });
  }

  sizes(): ReadonlyMap<string, DrawnSize> {
    return new Map([...this.#pictures].map(([id, { pixels }]) => [id, { width: pixels.width, height: pixels.height }]));
  }
}
