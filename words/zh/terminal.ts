import type { TerminalSentences } from '../terminal-sentences.ts';

export const zhTerminal: TerminalSentences = {
  seed: (seed) => `种子 ${seed}`,
  otherModel: (recipe, open) => `此配方由另一个模型（${recipe}）制作，而当前是 ${open}：图片会有所不同。`,
  otherThreads: (recipe, used) =>
    `此配方以 ${recipe} 个线程绘制，现以 ${used} 个线程重复：像素可能有舍入上的差别。要用同样多的线程，请加 --threads ${recipe}。`,
  float16Dropped: '模型用 16 位算出的值不是数字：改用 32 位重新开始，速度较慢。',
  notPainted: '模型开始画图，但 ask 不绘制图片：请使用 draw 或 edit。',
  turnsLeftOut: (turns) => `对话已经很长：模型不再看到最前面的 ${turns} 轮。`,
  portTaken: (asked, used) => `端口 ${asked} 已被其他程序占用：网页改用端口 ${used}。`,
  chat: {
    opening: '每行是一条消息。/image 路径 添加图片，/edit 编辑上一张结果，/save 路径，/new，/quit',
    added: (file) => `${file} 将随下一条消息发送。`,
    emptied: '新的对话。',
    nothingDrawn: '此对话中还没有画过图片。请先要求画一张。',
    noPath: (command) => `${command} 需要一个文件路径。`,
    notPng: (path) => `图片以 PNG 格式保存：请用 /save 文件.png，而不是 ${path}。没有写入任何内容。`,
    unknown: (command) =>
      `没有 ${command} 这个命令。没有发送任何内容。可用：/image 路径、/edit、/save 路径、/new、/quit。`,
  },
};
