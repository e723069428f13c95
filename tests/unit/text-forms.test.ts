import { describe, expect, it } from 'vitest';
import { type Form, formOf, replyKind, wordsInForm } from '../../model/text/forms.ts';
import { intentOf } from '../../model/text/intent.ts';
import { detectLanguage } from '../../model/text/language.ts';

type Expected = 'draw' | 'edit' | 'ask';

/** Words, and what they mean alone, with a picture that comes along, and after a picture earlier in the conversation. */
const table: readonly (readonly [string, alone: Expected, withPicture: Expected, afterPicture: Expected])[] = [
  ['draw a red car next to a tree on the beach', 'draw', 'edit', 'draw'],
  ['Draw a cat.', 'draw', 'edit', 'draw'],
  ['Please draw me a cat', 'draw', 'edit', 'draw'],
  ['Can you draw a dog?', 'draw', 'edit', 'draw'],
  ['could you please paint a sunset over the sea?', 'draw', 'edit', 'draw'],
  ['Hi! Could you generate an image of a fox in the snow?', 'draw', 'edit', 'draw'],
  ['Generate an image according to the following description: A cute dog', 'draw', 'edit', 'draw'],
  ['create a poster for a jazz concert', 'draw', 'edit', 'draw'],
  ['make a picture of two boats', 'draw', 'edit', 'draw'],
  ['make me a wallpaper with mountains', 'draw', 'edit', 'draw'],
  ['show me a castle at night', 'draw', 'edit', 'draw'],
  ['I want a picture of a penguin', 'draw', 'edit', 'draw'],
  ["I'd like to see a dragon", 'draw', 'edit', 'draw'],
  ['a photo of an astronaut riding a horse', 'draw', 'edit', 'draw'],
  ['a red car next to a tree on the beach', 'draw', 'edit', 'draw'],
  ['two cats and a dog', 'draw', 'edit', 'draw'],
  ['the skyline of a city under two moons', 'draw', 'edit', 'draw'],
  ['another one, please: draw a house', 'draw', 'edit', 'draw'],
  ['imagine a city under the sea', 'draw', 'edit', 'draw'],
  ['I want you to draw a frog', 'draw', 'edit', 'draw'],
  ['draw a hat on the dog in the picture', 'draw', 'edit', 'edit'],
  ['draw a hat on it', 'draw', 'edit', 'edit'],
  ['Make it night', 'ask', 'edit', 'edit'],
  ['make it night?', 'ask', 'ask', 'ask'],
  ['Can you make it night?', 'ask', 'edit', 'edit'],
  ['now make the car blue', 'ask', 'edit', 'edit'],
  ['Add a pair of sunglasses.', 'ask', 'edit', 'edit'],
  ['remove the tree', 'ask', 'edit', 'edit'],
  ['please take away the umbrella', 'ask', 'edit', 'edit'],
  ['replace the dog with a cat', 'ask', 'edit', 'edit'],
  ['turn the house into a castle', 'ask', 'edit', 'edit'],
  ['change the background to a beach', 'ask', 'edit', 'edit'],
  ['paint the car red', 'ask', 'edit', 'edit'],
  ['colorize this old photo', 'ask', 'edit', 'edit'],
  ['move it to the desert', 'ask', 'edit', 'edit'],
  ['give him a beard', 'ask', 'edit', 'edit'],
  ['put a hat on her', 'draw', 'edit', 'edit'],
  ['at night', 'draw', 'edit', 'edit'],
  ['in the style of Van Gogh', 'draw', 'edit', 'edit'],
  ['brighter', 'ask', 'edit', 'edit'],
  ['more trees', 'ask', 'edit', 'edit'],
  ['without the hat', 'ask', 'edit', 'edit'],
  ['What is in the picture?', 'ask', 'ask', 'ask'],
  ["what's in the image?", 'ask', 'ask', 'ask'],
  ['describe the picture', 'ask', 'ask', 'ask'],
  ['Can you describe this photo?', 'ask', 'ask', 'ask'],
  ['Can you see a dog?', 'ask', 'ask', 'ask'],
  ['How many apples are there?', 'ask', 'ask', 'ask'],
  ['what colour is the car', 'ask', 'ask', 'ask'],
  ['is it day or night?', 'ask', 'ask', 'ask'],
  ['where is this', 'ask', 'ask', 'ask'],
  ['Does the dog wear a hat', 'ask', 'ask', 'ask'],
  ['Please give a brief description of the image.', 'ask', 'ask', 'ask'],
  ['tell me a joke', 'ask', 'ask', 'ask'],
  ['write a poem about the sea', 'ask', 'ask', 'ask'],
  ['make a list of animals', 'ask', 'ask', 'ask'],
  ['create a short story about this picture', 'ask', 'ask', 'ask'],
  ['how do I draw a cat?', 'ask', 'ask', 'ask'],
  ['why is the sky blue', 'ask', 'ask', 'ask'],
  ['show me how to draw', 'ask', 'ask', 'ask'],
  ['I want to know what this is', 'ask', 'ask', 'ask'],
  ['hello', 'ask', 'ask', 'ask'],
  ['thank you!', 'ask', 'ask', 'ask'],
  ['What would it look like at night?', 'ask', 'ask', 'ask'],
  ['', 'ask', 'ask', 'ask'],
  ['画一只戴着墨镜的猫', 'draw', 'edit', 'draw'],
  ['请画一只猫', 'draw', 'edit', 'draw'],
  ['帮我画一张图：海滩上的红色汽车', 'draw', 'edit', 'draw'],
  ['你能画一只狗吗？', 'draw', 'edit', 'draw'],
  ['可以给我画一座房子吗', 'draw', 'edit', 'draw'],
  ['根据以下描述生成一张图像：一只猫。', 'draw', 'edit', 'draw'],
  ['生成一张图：雪地里的企鹅', 'draw', 'edit', 'draw'],
  ['我想要一张海报', 'draw', 'edit', 'draw'],
  ['来一张夜景', 'draw', 'edit', 'draw'],
  ['一只红色的鸟', 'draw', 'edit', 'draw'],
  ['海滩上的红色汽车', 'draw', 'edit', 'draw'],
  ['在它头上画一顶帽子', 'draw', 'edit', 'edit'],
  ['把车变成蓝色', 'ask', 'edit', 'edit'],
  ['请把树去掉', 'ask', 'edit', 'edit'],
  ['你能把背景换成海滩吗？', 'ask', 'edit', 'edit'],
  ['变成夜晚', 'ask', 'edit', 'edit'],
  ['把它变成夜晚', 'ask', 'edit', 'edit'],
  ['加一副墨镜', 'ask', 'edit', 'edit'],
  ['再加一棵树', 'ask', 'edit', 'edit'],
  ['删除房子', 'ask', 'edit', 'edit'],
  ['将狗替换为猫', 'ask', 'edit', 'edit'],
  ['用猫替换狗', 'ask', 'edit', 'edit'],
  ['给他戴上帽子', 'ask', 'edit', 'edit'],
  ['换到海边', 'ask', 'edit', 'edit'],
  ['水彩画风格', 'draw', 'edit', 'edit'],
  ['图里有什么？', 'ask', 'ask', 'ask'],
  ['描述一下这张图片', 'ask', 'ask', 'ask'],
  ['请描述图片', 'ask', 'ask', 'ask'],
  ['你看到了什么', 'ask', 'ask', 'ask'],
  ['有几个苹果？', 'ask', 'ask', 'ask'],
  ['车是什么颜色的', 'ask', 'ask', 'ask'],
  ['图里有狗吗', 'ask', 'ask', 'ask'],
  ['这是哪里', 'ask', 'ask', 'ask'],
  ['是白天还是夜晚？', 'ask', 'ask', 'ask'],
  ['怎么画猫？', 'ask', 'ask', 'ask'],
  ['写一首关于大海的诗', 'ask', 'ask', 'ask'],
  ['讲个笑话', 'ask', 'ask', 'ask'],
  ['你好', 'ask', 'ask', 'ask'],
  ['谢谢', 'ask', 'ask', 'ask'],
];

describe('what a turn wants', () => {
  it.each(table)('%s', (words, alone, withPicture, afterPicture) => {
    expect({
      alone: intentOf({ words, pictures: 0, earlierPictures: 0 }),
      withPicture: intentOf({ words, pictures: 1, earlierPictures: 0 }),
      afterPicture: intentOf({ words, pictures: 0, earlierPictures: 1 }),
    }).toEqual({ alone, withPicture, afterPicture });
  });
});

describe('the form of a turn', () => {
  const turn = { words: 'make it night', pictures: 1, earlierPictures: 0 };

  it.each([
    ['draw', 'auto', 'trained', 'draw'],
    ['edit', 'plain', 'trained', 'plain'],
    ['auto', 'ask', 'plain', 'ask'],
    ['auto', 'auto', 'plain', 'plain'],
    ['auto', 'auto', 'trained', 'edit'],
  ] as const)('task %s, form %s on a bundle of %s forms is %s', (task, form, forms, expected) => {
    expect(formOf({ task, form, forms, ...turn })).toBe(expected);
  });

  it.each([
    ['draw', 'en', 'A dog.', 0, 'Generate an image according to the following description: A dog.'],
    ['draw', 'zh', '一只猫。', 0, '根据以下描述生成一张图像：一只猫。'],
    ['edit', 'en', 'Make it night.', 1, ' Make it night.'],
    ['edit', 'en', 'Make it night.', 0, 'Make it night.'],
    ['ask', 'en', 'What is this?', 1, 'What is this?'],
    ['ask', 'zh', '', 1, 'Please give a brief description of the image.'],
    ['plain', 'en', '', 1, 'Please give a brief description of the image.'],
    ['plain', 'en', 'hello', 0, 'hello'],
    ['plain', 'zh', '变成夜晚', 2, ' 变成夜晚'],
  ] as const)('%s in %s puts %j behind %d pictures', (form: Form, language, words, pictures, expected) => {
    expect(wordsInForm(form, language, words, pictures)).toBe(expected);
  });
});

it.each([
  ['Here is an image based on the description: ', 'drawn'],
  ['这是根据您的描述生成的图像：', 'drawn'],
  ['Here is the image: ', 'edited'],
  ['以下为编辑后的图像：', 'edited'],
  ['Sure! Here is the image: ', null],
  ['', null],
] as const)('a reply that begins %j is %s', (reply, kind) => {
  expect(replyKind(reply)).toBe(kind);
});

it.each([
  ['a red fox', 'en'],
  ['一只红狐狸', 'zh'],
  ['画一只 cute dog', 'zh'],
  ['draw 龙', 'en'],
  ['draw a 红 fox', 'en'],
  ['42!', null],
  ['', null],
  ['日本の猫', 'zh'],
] as const)('%j is %s', (words, language) => {
  expect(detectLanguage(words)).toBe(language);
});

it('asks for a richer description in both languages', () => {
  expect(wordsInForm('polish', 'en', 'a fox', 0)).toMatch(/description.*: a fox$/);
  expect(wordsInForm('polish', 'zh', '狐狸', 0)).toMatch(/描述.*：狐狸$/);
});
