/** What a person reads in the region Gallery, in Chinese. */
import type { enGallery } from '../en/gallery.ts';

export const zhGallery: typeof enGallery = {
  gallery: '图库',
  close: '关闭图库',
  pictures: '图片',
  search: '搜索图片',
  favourites: '仅看收藏',
  none: '您在所有对话中画的图片都会收集在这里。',
  noneFound: '没有包含这些词的图片。',
  noFavourite: '用星标收藏图片，就能在这里找到。',
  count: (count) => `${count} 张图片`,
  selected: (count) => `已选 ${count} 张`,
  selectAll: '全选',
  selectNone: '取消选择',
  select: (prompt) => `选择：${prompt}`,
  keys: '方向键在图片间移动，空格选择，回车打开，Delete 删除。',
  favourite: '收藏',
  show: '在对话中查看',
  delete: '删除图片',
  deleteSelected: '删除所选图片',
  save: '保存为 zip',
  deleted: '图片已删除。',
};
