/** The pictures at hand: those that were given, and those that were drawn. */
import type { DrawnSize } from '../../model/diffusion/size.ts';
import type { PictureContent, Sources } from '../../session/sources.ts';
import type { ImageEmbeddings, ImageId } from '../../workers/protocol.ts';
import { softwareVersions } from '../versions.ts';
import { type Picture, sha256 } from './pictures.ts';

export class Album implements Sources {
  readonly #pictures = new Map<ImageId, Picture>();
  readonly #imagined = new Map<ImageId, DrawnSize>();
  readonly #drawnFrom = new Map<ImageId, NonNullable<PictureContent['drawnFrom']>>();

  add(picture: Picture): void {
    this.#pictures.set(picture.id, picture);
  }

  /** A picture that the model drew is read as the embeddings it predicted. */
  setDrawn(id: ImageId, embeddings: ImageEmbeddings, bundle: string): void {
    this.#drawnFrom.set(id, { embeddings, bundle });
  }

  /** A picture of which nothing but its embeddings is known: it can stand in a conversation and be shown to no one. */
  setImagined(id: ImageId, { width, height }: DrawnSize, embeddings: ImageEmbeddings, bundle: string): void {
    this.#imagined.set(id, { width, height });
    this.setDrawn(id, embeddings, bundle);
  }

  find(id: ImageId): Picture | undefined {
    return this.#pictures.get(id);
  }

  async picture(id: ImageId): Promise<PictureContent | null> {
    const size = this.#imagined.get(id);
    const pixels = this.find(id)?.pixels ?? (size === undefined ? null : { ...size, data: new Uint8Array(0) });
    return pixels === null ? null : { pixels, drawnFrom: this.#drawnFrom.get(id) ?? null };
  }

  size(id: ImageId): DrawnSize | undefined {
    return this.find(id)?.pixels ?? this.#imagined.get(id);
  }

  versions(): Promise<Readonly<Record<string, string>>> {
    return softwareVersions();
  }

  async hash(bytes: Uint8Array): Promise<string> {
    return sha256(bytes);
  }
}
