import type { ConversionSentences } from '../conversion-sentences.ts';

export const zhConversion: ConversionSentences = {
  missing: {
    generation: '没有找到 generation_decoder.bin：只能由编辑解码器绘图（如果有的话）。',
    editing: '没有找到 edit_decoder.bin：编辑时会重画整张图片（如果能够绘图的话）。',
    autoencoder: '没有找到 ae.safetensors（FLUX.1-dev）：无法绘图。',
    clip: '没有找到 text_encoder/（FLUX.1-dev）：解码器需要它对空文本的向量，因此无法绘图。',
    t5: '没有找到 text_encoder_2/（FLUX.1-dev）、单文件的 T5-XXL 编码器或 negative_text.safetensors：CFG 只能为 1。之后可用 --only negative 添加。',
    tokenizer: '没有找到 tokenizer.json：模型只能读写词元编号，不能读写文字。',
  },
  columns: { part: '部分', files: '文件', stored: '存储为', bytes: '字节' },
  graphs: '计算图',
  total: '合计',
  abilities: {
    chat: '用于对话',
    draw: '用于绘图',
    edit: '用于编辑',
    'other-schedules': '用于其他步数',
    negative: '用于 CFG',
  },
  cost: ({ read, written, free, rate, threads, minutes }) =>
    `读取 ${gigabytes(read)}，写入 ${gigabytes(written)}${free === null ? '' : `（该处可用 ${gigabytes(free)}）`}；按刚才用 ${threads} 个线程测得的每秒 ${Math.round(rate / 1e6)} MB，${minutes < 1 ? '不到一分钟' : `至少需要 ${Math.ceil(minutes)} 分钟`}。`,
  nothingWritten: '没有写入任何内容。',
};

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
