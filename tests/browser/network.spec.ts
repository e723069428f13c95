/** Nothing leaves the page: each way out is tried against another origin, and what is asked of the network is shown. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from './test.ts';

const address = '/?device=wasm';

test('every request of the page and of its workers is shown, with what it was for', async ({ user, page }) => {
  await user.open(address);
  await user.ask('draw a red car');
  await user.button('Settings').click();
  await page.getByRole('button', { name: 'Privacy and network', exact: true }).click();
  const privacy = page.getByRole('region', { name: 'Privacy', exact: true });
  const network = privacy.getByRole('region', { name: 'Network', exact: true });
  await expect(privacy).toBeFocused();
  const { origin, host } = new URL(page.url());
  const rows = network.getByRole('table', { name: `Requests: ${origin}`, exact: true }).getByRole('row');
  // Of the page itself, of its code, and of each worker: what computes, and what is computed with.
  await expect(rows.filter({ hasText: /^\/.*The page/ })).toHaveCount(1);
  await expect(rows.filter({ hasText: /index.*\.js.*The page/ })).toHaveCount(1);
  await expect(rows.filter({ hasText: /transformer-1\.bin.*The model/ })).toHaveCount(1);
  await expect(rows.filter({ hasText: /\.wasm.*Computing/ }).first()).toBeVisible();
  await expect(network.getByText(`all to ${host}, where the page itself comes from.`)).toBeVisible();
  await expect(network.getByRole('table')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(privacy).toHaveCount(0);
});

test.describe('ways out', () => {
  // Each that is refused is told in the console.
  test.use({ expectedErrors: /Content Security Policy|TrustedScriptURL|Trusted Type|ERR_BLOCKED|violates/ });
  test.use({ allowedHosts: ['http://localhost:', 'ws://localhost:'] });

  test('no way out of the page reaches another origin', async ({ user, page }) => {
    const heard: string[] = [];
    const server = createServer(({ url }, response) => {
      heard.push(url ?? '');
      response.setHeader('Access-Control-Allow-Origin', '*').end();
    });
    server.on('upgrade', ({ url }, socket) => {
      heard.push(url ?? '');
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const elsewhere = `http://localhost:${(server.address() as AddressInfo).port}`;
    try {
      await user.open(address);
      await user.ask('draw a red car');
      const refused = await page.evaluate(async (host) => {
        const violated: string[] = [];
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
          violated.push(effectiveDirective),
        );
        const attempt = async (way: () => unknown) => {
          try {
            await way();
          } catch {
            // Refused at once.
          }
        };
        await attempt(() => fetch(`${host}/fetch?words`));
        await attempt(() => fetch(`${host}/no-cors`, { mode: 'no-cors', method: 'POST', body: 'words' }));
        await attempt(() => new WebSocket(`${host.replace('http', 'ws')}/socket`));
        await attempt(() => new EventSource(`${host}/events`));
        await attempt(() => navigator.sendBeacon(`${host}/beacon`, 'words'));
        await attempt(() => import(/* @vite-ignore */ `${host}/module.js`));
        await attempt(() => new Worker(`${host}/worker.js`));
        const add = (name: string, properties: object) =>
          attempt(() => document.body.append(Object.assign(document.createElement(name), properties)));
        await add('img', { src: `${host}/image` });
        await add('iframe', { src: `${host}/frame` });
        await add('video', { src: `${host}/video` });
        await add('link', { rel: 'stylesheet', href: `${host}/style.css` });
        await add('link', { rel: 'prefetch', href: `${host}/prefetch` });
        const form = Object.assign(document.createElement('form'), { action: `${host}/form`, method: 'post' });
        document.body.append(form);
        await attempt(() => form.submit());
        await new Promise((resolve) => setTimeout(resolve, 1500));
        return [...new Set(violated)].sort();
      }, elsewhere);
      for (const directive of ['connect-src', 'img-src', 'frame-src', 'media-src', 'form-action'])
        expect(refused).toContain(directive);
      expect(new URL(page.url()).pathname).toBe('/');
      expect(await page.evaluate(() => 'RTCPeerConnection' in window || 'webkitRTCPeerConnection' in window)).toBe(
        false,
      );
      // The library's worker may ask other hosts, over https alone; the others none.
      for (const worker of page.workers()) {
        const answer = await worker.evaluate(
          (host) =>
            fetch(`${host}/worker-fetch`).then(
              () => 'answered',
              () => 'refused',
            ),
          elsewhere,
        );
        expect(answer).toBe('refused');
      }
      expect(heard).toEqual([]);
    } finally {
      server.close();
    }
  });
});
