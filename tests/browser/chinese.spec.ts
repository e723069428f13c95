/** The Chinese page: wherever a person goes in it, nothing is in English. */
import type { Page } from '@playwright/test';
import { chinese } from '../helpers/page-names.ts';
import { openSurfaces } from '../helpers/surfaces.ts';
import { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

test.use({ locale: 'zh-CN' });

/** Names, units, keys and formats that Chinese writes as English does; and what the tests' own model and files are called. */
const same = new Set(
  'Nexus-Gen nexus-gen Tiny tiny TINY AI CFG GPU WebGPU WebAssembly PNG JSON ZIP PSNR dB KB MB GB px ms Ctrl Shift Alt Esc Enter Space Tab float32 float16 png json Hugging Face ModelScope Top p Z Markdown kB'.split(
    ' ',
  ),
);

test('what is done with words and pictures has no English word', async ({ page }) => {
  const user = new User(page, chinese);
  await user.open('/?device=wasm');
  await openSurfaces(user, 'zh', async (surface) => {
    const said = await saidOn(page);
    expect(said.length, surface).toBeGreaterThan(20);
    const english = said.filter((text) => wordsOf(text).some((word) => !same.has(word)));
    expect(english, surface).toEqual([]);
  });
});

/** But for a file's name, which stands apart from the direction of its sentence, and the parts of such names, which are typed so. */
function wordsOf(text: string): readonly string[] {
  return text.replaceAll(/\u2068[^\u2069]*\u2069|\{[a-z]+\}/g, '').match(/[A-Za-z][\w-]*/g) ?? [];
}

/** All that the page says to the eye or to a reader, but for what a person, a model or a file says. */
function saidOn(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const others = '.words, ins, .opens-chat, select[aria-label="模型"], textarea, input, script, noscript, style';
    const said: string[] = [];
    for (const element of document.body.querySelectorAll('*')) {
      if (element.closest(others) !== null || !element.checkVisibility()) continue;
      for (const name of ['aria-label', 'title', 'alt', 'placeholder']) said.push(element.getAttribute(name) ?? '');
      for (const { nodeType, textContent } of element.childNodes) if (nodeType === 3) said.push(textContent ?? '');
    }
    return said.map((text) => text.trim()).filter((text) => text !== '');
  });
}
