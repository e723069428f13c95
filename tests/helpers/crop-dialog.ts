/** The dialog Crop and rotate of a picture beside the message, and what the picture then is. */
import { expect, type Locator, type Page } from '@playwright/test';
import sharp, { type Sharp } from 'sharp';
import type { User } from './user.ts';

export const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Crop and rotate', exact: true });
export const inDialog = (page: Page, name: string) => dialogOf(page).getByRole('button', { name, exact: true });
export const thumbnailOf = (page: Page) => page.getByRole('list', { name: 'Attached pictures' }).getByRole('img');

export async function open(user: User, name = 'pattern.png'): Promise<void> {
  await user.button(`Crop ${name}`).click();
  await expect(dialogOf(user.page).getByRole('img')).toBeVisible();
  await expect.poll(() => dialogOf(user.page).getByRole('img').evaluate(isLoaded)).toBe(true);
}

const isLoaded = (image: Element) => image instanceof HTMLImageElement && image.naturalWidth > 0;

/** The pixels of a picture that is shown; of the attached one where nothing else is said. */
export async function shown(page: Page, image: Locator = thumbnailOf(page)) {
  await expect.poll(() => image.evaluate(isLoaded)).toBe(true);
  const url = await image.evaluate((element) => {
    if (!(element instanceof HTMLImageElement)) return '';
    const canvas = document.createElement('canvas');
    canvas.width = element.naturalWidth;
    canvas.height = element.naturalHeight;
    canvas.getContext('2d')?.drawImage(element, 0, 0);
    return canvas.toDataURL('image/png');
  });
  return pixelsOf(sharp(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')));
}

export async function pixelsOf(image: Sharp) {
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { size: `${info.width} × ${info.height}`, pixels: data };
}
