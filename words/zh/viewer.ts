/** What a person reads in the viewer, in Chinese. */
import type { enViewer } from '../en/viewer.ts';

export const zhViewer: typeof enViewer = {
  view: (picture) => `查看${picture}`,
  smaller: '缩小',
  larger: '放大',
  fit: '完整显示',
  actual: '实际大小',
  pixels: '显示像素',
  percent: (percent) => `${percent}%`,
  previous: '上一张',
  next: '下一张',
  number: (number, of) => `第 ${number} 张，共 ${of} 张`,
  fullScreen: '全屏',
  compare: '对比',
  ways: '对比方式',
  way: { slider: '滑块', beside: '并排', difference: '差异' },
  differenceHint: '两图相同处为黑色，差异越大越亮。',
  others: '与之对比',
};
