/** What a person reads of variations, in Chinese. */
import type { enVariations } from '../en/variations.ts';

export const zhVariations: typeof enVariations = {
  howMany: '数量',
  thenPress: '选好后按“变体”，就画这么多。',
  full: '完整步数',
  pictures: (count) => `${count} 张图片`,
  drafts: '少量步数，之后再完成喜欢的',
  asDrafts: (count) => `${count} 张草稿`,
  noDrafts: '草稿：此处无法使用更少步数',
  draft: '草稿',
  finish: '完成',
  finishAll: '完成全部草稿',
};
