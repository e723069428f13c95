/** How the page is hosted: its policy with and without headers, under a sub-path, and what it loads. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page, Response } from '@playwright/test';
import { bareFolder } from './addresses.ts';
import { expect, test } from './test.ts';

const policy = "default-src 'none'";

for (const { host, address } of [
  { host: 'with headers', address: '/' },
  { host: 'without headers, under a sub-path', address: bareFolder },
]) {
  test.describe(`a host ${host}`, () => {
    // What the policy refuses is reported by the browser.
    test.use({ serviceWorkers: 'allow', expectedErrors: /Content Security Policy|TrustedScript/ });

    test('is served whole, and nothing leaves it', async ({ user, page }) => {
      const responses: Response[] = [];
      page.on('response', (response) => responses.push(response));
      await user.open(`${address}?device=wasm`);
      await user.ask('draw a red car');
      await expect(user.picture).toHaveAttribute('data-state', 'done');
      await user.reload();
      await expect(user.picture).toHaveAttribute('data-state', 'done');

      const root = new URL(address, page.url()).href;
      expect(
        responses
          .map((response) => response.url())
          .filter((url) => !url.startsWith(root) && !/^(blob|data):/.test(url)),
      ).toEqual([]);
      const workers = responses.filter((response) => /\.worker-[\w-]+\.js$/.test(response.url()));
      expect(workers.length).toBeGreaterThan(1);
      for (const worker of workers) expect(worker.headers()['content-security-policy']).toContain(policy);

      // One runtime of one kind: what this browser needs.
      const wasm = new Set(responses.map((response) => response.url()).filter((url) => url.endsWith('.wasm')));
      expect([...wasm].map((url) => url.replace(/.*\/(.*?)-[\w-]+\.wasm$/, '$1'))).toEqual([
        'ort-wasm-simd-threaded.jspi',
      ]);

      expect(await attempts(page)).toEqual({ foreign: 'refused', evaluated: 'refused' });
      for (const worker of page.workers()) {
        const foreign = await worker.evaluate(() =>
          fetch('https://elsewhere.example/').then(
            () => 'sent',
            () => 'refused',
          ),
        );
        expect(foreign).toBe('refused');
      }
    });
  });
}

/** What a foreign script would try. */
function attempts(page: Page): Promise<{ readonly foreign: string; readonly evaluated: string }> {
  return page.evaluate(async () => {
    const foreign = await fetch('https://elsewhere.example/').then(
      () => 'sent',
      () => 'refused',
    );
    const script = document.createElement('script');
    let evaluated = 'refused';
    try {
      script.textContent = 'document.title = "evaluated"';
      document.head.append(script);
      if (document.title === 'evaluated') evaluated = 'ran';
    } catch {
      evaluated = 'refused';
    }
    return { foreign, evaluated };
  });
}

test('the build holds one onnxruntime-web, a wasm file a variant, the quantiser, and libheif in a file that can be replaced', () => {
  const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
  const wasm = files
    .filter((file) => file.endsWith('.wasm'))
    .map((file) => file.replace(/.*\/(.*?)-[\w-]+\.wasm$/, '$1'));
  expect(wasm.sort()).toEqual([
    'libheif',
    'ort-wasm-simd-threaded.asyncify',
    'ort-wasm-simd-threaded.jspi',
    'quantise',
  ]);
});

test('the build holds the schema library once, whichever workers use it', () => {
  const assets = fileURLToPath(new URL('../../dist/assets/', import.meta.url));
  const scripts = readdirSync(assets).filter((file) => file.endsWith('.js'));
  expect(scripts.filter((file) => readFileSync(join(assets, file), 'utf8').includes('ZodError'))).toHaveLength(1);
});
