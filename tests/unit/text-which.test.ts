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
  ['in the picture two cats sit on a wall', 4, null, ''],
  ['In the image 2 red cars wait', 4, null, ''],
  ['picture two cats on a sofa', 4, null, ''],
  ['Picture one cat', 4, null, ''],
  ['I am painting three small houses', 4, null, ''],
  ['a photo 3 metres wide', 4, null, ''],
  ['draw a second picture', 4, null, ''],
  ['add a second one', 4, null, ''],
  ['at last one can see the sea', 4, null, ''],
  ['draw the first photo of the moon landing', 4, null, ''],
  ['the latest version of the car', 4, null, ''],
  ['the first picture of the two', 4, 0, 'the first picture'],
  ['make the second picture of these darker', 4, 1, 'the second picture'],
  ['make image two brighter', 4, 1, 'image two'],
  ['make picture 2 blue', 4, 1, 'picture 2'],
  ['image one, but at night', 4, 0, 'image one'],
  ['turn picture three into a painting', 4, 2, 'picture three'],
  ['the image number 2', 4, 1, 'image number 2'],
  ['edit last image', 4, 3, 'last image'],
  ['桌上一副眼镜', 4, null, ''],
  ['墙上张贴着海报', 4, null, ''],
  ['加上一张桌子', 4, null, ''],
  ['床前一张椅子', 4, null, ''],
  ['画上一张笑脸', 4, null, ''],
  ['第二张桌子换成红色', 4, null, ''],
  ['最后一张脸', 4, null, ''],
  ['在草原画一只羊', 4, null, ''],
  ['保持原画质', 4, null, ''],
  ['把上一张变成夜晚', 4, 3, '上一张'],
  ['回到上一张图', 4, 3, '上一张图'],
  ['请把前一张照片调亮', 4, 3, '前一张照片'],
  ['上一副画加一棵树', 4, 3, '上一副画'],
  ['把原画变亮', 4, 0, '原画'],
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
