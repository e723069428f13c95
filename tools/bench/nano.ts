/** What the model that ships with the page costs: its bytes, and the seconds that a picture and an answer about it take. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Device } from '../../cli/draw/device.ts';
import { neverStopped, type OpenModel, openModel } from '../../cli/draw/model.ts';
import { nano } from '../../cli/nano.ts';
import { manifestFile, parseManifest } from '../../model/bundle/manifest.ts';
import { drawnSize } from '../../model/diffusion/size.ts';
import { fail } from '../../model/failure.ts';
import { planTurn, type TurnOptions } from '../../model/text/turn-plan.ts';
import { newJobId } from '../../session/job-id.ts';
import type { ImageContent, ImageId, Painting, Seed, TurnRequest } from '../../workers/protocol.ts';
import { type BenchRow, benchRow, type Done } from './row.ts';

/** With default settings, on the smallest machine that is meant to be used: two cores, no graphics card (webgpu: drawn in software). */
const goalSeconds = {
  wasm: { picture: 2, reply: 1 },
  webgpu: { picture: 20, reply: 20 },
} as const satisfies Readonly<Record<Device['kind'], object>>;

/** What a person waits for before the first picture. */
const goalMegabytes = 32;

const prompt = 'draw a red car next to a tree on the beach';
const question = 'what is in the picture?';

interface Drawn {
  readonly painting: Painting;
  readonly seconds: number;
  /** Of these, those of the painter. */
  readonly paintingSeconds: number;
}

/** @param directory of the bundle */
export async function benchNano(
  device: Device,
  cases: number,
  done: Done,
  directory = nano,
): Promise<readonly BenchRow[]> {
  const [model, ready] = await timed(() => openModel(device, directory));
  const pictures: Drawn[] = [];
  const replies: number[] = [];
  try {
    // Graphs are loaded by the first picture and the first reply.
    const first = await draw(model, 0);
    await answer(model, first.painting, 0);
    for (let turn = 1; turn <= cases; turn += 1) {
      const drawn = await draw(model, turn);
      pictures.push(drawn);
      replies.push(await answer(model, drawn.painting, turn));
      done(turn, cases);
    }
    const whole = pictures.map(({ seconds }) => seconds);
    const painting = pictures.map(({ paintingSeconds }) => paintingSeconds);
    const { memory: plan } = model.opened;
    const { language, painter } = await model.session.memory();
    const goal = goalSeconds[device.kind];
    return [
      benchRow('bundle', 'MB', [(await bundleBytes(directory)) / 1e6], { goal: goalMegabytes }),
      benchRow('nano is ready', 's', [ready]),
      benchRow('first picture', 's', [first.seconds]),
      benchRow('picture', 's', whole, { goal: goal.picture }),
      benchRow('picture, the painter alone', 's', painting),
      benchRow('reply about a picture', 's', replies, { goal: goal.reply }),
      benchRow('most memory / planned, language', '1', [language.peak / plan.languageBytes]),
      benchRow('most memory / planned, painter', '1', [painter.peak / (plan.painterBytes ?? Number.NaN)]),
    ];
  } finally {
    await model.session.close();
  }
}

/** Of every file of a bundle, its description included. */
async function bundleBytes(directory: string): Promise<number> {
  const written = await readFile(join(directory, manifestFile));
  return parseManifest(written).files.reduce((sum, { bytes }) => sum + bytes, written.length);
}

async function draw(model: OpenModel, seed: number): Promise<Drawn> {
  const { defaults } = model.opened.bundle;
  const request = requestOf(model, seed, { task: 'draw', turns: [{ from: 'person', text: prompt, images: [] }] });
  const [reply, speaking] = await timed(() => model.session.speak(request, [], neverStopped));
  const { drawing } = reply;
  if (drawing === null) return fail('UNEXPECTED', { message: `nano answered in words: ${reply.text}` });
  const { steps, guidance, cfg } = defaults;
  const settings = { ...drawnSize(defaults), steps, guidance, cfg, negative: '', start: null };
  const { job, seed: noise } = request;
  const [painting, paintingSeconds] = await timed(() =>
    model.session.paint({ job, seed: noise, drawing, ...settings }, neverStopped),
  );
  return { painting, seconds: speaking + paintingSeconds, paintingSeconds };
}

/** Seconds of a reply about a picture that the model has not seen yet. */
async function answer(model: OpenModel, { width, height, data }: Painting, turn: number): Promise<number> {
  const id = `picture ${turn}` as ImageId;
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, at) => data[Math.floor(at / 3) * 4 + (at % 3)] ?? 0);
  const content: ImageContent = { id, kind: 'seen', pixels: { width, height, data: rgb } };
  const request = requestOf(model, turn, { task: 'ask', turns: [{ from: 'person', text: question, images: [id] }] });
  const [, seconds] = await timed(() => model.session.speak(request, [content], neverStopped));
  return seconds;
}

function requestOf(
  { opened }: OpenModel,
  seed: number,
  asked: Pick<TurnOptions<ImageId>, 'task' | 'turns'>,
): TurnRequest {
  const { temperature, topP, maxTokens } = opened.bundle.defaults;
  return {
    job: newJobId(),
    plan: planTurn({ form: 'auto', language: 'auto', reference: null, ...asked }, opened.bundle),
    imagined: null,
    decoder: 'auto',
    prefill: 'pass',
    sampling: { temperature, topP, maxTokens },
    seed: String(seed) as Seed,
  };
}

async function timed<Result>(work: () => Promise<Result>): Promise<readonly [Result, number]> {
  const begin = performance.now();
  const result = await work();
  return [result, (performance.now() - begin) / 1000];
}
