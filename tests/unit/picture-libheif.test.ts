/** The part of the page that reads HEIC, where it is not there. */
import { afterEach, expect, test, vi } from 'vitest';
import { failureOf } from '../../model/failure.ts';
import { loadLibheif } from '../../workers/picture/libheif.ts';

afterEach(() => void vi.unstubAllGlobals());

test.each([
  ['the connection is gone', () => Promise.reject(new TypeError('Failed to fetch'))],
  ['the page was updated', async () => new Response('', { status: 404 })],
  [
    'it breaks off',
    async () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.error(new TypeError('network error')),
        }),
      ),
  ],
])('where %s it is told as a part of the page', async (_, fetching) => {
  vi.stubGlobal('fetch', fetching);
  expect(await loadLibheif().catch(failureOf)).toMatchObject({ code: 'PAGE_PART' });
});
