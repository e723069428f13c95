/** What a person reads of the names of saved pictures, in Chinese. */

import type { enFileNames } from '../en/file-names.ts';
import { setApart } from '../set-apart.ts';

export const zhFileNames: typeof enFileNames = {
  label: '保存图片的文件名',
  example: (name) => `例如 ${setApart(name)}`,
  parts: '可用部分：{date} 日期、{time} 时间、{prompt} 描述、{seed} 种子、{model} 模型、{n} 图片在对话中的序号。',
  sample: '海滩上的红色汽车',
  noPart: (part, used) => `没有 {${part}} 这个部分。现使用 ${used}。`,
  noCharacter: (character, used) => `文件名中不能有 ${character}。现使用 ${used}。`,
  brace: (used) => `有单独的大括号：部分应写作 {prompt}。现使用 ${used}。`,
  long: (used) => `文件名会太长。现使用 ${used}。`,
};
