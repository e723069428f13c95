import fc from 'fast-check';
import { expect, it } from 'vitest';
import { namedPicture } from '../../model/text/which.ts';

it.each([
  ['make the second one blue', 4, 1, 'the second one'],
  ['What is in the first picture?', 4, 0, 'the first picture'],
  ['add a hat to the 3rd image', 4, 2, 'the 3rd image'],
  ['Edit image 2, please', 4, 1, 'image 2'],
  ['use picture number four', 4, 3, 'picture number four'],
  ['photo #1 at night', 4, 0, 'photo #1'],
  ['make the last one brighter', 4, 3, 'the last one'],
  ['change the previous picture', 4, 3, 'the previous picture'],
  ['the second to last picture, but greener', 4, 2, 'the second to last picture'],
  ['no, the one before that', 4, 2, 'the one before that'],
  ['go back to the original', 4, 0, 'the original'],
  ['把第二张变成夜晚', 4, 1, '第二张'],
  ['第 2 张', 4, null, ''],
  ['把第3张图片里的狗去掉', 4, 2, '第3张图片'],
  ['第十一幅画', 12, 10, '第十一幅画'],
  ['修改上一张', 4, 3, '上一张'],
  ['最后一张图更亮', 4, 3, '最后一张图'],
  ['上上张加一棵树', 4, 2, '上上张'],
  ['倒数第二张', 4, 2, '倒数第二张'],
  ['回到原图', 4, 0, '原图'],
  ['keep the original colours', 4, null, ''],
  ['make the second car blue', 4, null, ''],
  ['the first dog', 4, null, ''],
  ['draw one more', 4, null, ''],
  ['第二只狗', 4, null, ''],
  ['the fifth one', 4, null, ''],
  ['the second to last one', 1, null, ''],
  ['image 0', 4, null, ''],
  ['the last one', 0, null, ''],
  ['', 4, null, ''],
] as const)('%j among %d is %j', (words, count, index, shown) => {
  const named = namedPicture(words, count);
  expect(named?.index ?? null).toBe(index);
  expect(words.slice(named?.from ?? 0, named?.to ?? 0)).toBe(shown);
});

it('only ever names a picture that is there', () => {
  const bits = ['the ', 'second ', 'last ', 'one', 'picture ', '第', '二', '十', '张', '倒数', '上', '12', ' to '];
  const words = fc.array(fc.constantFrom(...bits), { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(words, fc.nat({ max: 20 }), (text, count) => {
      const named = namedPicture(text, count);
      if (named !== null) expect(named.index >= 0 && named.index < count && named.to <= text.length).toBe(true);
    }),
  );
});
