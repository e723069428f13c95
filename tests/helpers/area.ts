/** An area that a person selects on a picture: the dialog, and what is done in it. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { User } from './user.ts';

export const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Select area', exact: true });
export const canvasOf = (page: Page) => dialogOf(page).getByRole('application', { name: 'Selected area', exact: true });
export const maskWidth = (page: Page) =>
  canvasOf(page)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => canvas.width);
export const inDialog = (page: Page, name: string) => dialogOf(page).getByRole('button', { name, exact: true });

/** Over the picture, in shares of its width and height. */
export async function drag(
  page: Page,
  canvas: Locator,
  from: readonly [number, number],
  to: readonly [number, number],
) {
  const box = await canvas.boundingBox();
  if (box === null) throw new Error('not shown');
  const at = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 4 });
  await page.mouse.up();
}

/** The dialog is open and its picture loaded. */
export async function openArea(user: User): Promise<void> {
  await user.press('Select area');
  await expect(dialogOf(user.page).getByRole('img')).toBeVisible();
  await expect.poll(() => maskWidth(user.page)).not.toBe(300);
}

export const told = (page: Page) => dialogOf(page).getByText(/of the picture is selected|Nothing is selected\./);
