/** What a person reads while a picture is cropped; comes with the dialog. */
import type { PageLanguage } from './words.ts';

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const en = {
  title: 'Crop and rotate',
  cancel: 'Cancel',
  frame: 'Crop frame',
  shapes: 'Shape',
  shape: { free: 'Free', square: 'Square', original: 'Original shape' },
  turn: { left: 'Turn left', right: 'Turn right', mirror: 'Mirror' },
  corner: {
    topLeft: 'Top left corner',
    topRight: 'Top right corner',
    bottomLeft: 'Bottom left corner',
    bottomRight: 'Bottom right corner',
  },
  numbers: 'In pixels',
  number: { x: 'Left', y: 'Top', width: 'Width', height: 'Height' },
  outside: (name: string, low: number, high: number, used: number) =>
    `${name} is a whole number from ${low} to ${high}. ${used} is used.`,
  keys: 'By keyboard: arrow keys move the frame, or the corner that is focused; with Shift by one pixel.',
  size: (width: number, height: number) => `${width} × ${height} pixels`,
  at: ({ x, y, width, height }: Frame) => `${width} × ${height} pixels, ${x} from the left, ${y} from the top`,
  working: 'Cropping…',
  original: 'Original',
  done: 'Done',
  gone: 'This picture is no longer stored, so it cannot be cropped. Your message is kept. Close this, and bring the picture again.',
};

export type CropWords = typeof en;

const zh: CropWords = {
  title: '裁剪和旋转',
  cancel: '取消',
  frame: '裁剪框',
  shapes: '形状',
  shape: { free: '自由', square: '正方形', original: '原有形状' },
  turn: { left: '向左转', right: '向右转', mirror: '镜像' },
  corner: { topLeft: '左上角', topRight: '右上角', bottomLeft: '左下角', bottomRight: '右下角' },
  numbers: '以像素为单位',
  number: { x: '左', y: '上', width: '宽', height: '高' },
  outside: (name, low, high, used) => `“${name}”应为 ${low} 到 ${high} 的整数。现使用 ${used}。`,
  keys: '用键盘：方向键移动裁剪框，或移动有焦点的角；同时按 Shift 每次移动一个像素。',
  size: (width, height) => `${width} × ${height} 像素`,
  at: ({ x, y, width, height }) => `${width} × ${height} 像素，距左边 ${x}，距上边 ${y}`,
  working: '正在裁剪…',
  original: '原图',
  done: '完成',
  gone: '这张图片已不在存储中，无法裁剪。您的消息已保留。请关闭此窗口，重新添加图片。',
};

export const cropWords: Readonly<Record<PageLanguage, CropWords>> = { en, zh };
