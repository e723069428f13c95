/** What is said where the page does not start, which its words may be the reason of. */
import type { PageLanguage } from './words.ts';

const en = {
  insecure:
    'Over plain http from another machine the browser gives this page neither the graphics card nor storage. Nothing was lost. Open it with https, or as http://localhost on the machine that serves it.',
  failed: (reason: string) =>
    `The page could not be started (${reason}). Your chats are kept as they were. Reload it: a newer version may have taken its place.`,
  reload: 'Reload',
};

const zh: typeof en = {
  insecure:
    '通过普通 http 从另一台机器打开时，浏览器不允许本页使用显卡和存储。没有丢失任何内容。请改用 https，或在提供本页的机器上以 http://localhost 打开。',
  failed: (reason) => `页面未能启动（${reason}）。对话保持原样。请重新加载：页面可能已更新版本。`,
  reload: '重新加载',
};

export const startWords: Readonly<Record<PageLanguage, typeof en>> = { en, zh };
