/** What a person reads while an area of a picture is selected; comes with the dialog. */
import type { PageLanguage } from './words.ts';

const en = {
  hint: 'Mark what is to change. Everything else stays exactly as it is.',
  keys: 'By keyboard: in the picture, arrow keys move the cursor, with Shift in small steps. Space puts the brush down and takes it up; of a rectangle it sets one corner, then the other. Plus and minus zoom, 0 shows all. Ctrl or ⌘ with Z undoes, with Shift too it does again.',
  area: 'Selected area',
  tools: 'Tool',
  tool: { brush: 'Brush', eraser: 'Eraser', rectangle: 'Rectangle' },
  size: 'Brush size',
  invert: 'Invert',
  clear: 'Clear',
  undo: 'Undo',
  redo: 'Redo',
  fit: 'Show all',
  share: (share: number) => (share === 0 ? 'Nothing is selected.' : `${percent(share)} % of the picture is selected.`),
  down: 'Put down',
  up: 'Taken up',
  at: (across: number, down: number) => `${percent(across)} % across, ${percent(down)} % down`,
  empty: 'Nothing is selected. Mark what is to change, or press Whole picture to change all of it.',
  whole: 'Whole picture',
  cancel: 'Cancel',
  done: 'Done',
  gone: 'This picture is no longer stored, so no area of it can be selected. Your message is kept. Close this, and bring the picture again.',
};

export type AreaWords = typeof en;

const zh: AreaWords = {
  hint: '标出要改动的部分，其余部分保持原样。',
  keys: '用键盘：在图片上按方向键移动光标，同时按 Shift 可小步移动。空格键放下或提起画笔；选矩形时先定一角，再定对角。按加号或减号缩放，按 0 显示整张图片。Ctrl 或 ⌘ 加 Z 撤销，再加 Shift 重做。',
  area: '所选区域',
  tools: '工具',
  tool: { brush: '画笔', eraser: '橡皮', rectangle: '矩形' },
  size: '画笔大小',
  invert: '反选',
  clear: '清除',
  undo: '撤销',
  redo: '重做',
  fit: '显示全部',
  share: (share) => (share === 0 ? '尚未选择任何部分。' : `已选择图片的 ${percent(share)}%。`),
  down: '已放下',
  up: '已提起',
  at: (across, down) => `横向 ${percent(across)}%，纵向 ${percent(down)}%`,
  empty: '尚未选择任何部分。请标出要改动的部分；若要改动整张图片，请按“整张图片”。',
  whole: '整张图片',
  cancel: '取消',
  done: '完成',
  gone: '这张图片已不在存储中，无法选择区域。您的消息已保留。请关闭此窗口，重新添加图片。',
};

/** Something is never told as nothing. */
function percent(share: number): number {
  return share > 0 ? Math.max(1, Math.round(share * 100)) : 0;
}

export const areaWords: Readonly<Record<PageLanguage, AreaWords>> = { en, zh };
