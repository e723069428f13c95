/** What a person reads of Polish, in Chinese. */
import type { enPolish } from '../en/polish.ts';

export const zhPolish: typeof enPolish = {
  polish: '润色',
  notNow: {
    wordless: '先写几个字，润色会让它更丰富。',
    pictures: '润色用于绘制新图的文字，不带图片。',
    busy: '正在润色',
  },
  region: '润色后的文字',
  polishing: '正在润色你的文字…',
  added: (count) => `增加了 ${count} 个词`,
  hint: '标出的是新内容，可在消息中随意修改。',
  keep: '保留',
  undo: '撤销',
};
