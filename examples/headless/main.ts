/** Words in, a picture out: a page that draws with the model that ships and has nothing of the page that does. */
import { newJobId } from 'nexus-gen-web/session/job-id';
import { createModelSession } from 'nexus-gen-web/session/model-session';
import { runTurn } from 'nexus-gen-web/session/turn';
import type { AskedTurn } from 'nexus-gen-web/session/turn-events';
import { threadWorkers } from 'nexus-gen-web/session/worker-threads';
import languageUrl from 'nexus-gen-web/workers/language/language.worker?worker&url';
import painterUrl from 'nexus-gen-web/workers/painter/painter.worker?worker&url';
import type { Seed } from 'nexus-gen-web/workers/protocol';

const urls = { language: languageUrl, painter: painterUrl };
const workers = threadWorkers((side) => {
  // The worker holds a lock of its name while it lives.
  const name = `${side} ${crypto.randomUUID()}`;
  const worker = new Worker(urls[side], { type: 'module', name });
  return { name, worker, released: () => navigator.locks.request(name, () => undefined) };
});
const parameters = new URLSearchParams(location.search);
const session = createModelSession(workers, () => (parameters.get('device') === 'wasm' ? 'wasm' : 'auto'));
const base = new URL(parameters.get('bundle') ?? 'models/nano/', document.baseURI).href;
const opening = session.open({ kind: 'http', base });

/** No pictures come along here, and the recipe is told nothing of the software. */
const sources = {
  picture: async () => null,
  size: () => undefined,
  versions: async () => ({}),
  async hash(bytes: Uint8Array<ArrayBuffer>) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  },
};

const asked = (words: string): AskedTurn => ({
  job: newJobId(),
  turns: [{ from: 'person', text: words, images: [] }],
  ...({ task: 'auto', form: 'auto', language: 'auto', decoder: 'auto', prefill: 'pass' } as const),
  ...({ reference: null, imagined: null, recipes: 'picture', wanted: 'pictures' } as const),
  sampling: { temperature: 0, topP: 1, maxTokens: 256 },
  seed: '7' as Seed,
  painting: { size: null, steps: null, guidance: null, cfg: null, negative: '', start: null, strength: null },
});

async function draw(words: string, told: HTMLOutputElement, canvas: HTMLCanvasElement): Promise<void> {
  const context = { session, opened: await opening, sources };
  for await (const event of runTurn(context, asked(words), new AbortController().signal)) {
    if (event.type === 'step') told.value = `step ${event.step} of ${event.steps}`;
    if (event.type === 'ended') told.value = event.reply.text;
    if (event.type !== 'preview' && event.type !== 'painted') continue;
    const { width, height, data } = event.type === 'painted' ? event.painting : event;
    Object.assign(canvas, { width, height });
    canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
  }
}

const [form, told, canvas] = [document.forms[0], document.querySelector('output'), document.querySelector('canvas')];
form?.addEventListener('submit', (event) => {
  event.preventDefault();
  const words = new FormData(form).get('words');
  if (told === null || canvas === null || typeof words !== 'string') return;
  draw(words, told, canvas).catch((error: unknown) => {
    told.value = String(error);
  });
});
