/** What can be opened over and beside the conversation, one after the other, to be looked at. */
import type { ChromePage } from '../../cli/chrome.ts';

type Page = Parameters<Parameters<ChromePage['ask']>[0]>[0];

interface Surface {
  readonly name: string;
  readonly open: (page: Page) => Promise<void>;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const press = (page: Page, name: string | RegExp) => button(page, name).last().click();

/** Each is left by Escape. */
const surfaces: readonly Surface[] = [
  { name: 'conversation', open: async () => undefined },
  { name: 'compare', open: (page) => press(page, 'Compare') },
  { name: 'difference', open: (page) => press(page, 'Difference') },
  { name: 'recipe', open: (page) => press(page, 'Recipe') },
  { name: 'settings', open: (page) => press(page, 'Settings') },
  {
    name: 'data',
    async open(page) {
      await press(page, 'Settings');
      await button(page, 'Export').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'clear',
    async open(page) {
      await press(page, 'Settings');
      await press(page, 'Clear all data');
    },
  },
  {
    name: 'privacy',
    async open(page) {
      await press(page, 'Settings');
      await press(page, 'Privacy and network');
    },
  },
  { name: 'models', open: (page) => press(page, 'Models') },
  {
    name: 'gallery',
    async open(page) {
      await press(page, 'Gallery');
      await page.getByRole('checkbox').first().check();
    },
  },
  { name: 'viewer', open: (page) => press(page, /^View Image/) },
  {
    name: 'viewer-compare',
    async open(page) {
      await press(page, /^View Image/);
      await page.getByRole('dialog').getByRole('button', { name: 'Compare', exact: true }).click();
    },
  },
  {
    name: 'polish',
    async open(page) {
      await page.getByRole('textbox', { name: 'Message', exact: true }).fill('draw a red car');
      await press(page, 'Polish');
      await page.getByRole('region', { name: 'Polished words', exact: true }).getByRole('button').first().waitFor();
    },
  },
  {
    name: 'preset',
    async open(page) {
      await press(page, 'Settings');
      await press(page, 'Save as preset');
    },
  },
  {
    name: 'area',
    async open(page) {
      await press(page, 'Edit this');
      await press(page, 'Select area');
      const dialog = page.getByRole('dialog', { name: 'Select area', exact: true });
      await dialog.getByRole('img').waitFor();
      const box = await dialog.getByRole('application').boundingBox();
      if (box === null) return;
      await page.mouse.move(box.x + box.width / 3, box.y + box.height / 3);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2, box.y + (2 * box.height) / 3, { steps: 4 });
      await page.mouse.up();
    },
  },
  { name: 'palette', open: (page) => page.keyboard.press('Control+k') },
  {
    name: 'shortcuts',
    async open(page) {
      // Nothing has the focus, so that the key is a shortcut, and no ring is in the pictures that follow.
      await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
      await page.keyboard.press('?');
    },
  },
];

const looks = [
  { name: 'desktop-light', size: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'desktop-dark', size: { width: 1280, height: 900 }, colorScheme: 'dark' },
  { name: 'phone-light', size: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: 'phone-dark', size: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;

/** @param page with a drawing and an edit of it, in English; @param folder is there */
export async function shootSurfaces(page: Page, folder: string): Promise<void> {
  for (const { name: look, size, colorScheme } of looks) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    for (const { name, open } of surfaces) {
      await open(page);
      await settle(page);
      await page.screenshot({ path: `${folder}${name}-${look}.png`, animations: 'disabled' });
      await leave(page);
    }
  }
  await press(page, 'Settings');
  await page.getByRole('combobox', { name: 'Language', exact: true }).selectOption('zh');
  await page.screenshot({ path: `${folder}chinese-settings-phone-dark.png`, animations: 'disabled' });
  await leave(page);
  for (const { name: look, size, colorScheme } of looks) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await settle(page);
    await page.screenshot({ path: `${folder}chinese-${look}.png`, animations: 'disabled' });
  }
}

/** Whatever is open, and what is open below it. */
async function leave(page: Page): Promise<void> {
  for (const pressed of ['Compare', 'Difference']) {
    const toggle = page.locator('.result').getByRole('button', { name: pressed, exact: true, pressed: true });
    if ((await toggle.count()) > 0) await toggle.click();
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  const edited = button(page, 'Remove The picture to change');
  if ((await edited.count()) > 0) await edited.click();
}

/** Pictures are decoded and what moves has arrived. */
async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(700);
}
