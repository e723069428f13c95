/** After the first visit the page needs no network; what was fetched is not fetched again; a new version never comes in between. */
import type { Locator, Page } from '@playwright/test';
import sharp from 'sharp';
import { CountedSite, type SiteOptions } from '../helpers/counted-site.ts';
import type { TestFile, User } from '../helpers/user.ts';
import { test as base, expect } from './test.ts';

const test = base.extend<{ readonly options: SiteOptions; readonly site: CountedSite }>({
  options: [{}, { option: true }],
  site: async ({ options }, use) => {
    const site = await CountedSite.start(options);
    await use(site);
    await site.close();
  },
});

test.use({
  serviceWorkers: 'allow',
  allowedHosts: ['http://localhost:'],
  // Whatever the page asks a host that is gone.
  expectedErrors: /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|status of 404|Failed to load resource/,
});

async function redSquare(): Promise<TestFile> {
  const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } });
  return { name: 'red.png', bytes: await picture.png().toBuffer() };
}

/** What only the later release says, below a picture. */
function newVersion({ page }: User): Locator {
  return page.getByRole('list', { name: 'Of the new version', exact: true });
}

/** Everything of the app lies in the browser. */
async function keptWhole(page: Page, { release }: CountedSite): Promise<void> {
  const wanted = Object.values(release.app);
  await expect(async () => expect(await keptHashes(page)).toEqual(expect.arrayContaining(wanted))).toPass();
}

function keptHashes(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const requests = await (await caches.open('nexus-gen files /')).keys();
    return requests.map(({ url }) => url.split('/').at(-1) ?? '');
  });
}

/** The page's service worker answers for what it asks: on a first visit the page stands before that. */
function controlled(page: Page): Promise<unknown> {
  return page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** What the browser keeps of its own accord. */
async function forgetBrowsersCopies(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.clearBrowserCache');
  await devtools.detach();
}

test('a first visit transfers each file once, a second none, and then a picture is drawn without a network', async ({
  user,
  page,
  site,
}) => {
  await user.open(site.url);
  await user.ask('draw a red car');
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await keptWhole(page, site);
  expect(site.sentAgain()).toEqual([]);
  expect(site.sent.filter((path) => path.endsWith('.wasm') && path.includes('ort-'))).toHaveLength(1);

  const before = site.sent.length;
  await forgetBrowsersCopies(page);
  await user.reload();
  await user.ask('draw a blue boat');
  // The host's own: which models it has, and whether there is a new version.
  expect(site.sent.slice(before).filter((path) => path !== 'models/index.json' && path !== 'sw.js')).toEqual([]);

  await site.goAway();
  await forgetBrowsersCopies(page);
  const tab = await user.inNewTab();
  await tab.open(site.url);
  await tab.ask('draw a green tree');
  await expect(tab.pictures('draw a green tree')).toHaveAttribute('data-state', 'done');
  await tab.addImage(await redSquare());
  await tab.ask('what is in the picture?');
  await expect(tab.alerts).toHaveCount(0);
  await tab.button('Settings').click();
  await tab.choose('Language', '中文');
  await expect(tab.page.getByRole('textbox', { name: '消息', exact: true })).toBeVisible();
});

test('a damaged file of what is kept is fetched again', async ({ user, page, site }) => {
  await user.open(site.url);
  await keptWhole(page, site);
  await page.evaluate(async () => {
    const cache = await caches.open('nexus-gen files /');
    for (const request of await cache.keys()) await cache.put(request, new Response('damaged'));
  });
  await forgetBrowsersCopies(page);
  await user.reload();
  await user.ask('draw a red car');
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await keptWhole(page, site);
  await site.goAway();
  await user.reload();
  await expect(user.picture).toHaveAttribute('data-state', 'done');
});

test('without room for it the page works, and says so', async ({ user, page, site }) => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.url, quotaSize: 600_000 });
  await user.open(site.url);
  await expect(page.getByText('There is no room to keep this page')).toBeVisible();
  await user.ask('draw a red car');
  await expect(user.picture).toHaveAttribute('data-state', 'done');
});

test('the browser would install it, were the window not private', async ({ user, page, site }) => {
  await user.open(site.url);
  await keptWhole(page, site);
  const devtools = await page.context().newCDPSession(page);
  const { errors, url } = await devtools.send('Page.getAppManifest');
  expect([errors, url]).toEqual([[], new URL('manifest.webmanifest', site.url).href]);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // A private window, such as a test's, installs nothing.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
});

test('a picture and words that another app shares come into the message', async ({ user, page, site }) => {
  await user.open(site.url);
  await controlled(page);
  const { bytes } = await redSquare();
  const address = await page.evaluate(async (base64) => {
    const file = new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], 'red.png');
    const form = new FormData();
    form.append('text', 'make it blue');
    form.append('pictures', file);
    return (await fetch('./share', { method: 'POST', body: form })).url;
  }, Buffer.from(bytes).toString('base64'));
  await user.open(address);
  await expect(user.message).toHaveValue('make it blue');
  await expect(page.getByRole('img', { name: /red\.png/ })).toBeVisible();
  await expect(page).toHaveURL(site.url);
  await user.reload();
  await expect(user.message).toHaveValue('make it blue');
  await user.open(address);
  await expect(user.alerts).toContainText('did not arrive');
});

test.describe('a new version', () => {
  test.use({ options: { models: 'tests' } });

  test('never comes under work, and a tab that stays with the old one keeps its files', async ({
    user,
    page,
    site,
  }) => {
    await user.open(site.url);
    await keptWhole(page, site);
    const other = await user.inNewTab();
    await other.open(site.url);
    await site.deploy('Of the new version', 'What next?');
    await user.reload();
    const update = user.button('Update');
    await expect(update).toBeVisible();
    await user.openSettings();
    await user.number('Steps').fill('1000');
    await user.say('draw a slow car');
    await expect(user.status.first()).toContainText('Drawing step');
    await update.click();
    await expect(page.getByText('The new version comes as soon as')).toBeVisible();
    await expect(user.progress).toBeVisible();
    // Only when the picture is done.
    await expect(newVersion(user)).toBeVisible();
    await expect(user.pictures('draw a slow car')).toHaveAttribute('data-state', 'done');
    await expect(update).toHaveCount(0);

    await forgetBrowsersCopies(other.page);
    await expect(other.button('Update')).toBeVisible();
    await other.addImage(await redSquare());
    await other.ask('make it blue');
    await expect(other.picture).toHaveAttribute('data-state', 'done');
    await expect(other.alerts).toHaveCount(0);
    await other.button('Update').click();
    await expect(newVersion(other)).toBeVisible();
    expect(site.sentAgain().filter((path) => path.startsWith('assets/') && path.endsWith('.wasm'))).toEqual([]);
  });
});
