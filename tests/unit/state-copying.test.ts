import { afterEach, describe, expect, test, vi } from 'vitest';
import { copyPicture } from '../../src/actions/keep-picture.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';

afterEach(() => vi.unstubAllGlobals());

class ClipboardPictures {
  readonly pictures: Readonly<Record<string, Promise<Blob>>>;

  constructor(pictures: Readonly<Record<string, Promise<Blob>>>) {
    this.pictures = pictures;
  }
}

describe('copying a picture', () => {
  async function copy(clipboard: object | undefined) {
    const page = openPage();
    page.modelIsReady();
    page.say('draw a red car');
    await page.idle();
    const id = page.answer().results[0]?.id ?? '';
    vi.stubGlobal('navigator', clipboard === undefined ? {} : { clipboard });
    if (clipboard !== undefined) vi.stubGlobal('ClipboardItem', class {});
    copyPicture.perform(page.app, id);
    await until(() => page.state().notices.length > 0);
    return { id, notices: page.state().notices };
  }

  test.each([
    ['missing', undefined],
    ['refused', { write: () => Promise.reject(new DOMException('denied', 'NotAllowedError')) }],
  ] as const)('with a clipboard that is %s says so and offers Save', async (problem, clipboard) => {
    const { id, notices } = await copy(clipboard);
    expect(notices).toMatchObject([
      { failure: { code: 'COPY_REFUSED', data: { problem, what: 'picture' } }, about: { kind: 'result', id } },
    ]);
  });

  test('gives the clipboard a PNG, though a file of the disk has no type', async () => {
    const page = openPage();
    page.modelIsReady();
    page.say('draw a red car');
    await page.idle();
    const stored = page.app.storage.blob;
    vi.spyOn(page.app.storage, 'blob').mockImplementation(async (hash) => {
      const blob = await stored.call(page.app.storage, hash);
      return blob && new Blob([await blob.arrayBuffer()]);
    });
    const types: string[] = [];
    const write = async (items: readonly ClipboardPictures[]) => {
      for (const picture of items.flatMap(({ pictures }) => Object.values(pictures))) types.push((await picture).type);
    };
    vi.stubGlobal('ClipboardItem', ClipboardPictures);
    vi.stubGlobal('navigator', { clipboard: { write } });
    const id = page.answer().results[0]?.id ?? '';
    copyPicture.perform(page.app, id);
    await until(() => page.state().copied === id || page.state().notices.length > 0);
    expect([types, page.state().notices]).toEqual([['image/png'], []]);
  });
});
