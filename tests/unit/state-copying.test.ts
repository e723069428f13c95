import { afterEach, describe, expect, test, vi } from 'vitest';
import { copyPicture, sharePicture } from '../../src/actions/keep-picture.ts';
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

describe('sharing a picture', () => {
  async function share(outcome: () => Promise<void>) {
    const page = openPage();
    page.modelIsReady();
    page.say('draw a red car');
    await page.idle();
    const [result] = page.answer().results;
    const id = result?.id ?? '';
    const shared: File[] = [];
    const navigator = {
      canShare: ({ files }: ShareData) => files?.length === 1,
      share: ({ files = [] }: ShareData) => {
        shared.push(...files);
        return outcome();
      },
    };
    vi.stubGlobal('navigator', navigator);
    sharePicture.perform(page.app, id);
    await until(() => shared.length > 0);
    return { ...page, id, result, shared, canBeShared: sharePicture.when(page.state(), id) };
  }

  test('gives the file that Save writes', async () => {
    const page = await share(async () => undefined);
    expect(page.shared.map(({ name, type }) => [name, type])).toEqual([
      [`nexus-gen-${page.result?.seed}.png`, 'image/png'],
    ]);
    const [saved] = await page.save(page.id);
    expect(new Uint8Array((await page.shared[0]?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(saved);
    expect([page.canBeShared, page.state().notices]).toEqual([true, []]);
  });

  test('refused says so; left by the person says nothing', async () => {
    const refused = await share(() => Promise.reject(new DOMException('no', 'NotAllowedError')));
    await until(() => refused.state().notices.length > 0);
    expect(refused.state().notices).toMatchObject([
      { failure: { code: 'SHARE_REFUSED' }, about: { kind: 'result', id: refused.id } },
    ]);
    const left = await share(() => Promise.reject(new DOMException('left', 'AbortError')));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(left.state().notices).toEqual([]);
  });

  test('is not offered where the system has no sheet for it', async () => {
    const page = await share(async () => undefined);
    vi.stubGlobal('navigator', {});
    expect(sharePicture.when(page.state(), page.id)).toBe(false);
  });
});
