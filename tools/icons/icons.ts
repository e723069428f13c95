/** Renders the icons of an installed page from public/icon.svg: `npm run icons`. What it writes is checked in. */
import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';

const source = new URL('../../public/icon.svg', import.meta.url);
const folder = new URL('../../public/icons/', import.meta.url);

/** A system cuts a maskable icon into its own shape, to a circle of four fifths at most; the drawing's ground reaches its edges. */
const icons = [
  { name: 'icon-192.png', size: 192, ground: 'rounded' },
  { name: 'icon-512.png', size: 512, ground: 'rounded' },
  { name: 'maskable-512.png', size: 512, ground: 'full' },
  { name: 'apple-touch-180.png', size: 180, ground: 'full' },
] as const;

export async function renderIcons(): Promise<ReadonlyMap<string, Buffer>> {
  const rounded = await readFile(source, 'utf8');
  const full = rounded.replace(/ rx="\d+"/, '');
  if (full === rounded) throw new Error('icon.svg has no rounded corners');
  const rendered = new Map<string, Buffer>();
  for (const { name, size, ground } of icons) {
    const drawing = Buffer.from(ground === 'full' ? full : rounded);
    // At the density that draws the 32 units of the file at this size.
    const picture = sharp(drawing, { density: (72 * size) / 32 }).resize(size, size);
    rendered.set(name, await picture.png({ compressionLevel: 9, palette: ground === 'full' }).toBuffer());
  }
  return rendered;
}

export async function writeIcons(): Promise<void> {
  for (const [name, bytes] of await renderIcons()) await writeFile(new URL(name, folder), bytes);
}
