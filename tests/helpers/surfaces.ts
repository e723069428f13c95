/** What is done with words and pictures beyond Send, opened one after the other as a person comes to it. */
import { expect } from '@playwright/test';
import { areaWords } from '../../words/area.ts';
import type { PageLanguage } from '../../words/words.ts';
import { readSaved } from './saved-picture.ts';
import type { User } from './user.ts';
import { words } from './words.ts';

/** Told of each surface while it is open. */
export type Look = (surface: string) => Promise<void>;

/** @param user at a page on which nothing was said, without a picture in the message */
export async function openSurfaces(user: User, language: PageLanguage, look: Look): Promise<void> {
  await polishWords(user, language, look);
  await makeDrafts(user, language, look);
  await verifyRecipes(user, language, look);
  await selectArea(user, language, look);
  await namePreset(user, language, look);
}

async function polishWords(user: User, language: PageLanguage, look: Look): Promise<void> {
  const said = words[language].page.polish;
  await user.type(language === 'zh' ? '一辆红色的车' : 'a red car');
  await user.button(said.polish).click();
  await expect(user.page.getByRole('region', { name: said.region, exact: true }).locator('ins').first()).toBeVisible();
  await look('polished words');
  await user.button(said.undo).click();
}

async function makeDrafts(user: User, language: PageLanguage, look: Look): Promise<void> {
  const { variations } = words[language].page;
  await user.ask(language === 'zh' ? '画一辆红色的车' : 'draw a red car');
  await user.button(variations.howMany).last().click();
  await expect(user.page.getByRole('menu', { name: variations.howMany, exact: true })).toBeVisible();
  await look('how many variations');
  await user.page.keyboard.press('Escape');
  await user.chooseInMenu(variations.howMany, variations.asDrafts(2));
  await user.press(user.names.variations);
  await user.idle();
  await expect(user.button(variations.finishAll)).toBeVisible();
  await look('drafts that can be finished');
}

async function verifyRecipes(user: User, language: PageLanguage, look: Look): Promise<void> {
  const { page } = user;
  const said = words[language].page.recipe;
  const dialog = page.getByRole('dialog', { name: user.names.recipe, exact: true });
  const file = { ...(await user.save()), name: '1.png' };
  await user.press(user.names.recipe);
  await dialog.getByRole('button', { name: said.verify, exact: true }).click();
  await expect(dialog.locator('.verified')).toHaveText(said.verified.identical);
  await look('a recipe that was verified');
  await page.keyboard.press('Escape');
  await user.drop(file);
  await look('a picture that was dropped and has a recipe');
  await user.button(said.ofFile(file.name)).click();
  await expect(dialog).toBeVisible();
  await look('the recipe of a file');
  await page.keyboard.press('Escape');
  await user.button(words[language].page.composer.remove(file.name)).click();
  const { recipe } = await readSaved(file.bytes);
  await user.drop({ name: '1.json', bytes: new TextEncoder().encode(JSON.stringify(recipe)) });
  await expect(dialog).toBeVisible();
  await look('a recipe that is a file of its own');
  await page.keyboard.press('Escape');
}

async function selectArea(user: User, language: PageLanguage, look: Look): Promise<void> {
  const { page } = user;
  const said = areaWords[language];
  await user.press(user.names.editThis);
  await user.button(words[language].page.composer.selectArea).click();
  const dialog = page.getByRole('dialog', { name: words[language].page.composer.selectArea, exact: true });
  await expect(dialog.getByRole('img')).toBeVisible();
  await look('selecting an area');
  await dialog.getByRole('button', { name: said.done, exact: true }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await look('no area was selected');
  await dialog.getByRole('button', { name: said.invert, exact: true }).click();
  await dialog.getByRole('button', { name: said.undo, exact: true }).click();
  await dialog.getByRole('button', { name: said.redo, exact: true }).click();
  await page.keyboard.press('+');
  await look('an area that was selected, come nearer');
  await dialog.getByRole('button', { name: said.done, exact: true }).click();
  await expect(dialog).toBeHidden();
  await look('a message about an area');
}

async function namePreset(user: User, language: PageLanguage, look: Look): Promise<void> {
  const { page } = user;
  const { own } = words[language].page.settings;
  await user.openSettings();
  await user.button(own.save).click();
  await look('a preset that is named');
  await page.getByRole('textbox', { name: own.name, exact: true }).fill('1');
  await page.keyboard.press('Enter');
  await expect(user.button(own.rename)).toBeVisible();
  await look('a preset of one’s own');
  await page.keyboard.press('Escape');
}
