/** axe finds nothing wrong with any state of the page, however it looks. */
import { type BrowserContextOptions, expect as expectOf, type Page } from '@playwright/test';
import type { PageLanguage } from '../../words/words.ts';
import { isLong } from '../helpers/amounts.ts';
import { axeFindings } from '../helpers/axe.ts';
import { keepDeletionsUndoable, openModelForms, standInForFolders } from '../helpers/model-forms.ts';
import { chinese, english } from '../helpers/page-names.ts';
import { openSurfaces } from '../helpers/surfaces.ts';
import { User } from '../helpers/user.ts';
import { words } from '../helpers/words.ts';
import { expect, test } from './test.ts';

const address = '/?device=wasm';

interface Look {
  readonly name: string;
  readonly context: BrowserContextOptions;
  readonly language?: PageLanguage;
  /** As it is stored. */
  readonly theme?: 'contrast';
}

const narrow = { viewport: { width: 320, height: 640 } };
/** Between them every property of the others but the colours of contrast; each takes a minute. */
const fewLooks: readonly Look[] = [
  { name: 'light', context: { colorScheme: 'light' } },
  {
    name: 'Chinese, dark, 320 pixels wide',
    context: { ...narrow, colorScheme: 'dark', locale: 'zh-CN' },
    language: 'zh',
  },
];
const moreLooks: readonly Look[] = [
  { name: 'dark', context: { colorScheme: 'dark' } },
  { name: 'of high contrast', context: {}, theme: 'contrast' },
  { name: 'in forced colours', context: { forcedColors: 'active' } },
  { name: 'Chinese, dark', context: { colorScheme: 'dark', locale: 'zh-CN' }, language: 'zh' },
  { name: '320 pixels wide', context: narrow },
];

async function findsNothing(user: User, state: string): Promise<void> {
  expectOf.soft(await axeFindings(user.page), state).toEqual([]);
}

/** Looks at a dialog when it has come, and leaves it: before that, Escape would close nothing. */
async function findsNothingInDialog(user: User, state: string): Promise<void> {
  const dialog = user.page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await findsNothing(user, state);
  await user.page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
}

/** The page in a language and, where a look asks for one, a theme. */
async function openIn(page: Page, language: PageLanguage, theme: Look['theme']): Promise<User> {
  const user = new User(page, language === 'zh' ? chinese : english);
  await standInForFolders(page);
  await keepDeletionsUndoable(page);
  await user.open(address);
  if (theme !== undefined) {
    await user.openSettings();
    await user.choose('Theme', words[language].page.settings.themes[theme]);
    await page.keyboard.press('Escape');
  }
  return user;
}

for (const { name, context, language = 'en', theme } of isLong ? [...fewLooks, ...moreLooks] : fewLooks) {
  test.describe(() => {
    test.use(context);

    test(`every surface, ${name}`, async ({ page }) => {
      const user = await openIn(page, language, theme);
      await findsNothing(user, 'the opening');
      await user.ask(language === 'zh' ? '画一辆红色的车' : 'draw a red car');
      await user.press(user.names.editThis);
      await user.ask(language === 'zh' ? '改成夜晚' : 'make it night');
      await findsNothing(user, 'a drawing and an edit of it');
      await user.press(user.names.compare);
      await findsNothing(user, 'compared with what it was');
      await user.press(user.names.recipe);
      await findsNothingInDialog(user, 'the recipe');
      await walk(user, language);
    });

    test(`what is done with words and pictures, ${name}`, async ({ page }) => {
      const user = await openIn(page, language, theme);
      await openSurfaces(user, language, (surface) => findsNothing(user, surface));
    });
  });
}

/** What can be opened over and beside the conversation. */
async function walk(user: User, language: PageLanguage): Promise<void> {
  const { page } = user;
  const { page: said } = words[language];
  const closed = async () => {
    await page.keyboard.press('Escape');
    await expect(page.locator('section.gallery, section.settings:visible, section.models:visible')).toHaveCount(0);
  };
  await user.openSettings();
  await findsNothing(user, 'settings');
  await user.button(said.data.clear).click();
  await findsNothingInDialog(user, 'the question before all is cleared');
  await user.button(said.privacy.open).click();
  await expect(page.getByRole('region', { name: said.privacy.privacy, exact: true })).toBeVisible();
  await findsNothing(user, 'privacy and the requests');
  await closed();
  await user.button(said.models.models).click();
  await expect(page.getByRole('region', { name: said.models.models, exact: true })).toBeVisible();
  await findsNothing(user, 'models');
  await openModelForms(page, language, (form) => findsNothing(user, form));
  await closed();
  const chats = user.button(said.showChats);
  if (await chats.isVisible()) {
    await chats.click();
    await findsNothing(user, 'the chats');
    await page.keyboard.press('Escape');
  }
  await user.button(said.gallery.gallery).click();
  const gallery = page.getByRole('region', { name: said.gallery.gallery, exact: true });
  await gallery.getByRole('checkbox').first().check();
  await findsNothing(user, 'the gallery, with a picture selected');
  await page.keyboard.press('Escape');
  await user.log
    .getByRole('button', { name: said.viewer.view(''), exact: false })
    .last()
    .click();
  await expect(page.getByRole('dialog').getByRole('img').first()).toBeVisible();
  await findsNothing(user, 'the viewer');
  await page.getByRole('dialog').getByRole('button', { name: said.viewer.compare, exact: true }).click();
  await findsNothingInDialog(user, 'two pictures compared in the viewer');
  await page.keyboard.press('Control+k');
  await findsNothingInDialog(user, 'the commands');
  await user.log.focus();
  await page.keyboard.press('?');
  await findsNothingInDialog(user, 'the keyboard shortcuts');
}

test('work under way, in the queue, stopped and failed; two tabs; no network', async ({ user, page, context }) => {
  await user.open(address);
  await user.openSettings();
  await user.number('Steps').fill('1000');
  await page.keyboard.press('Escape');
  await user.say('draw a slow car');
  await user.say('draw a tree');
  await expect(user.progress).toBeVisible();
  await findsNothing(user, 'drawing, and one that waits');
  await user.stop();
  await user.idle();
  await findsNothing(user, 'stopped');
  await user.ask('many words '.repeat(9091));
  await expect(user.lastAnswer.getByRole('alert')).toBeVisible();
  await findsNothing(user, 'failed');
  const other = await user.inNewTab();
  await other.open(address);
  await expect(other.page.getByText(words.en.page.storage.follower)).toBeVisible();
  await findsNothing(other, 'a second tab');
  await context.setOffline(true);
  await findsNothing(user, 'without a network');
});

test('a device without room', async ({ user, page, context }) => {
  await user.open(address);
  const devtools = await context.newCDPSession(page);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize: 1000 });
  await user.ask('draw a red car');
  await expect(user.alerts.first()).toBeVisible();
  await findsNothing(user, 'nothing can be kept');
});

test('an archive that is refused, and a message with a picture that cannot be read', async ({ user, page }) => {
  await user.open(address);
  await user.drop({ name: 'torn.png', bytes: new Uint8Array([1, 2, 3]) });
  await expect(user.alerts.first()).toBeVisible();
  await findsNothing(user, 'a file that is no picture');
  await user.openSettings();
  const chooser = page.waitForEvent('filechooser');
  await user.button('Import').click();
  await (await chooser).setFiles({ name: 'torn.zip', mimeType: 'application/zip', buffer: Buffer.from('torn') });
  await expect(user.settings.getByRole('alert')).toBeVisible();
  await findsNothing(user, 'an archive that is torn');
});
