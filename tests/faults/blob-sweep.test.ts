/** A picture's file under every fault at every operation: it is whole or it is not there, and can be written again. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { BlobFiles } from '../../workers/storage/blobs.ts';
import { FaultFolder, faults } from '../helpers/fault-folder.ts';

const pictures = ['one', 'two'].map((text) => {
  const bytes = new TextEncoder().encode(text.repeat(500));
  return { bytes, hash: createHash('sha256').update(bytes).digest('hex') };
});

async function writeBoth(folder: FaultFolder): Promise<string[]> {
  const blobs = new BlobFiles(folder);
  const written: string[] = [];
  for (const { hash, bytes } of pictures) {
    await blobs.write(hash, bytes).then(
      () => written.push(hash),
      () => undefined,
    );
  }
  return written;
}

test.each(faults)('a fault at each operation: %s', async (fault) => {
  const whole = new FaultFolder();
  await writeBoth(whole);
  expect(whole.operations).toBeGreaterThan(10);
  for (let number = 1; number <= whole.operations; number++) {
    const where = `${fault} at operation ${number}`;
    const folder = new FaultFolder();
    folder.failAt(number, fault);
    const written = await writeBoth(folder);
    folder.restart();
    const blobs = new BlobFiles(folder);
    for (const { hash, bytes } of pictures) {
      const found = await blobs.read(hash);
      if (written.includes(hash)) expect(found, where).toEqual(bytes);
      else if (found !== null) expect(found, where).toEqual(bytes);
    }
    await blobs.sweep();
    expect(await writeBoth(folder), where).toEqual(pictures.map(({ hash }) => hash));
    expect([...folder.fileNames].sort(), where).toEqual(pictures.map(({ hash }) => hash).sort());
  }
});

test('a picture that finds no room keeps no other from the disk', async () => {
  const folder = new FaultFolder();
  folder.room = 2000;
  const blobs = new BlobFiles(folder);
  const large = new Uint8Array(3000).fill(7);
  const hash = createHash('sha256').update(large).digest('hex');
  await expect(blobs.write(hash, large)).rejects.toMatchObject({
    failure: { code: 'NOT_KEPT', data: { reason: 'full' } },
  });
  expect(folder.fileNames).toEqual([]);
  expect(await writeBoth(folder)).toHaveLength(1);
});

test('a file whose bytes were changed counts as missing, and is written anew', async () => {
  const folder = new FaultFolder();
  await writeBoth(folder);
  const [{ hash, bytes } = { hash: '', bytes: new Uint8Array() }] = pictures;
  folder.change(hash, (stored) => {
    stored[3] = (stored[3] ?? 0) ^ 1;
    return stored;
  });
  expect(await new BlobFiles(folder).read(hash)).toBeNull();
  await writeBoth(folder);
  expect(await new BlobFiles(folder).read(hash)).toEqual(bytes);
});
