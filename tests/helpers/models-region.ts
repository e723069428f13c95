/** What specs do with the models of the browser, as a person sees them. */
import type { Page } from '@playwright/test';
import type { User } from './user.ts';

export const region = (page: Page) => page.getByRole('region', { name: 'Models', exact: true });
export const article = (page: Page) => region(page).getByRole('article', { name: 'Nexus-Gen nano', exact: true });
export const button = (page: Page, name: string) => region(page).getByRole('button', { name, exact: true });
export const list = (page: Page) => page.getByRole('combobox', { name: 'Model', exact: true });

export const ownNegatives = (page: Page) =>
  region(page).getByRole('textbox', { name: 'Negative prompts of your own', exact: true });

/** The pixels of a car in a chat of its own, from one seed. */
export async function carOf(user: User): Promise<string> {
  await user.press('New chat');
  await user.openSettings();
  await user.field('Seed').fill('7');
  await user.button('Close settings').click();
  await user.ask('draw a red car');
  return user.pixels();
}

export async function openModels(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Models', exact: true }).click();
}

/** Answers the dialog of the button "Open folder", where the browser has no picker of its own, with a folder of this machine. */
export async function openFolder(page: Page, folder: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Open folder').click();
  await (await chooser).setFiles(folder);
}
