/** What the page's own picture worker, as it was built, reads in a file. */
import type { Page } from '@playwright/test';
import type { Failure } from '../../model/failure.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import type { Outcome } from '../../workers/protocol.ts';
import { blue, photo, red } from './photos.ts';
import type { TestFile, User } from './user.ts';

/** The address of the worker that the page starts for a picture. */
export async function pictureWorkerUrl(user: User): Promise<string> {
  const started = user.page.waitForEvent('worker', (worker) => worker.url().includes('/picture.worker'));
  await user.drop(await photo('first.png', red, blue));
  const url = (await started).url();
  await user.page.getByRole('img', { name: 'Picture: first.png' }).waitFor();
  await user.button('Remove first.png').click();
  return url;
}

/** A file's pixels as they go to the model, or why there are none. */
export async function readInPage(page: Page, url: string, { name, bytes }: TestFile): Promise<RgbImage | Failure> {
  const base64 = Buffer.from(bytes).toString('base64');
  const outcome = await page.evaluate(ask, { url, name, base64 });
  if (!outcome.ok) return outcome.failure;
  const { width, height, data } = outcome.result;
  return { width, height, data: new Uint8Array(Buffer.from(data, 'base64')) };
}

interface Asked {
  readonly url: string;
  readonly name: string;
  readonly base64: string;
}

type Read = Outcome<{ readonly width: number; readonly height: number; readonly data: string }>;

/** Runs in the page. Speaks as Comlink does. */
async function ask({ url, name, base64 }: Asked): Promise<Read> {
  const worker = new Worker(url, { type: 'module', name: 'a test' });
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const id = 'question';
  const values = [new Blob([bytes]), name].map((value) => ({ type: 'RAW', value }));
  const answer = new Promise<Outcome<RgbImage>>((resolve) => {
    worker.addEventListener('message', ({ data }) => data?.id === id && resolve(data.value));
  });
  worker.postMessage({ id, type: 'APPLY', path: ['read'], argumentList: values });
  const outcome = await answer;
  worker.terminate();
  if (!outcome.ok) return outcome;
  const { width, height, data } = outcome.result;
  let text = '';
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return { ok: true, result: { width, height, data: btoa(text) } };
}
