/** One turn from its question to the answer: the model's words and, where it came to a picture, that picture as a PNG. */
import { createHash, randomUUID } from 'node:crypto';
import { recipeOfPainting } from '../../model/recipe/painted.ts';
import { writePng } from '../../model/recipe/png.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { editedPicture } from '../../model/text/turn-plan.ts';
import type { Drawing, ImageId, JobId, PaintRequest, Reply, TurnRequest } from '../../workers/protocol.ts';
import { softwareVersions } from '../versions.ts';
import type { Album } from './album.ts';
import { neverStopped, type OpenModel } from './model.ts';
import type { Settings } from './options.ts';
import { paintSettings } from './painting.ts';
import { samplingOf, seedText } from './request.ts';

export interface Question extends Pick<TurnRequest, 'turns' | 'task' | 'form' | 'reference'> {
  readonly settings: Settings;
  /** A picture to start from and how much of it may change; null where the bundle decides how much. */
  readonly start: { readonly image: ImageId; readonly strength: number | null } | null;
  /** Whether a picture that the model comes to is painted. */
  readonly wanted: 'pictures' | 'words';
}

export interface Answer {
  readonly reply: Reply;
  readonly png: Uint8Array | null;
}

export interface Studio {
  readonly model: OpenModel;
  readonly album: Album;
}

export async function answer(studio: Studio, question: Question, seed: bigint): Promise<Answer> {
  const { model, album } = studio;
  const request = requestOf(question, seed, model);
  const { session } = model;
  const lacking = await session.lacking(request, neverStopped);
  const reply = await session.speak(request, album.contents(lacking), neverStopped);
  const { drawing } = reply;
  if (drawing === null || question.wanted === 'words') return { reply, png: null };
  const order = paintOrder(studio, question, request, reply, drawing);
  const recipe = await recipeFor(studio, question, request, reply, order);
  return { reply, png: writePng(await session.paint(order, neverStopped), recipe) };
}

function requestOf({ settings, ...question }: Question, seed: bigint, { opened }: OpenModel): TurnRequest {
  const { turns, task, form, reference } = question;
  const { decoder, language, prefill } = settings;
  return {
    job: randomUUID() as JobId,
    turns,
    task,
    form,
    reference,
    decoder,
    language,
    prefill,
    sampling: samplingOf(settings, form, opened.bundle.defaults),
    seed: seedText(seed),
  };
}

function paintOrder(
  { model, album }: Studio,
  { settings, start }: Question,
  request: TurnRequest,
  reply: Reply,
  drawing: Drawing,
): PaintRequest {
  const { bundle } = model.opened;
  const edited = editedPicture(request, reply.form, drawing.reference?.image ?? null);
  return {
    ...paintSettings(settings, bundle, edited === null ? null : album.get(edited).pixels),
    job: request.job,
    drawing,
    seed: request.seed,
    start: start && {
      pixels: album.get(start.image).pixels,
      strength: start.strength ?? bundle.defaults.strength,
    },
  };
}

async function recipeFor(
  { model, album }: Studio,
  { start }: Question,
  request: TurnRequest,
  { form }: Reply,
  order: PaintRequest,
): Promise<Recipe> {
  return recipeOfPainting({
    ...model.opened,
    request,
    form,
    decoder: order.drawing.decoder,
    painting: order,
    start: start && order.start && { image: start.image, strength: order.start.strength },
    sizes: album.sizes(),
    embeddings: hashOf(order.drawing.target.data),
    versions: await softwareVersions(),
  });
}

/** Of float32 values, little-endian as every machine that runs this has them. */
function hashOf({ buffer, byteOffset, byteLength }: Float32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}
