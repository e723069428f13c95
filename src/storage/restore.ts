/**
 * The one gate for what comes from outside the running page: stored chats and settings, the list of models. What cannot be
 * right is left out; what was under way when the page closed is shown as stopped. The page loads it apart: making schemas
 * takes as long as all the rest of its start.
 */
import '../../model/schemas-without-eval.ts';
import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { isIn } from '../../model/image/crop.ts';
import { orientations, uprightSize } from '../../model/image/orientation.ts';
import { composite, device, versions as softwareVersions } from '../../model/recipe/fields.ts';
import { readRecipe } from '../../model/recipe/recipe.ts';
import type { ImageId, Seed } from '../../workers/protocol.ts';
import type { StoredChat, StoredTurn } from '../../workers/storage/protocol.ts';
import type { BlobHash, ChatId, ChatRecord, Chosen, Result, TurnId, TurnRecord } from './records.ts';
import { stoppedTurn } from './stopped-turn.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const image = hash.transform((text) => text as ImageId);
const side = z.int().min(1).max(16_384);
const embeddings = z.object({
  blob: hash.transform((text) => text as BlobHash),
  hidden: z.int().positive(),
  grid: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]),
});

const paintedFrom = z.object({
  target: embeddings,
  reference: z.object({ image, embeddings }).nullable(),
  recipe: z.unknown().transform(readRecipe),
});

const state = z.enum(['queued', 'working', 'done', 'stopped', 'failed']);

const result = z.object({
  id: z.string().min(1),
  state,
  prompt: z.string(),
  seed: z
    .string()
    .regex(/^\d{1,20}$/)
    .transform((text) => text as Seed),
  width: side,
  height: side,
  image: image.nullable(),
  from: paintedFrom.nullable(),
  model: z.string(),
  // A picture is not lost for what was once done to it.
  rest: z.object({ painted: image, kept: image, composite }).optional().catch(undefined),
  made: z.number().nonnegative().optional().catch(undefined),
  secondsPerStep: z.number().positive().optional().catch(undefined),
  fullSteps: z.int().positive().optional().catch(undefined),
  reached: z
    .object({
      step: z.int().positive(),
      latents: hash.transform((text) => text as BlobHash),
      device,
      versions: softwareVersions,
    })
    .optional()
    .catch(undefined),
});

const turnId = z
  .string()
  .min(1)
  .transform((text) => text as TurnId);

const picture = z.object({ id: image, name: z.string(), width: side, height: side });

const area = z.object({ of: image, mask: image, width: side, height: side });

const personTurn = z.object({
  id: turnId,
  from: z.literal('person'),
  text: z.string(),
  pictures: z.array(picture),
  reference: image.nullable(),
  about: image.nullable().default(null),
  form: z.enum(['plain', 'draw', 'edit', 'ask', 'auto']).default('auto'),
  // A message is not lost for what was selected with it.
  area: area.optional().catch(undefined),
});

/** As it was stored, by an older or newer version too: `failureSentence` has words for what this one does not know. */
const failure = z
  .object({ code: z.string(), data: z.record(z.string(), z.unknown()) })
  .transform(({ code, data }) => ({ code, data }) as unknown as Failure);

const modelTurn = z.object({
  id: turnId,
  from: z.literal('model'),
  state,
  text: z.string(),
  form: z.enum(['plain', 'draw', 'edit', 'ask']).nullable(),
  failure: failure.nullable(),
  turnsLeftOut: z.int().nonnegative(),
  cut: z.object({ tokens: z.int().positive(), by: z.enum(['setting', 'model']) }).optional(),
  tokensPerSecond: z.number().positive().optional().catch(undefined),
});

const turn = z.discriminatedUnion('from', [personTurn, modelTurn]);

/** Brands the id of a stored chat. */
export const chatIdOf = (stored: string) => stored as ChatId;
export const turnIdOf = (stored: string) => stored as TurnId;

/**
 * A chat as it was stored. A turn that cannot be read stands unread in its place. Work does not outlive its page: it goes on only
 * where its tab is among `living`.
 */
export function restoreChat({ id, title, changed, turns }: StoredChat, living: ReadonlySet<string>): ChatRecord {
  return { id: chatIdOf(id), title, changed, turns: turns.map((stored) => restoreStoredTurn(stored, living)) };
}

function restoreStoredTurn(stored: StoredTurn, living: ReadonlySet<string>): TurnRecord {
  const place = { id: turnIdOf(stored.id), parent: stored.parent === null ? null : turnIdOf(stored.parent) };
  if (stored.state === 'unreadable') return { ...place, from: 'unreadable', why: stored.why };
  const restored = restoreTurn(place, stored.turn);
  if (restored.from !== 'model') return restored;
  const whole = { ...restored, results: stored.results.flatMap((found) => restoreResult(found) ?? []) };
  return living.has(stored.by) ? whole : stoppedTurn(whole);
}

/** A turn without its results. */
export function restoreTurn(place: Pick<TurnRecord, 'id' | 'parent'>, stored: unknown): TurnRecord {
  const parsed = turn.safeParse(stored);
  if (!parsed.success) return { ...place, from: 'unreadable', why: 'damaged' };
  return parsed.data.from === 'person' ? { ...parsed.data, ...place } : { ...parsed.data, ...place, results: [] };
}

/** Null where it cannot be read. */
export function restoreResult(stored: unknown): Result | null {
  try {
    return result.parse(stored);
  } catch {
    return null;
  }
}

const bundleList = z.object({
  bundles: z
    .array(
      z.object({
        id: z.string().min(1),
        name: z.string(),
        base: z.string().min(1),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional(),
      }),
    )
    .min(1),
});

/** The models of a `models/index.json`, or null where it is none. */
export function restoreBundleList(stored: unknown): z.infer<typeof bundleList>['bundles'] | null {
  const parsed = bundleList.safeParse(stored);
  return parsed.success ? parsed.data.bundles : null;
}

const drafts = z.record(z.string(), z.union([z.string(), z.boolean()]));

/** Settings as written in their fields; each field judges its own value. */
export function restoreDrafts(stored: unknown): Readonly<Record<string, string | boolean>> {
  const parsed = drafts.safeParse(stored);
  return parsed.success ? parsed.data : {};
}

const deviceNotice = z.enum([
  'NO_WEBGPU',
  'WEBGPU_GONE',
  'SOFTWARE_ADAPTER',
  'WEBGPU_BROKEN',
  'WEBGPU_WRONG',
  'SUBGROUPS_DROPPED',
  'FLOAT16_DROPPED',
]);

/** What was said of the device and is not to be said again, as far as this version says it. */
export function restoreDeviceNotices(stored: unknown): readonly z.infer<typeof deviceNotice>[] {
  return Array.isArray(stored) ? stored.filter((notice) => deviceNotice.safeParse(notice).success) : [];
}

const versions = z.record(z.string(), z.string());

/**
 * Which versions are shown: as it was in this tab, else as it was last in any. What is there no more is left out.
 *
 * @param inTab JSON
 */
export function restoreVersions(stored: unknown, inTab: string | null, chats: readonly ChatRecord[]): Chosen {
  const there = new Set<string>(chats.flatMap(({ turns }) => turns.map(({ id }) => id)));
  const read = (found: unknown) => versions.safeParse(found).data ?? {};
  const all = Object.entries({ ...read(stored), ...read(jsonOf(inTab)) });
  return Object.fromEntries(all.flatMap(([key, turn]) => (there.has(turn) ? [[key, turnIdOf(turn)]] : [])));
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

/** A crop that is no part of its picture is as good as none. */
const cropped = z
  .object({ original: picture, crop: z.object({ orientation: z.literal(orientations), box }) })
  .refine(({ original, crop: { orientation, box } }) => isIn(box, uprightSize(original, orientation)))
  .optional()
  .catch(undefined);

const unsentMessage = z.object({
  text: z.string(),
  attachments: z.array(z.object({ key: z.string().min(1), name: z.string(), record: picture, cropped })),
  reference: image.nullable(),
  about: z.union([z.object({ by: z.enum(['words', 'place']) }), z.object({ by: z.literal('mark'), key: z.string() })]),
  polishedFrom: z.string().nullable().default(null),
  area: area.nullable().catch(null),
  isShown: z.boolean(),
});

/** A message that was being written, and whether its chat was the one on the screen; undefined where there is none. */
export function restoreUnsentMessage(stored: string | null) {
  try {
    const { isShown, ...message } = unsentMessage.parse(JSON.parse(stored ?? ''));
    return { message, isShown };
  } catch {
    return undefined;
  }
}
