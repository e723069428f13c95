/** What a person reads while a picture is enlarged; comes with the dialog. */
import { setApart } from './set-apart.ts';
import type { PageLanguage } from './words.ts';

const en = {
  title: 'Enlarge',
  close: 'Close',
  hint: 'The larger picture is saved as a file of its own. Its recipe says how it was enlarged.',
  way: 'How',
  by: { pixels: 'Pixels', 'esrgan-slim': 'Upscaler' },
  explained: {
    pixels: 'Each pixel becomes a square. Sharp, and nothing is invented.',
    'esrgan-slim': 'A small network (1 MB, fetched once) draws smooth edges. Fine texture is its guess.',
  },
  size: 'Size',
  factor: (factor: number, width: number, height: number) => `× ${factor}, ${width} × ${height}`,
  tooLarge: 'Larger than the largest picture that is made, 16.8 million pixels.',
  save: 'Save enlarged',
  stop: 'Stop',
  progress: 'Enlarging',
  waiting: 'Waits for what works now.',
  starting: 'Enlarging…',
  working: (done: number, of: number) => `Part ${done} of ${of} done`,
  saved: (name: string) => `Saved as ${setApart(name)}.`,
  stopped: 'Stopped: nothing was saved.',
};

export type EnlargeWords = typeof en;

const zh: EnlargeWords = {
  title: '放大',
  close: '关闭',
  hint: '放大后的图片另存为一个文件，其配方注明放大方式。',
  way: '方式',
  by: { pixels: '像素', 'esrgan-slim': '超分辨率' },
  explained: {
    pixels: '每个像素变成一个方块。清晰，不添加任何内容。',
    'esrgan-slim': '由一个小网络（1 MB，只下载一次）画出平滑的边缘；细微的纹理是它的推测。',
  },
  size: '大小',
  factor: (factor, width, height) => `× ${factor}，${width} × ${height}`,
  tooLarge: '超过可生成的最大图片（1680 万像素）。',
  save: '保存放大图',
  stop: '停止',
  progress: '正在放大',
  waiting: '等待当前工作完成。',
  starting: '正在放大…',
  working: (done, of) => `已完成 ${done} / ${of} 部分`,
  saved: (name) => `已保存为 ${setApart(name)}。`,
  stopped: '已停止，未保存任何内容。',
};

export const enlargeWords: Readonly<Record<PageLanguage, EnlargeWords>> = { en, zh };
