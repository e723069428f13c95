/** What is said of checkpoints that cannot be read or converted, in Chinese. */
import type { FailureData } from '../../model/failure.ts';
import type { FileKind, ModelKind, TensorDifference } from '../../model/recognised.ts';
import type { FailureSentences, Problems } from '../failure-sentences.ts';

const again = '请重新下载并核对文件大小。';
const damaged = (file: string, what: string) => `${file} 已损坏（${what}）。没有改动任何内容。${again}`;

const fileKinds: Readonly<Record<FileKind, string>> = {
  empty: '空文件',
  'web-page': '网页',
  'server-message': '服务器的错误信息',
  json: 'JSON 文本',
  text: '文本',
  'git-lfs-pointer': 'Git LFS 指针，而不是文件本身',
  'legacy-torch': 'torch 1.6 之前的格式',
  zip: 'zip 压缩包',
  safetensors: 'safetensors 文件',
  gguf: 'GGUF 文件',
  gzip: 'gzip 压缩包',
  pdf: 'PDF 文档',
  picture: '图片',
  unknown: '未知格式',
};
const failedDownloads: ReadonlySet<FileKind> = new Set(['empty', 'web-page', 'server-message', 'git-lfs-pointer']);

const modelKinds: Readonly<Record<ModelKind, string>> = {
  'nexus-gen': 'Nexus-Gen 的语言部分',
  'generation-decoder': 'Nexus-Gen 的生成解码器',
  'editing-decoder': 'Nexus-Gen 的编辑解码器',
  'qwen-vl': 'Qwen2.5-VL',
  'language-model': '语言模型',
  flux: 'FLUX',
  autoencoder: 'FLUX 的自编码器',
  'clip-text': 'CLIP 文本编码器',
  t5: 'T5',
  'stable-diffusion': 'Stable Diffusion',
  unknown: '未知模型',
};

const jsonProblems: Problems<'CONFIG_JSON'> = {
  'byte-order-mark': '开头有字节顺序标记（BOM），请保存为不带 BOM 的 UTF-8',
  'not-finite': '出现了 JSON 不支持的 NaN 或 Infinity',
  syntax: '此处应为其他字符',
  surrogate: '半个代理对不是字符',
  depth: '嵌套过深',
  values: '值过多',
};

const headerProblems: Problems<'HEADER_JSON'> = {
  encoding: '不是 UTF-8',
  syntax: '不是 JSON',
  depth: '嵌套过深',
  surrogate: '半个代理对不是字符',
  'duplicate-key': '有名称出现了两次',
  entry: '有条目描述的不是张量',
  metadata: '元数据中有文本以外的内容',
  number: '有数字的写法不正常',
};

const layoutProblems: Problems<'TENSOR_LAYOUT'> = {
  overlap: '与另一个张量重叠',
  hole: '没有紧接在前一个张量之后',
  trailing: '是最后一个，其后却还有字节',
  length: '的长度与形状不符',
};

const valueProblems: Problems<'TENSOR_VALUES'> = {
  nan: '中有非数值',
  infinite: '中有无穷大的值',
  zeros: '中全是零',
};

const pickleProblems: Problems<'PICKLE_CORRUPT'> = {
  truncated: '张量列表提前结束',
  stack: '张量列表有缺失',
  memo: '张量列表引用了不存在的内容',
  limit: '张量列表过大，超过任何权重文件',
  text: '张量列表中有文本不是 UTF-8',
  number: '张量列表中有数字过大',
  key: '张量列表中有不能用作名称的内容',
  'duplicate-key': '张量列表中有名称出现了两次',
  trailing: '张量列表之后还有字节',
  'persistent-id': '有张量没有指明存储',
  rebuild: '有张量的构成方式不正常',
  'not-a-dictionary': '其中没有按名称存放的张量',
  'not-a-tensor': '其中有内容不是张量',
};

const zipProblems: Problems<'ZIP_MISMATCH'> = {
  'no-directory': '缺少位于压缩包末尾的目录',
  directory: '压缩包的目录自相矛盾',
  compressed: '压缩包中有文件经过压缩',
  flags: '压缩包中有文件已加密，或需要权重文件不会用到的功能',
  name: '压缩包中有文件名不可用',
  duplicate: '压缩包中有文件出现了两次',
  size: '压缩包中有文件超出其范围',
  'local-header': '压缩包中有文件与目录不符',
  overlap: '压缩包中有两个文件重叠',
  checksum: '压缩包中有文件被改动',
  'byte-order': '数字采用其他计算机的字节顺序',
  'no-pickle': '压缩包中没有张量列表',
  'missing-storage': '压缩包中缺少某个张量的数据',
};

function place(at: string | number): string {
  if (at === '') return '';
  return typeof at === 'number' ? `，位于第 ${at} 字节` : `，位于 ${at}`;
}

function difference(found: TensorDifference): string {
  const { tensor } = found;
  switch (found.problem) {
    case 'missing':
      return `缺少 ${tensor}`;
    case 'shape':
      return `${tensor} 为 ${found.actual}，应为 ${found.expected}`;
    case 'type':
      return `${tensor} 的类型为 ${found.actual}`;
  }
}

function shardMismatch({ file, shard, tensor, problem }: FailureData['SHARD_MISMATCH']): string {
  switch (problem) {
    case 'index':
      return `${file} 没有说明模型有哪些分片`;
    case 'shard-missing':
      return `${file} 列出了分片 ${shard}，但它不存在`;
    case 'tensor-missing':
      return `${file} 称 ${shard} 中有张量 ${tensor}，但其中没有`;
    case 'duplicate':
      return `${file} 的两个分片中都有张量 ${tensor}，其一是 ${shard}`;
  }
}

export const zhCheckpointFailures = {
  FILE_TRUNCATED: ({ file, needed, size }) =>
    `${file} 不完整：需要 ${needed} 字节，只有 ${size} 字节。没有改动任何内容。${again}`,
  CONFIG_JSON: ({ file, problem, line, column }) =>
    `${file} 不是有效的 JSON：${jsonProblems[problem]}（第 ${line} 行第 ${column} 列）。没有改动任何内容。请改正或重新下载。`,
  CONFIG_INVALID: ({ key, expected, actual }) =>
    `config.json 不可用：${key} 应为 ${expected}，实为 ${actual}。没有改动任何内容。请使用权重自带的 config.json。`,
  CHECKPOINT_FORMAT: ({ file, looksLike }) =>
    `${file} 不是可读的权重文件，看起来是${fileKinds[looksLike]}。没有改动任何内容。${failedDownloads.has(looksLike) ? '请重新下载；如网站要求，请先登录。' : '请使用官方发布的 safetensors 或 .bin 文件。'}`,
  HEADER_LENGTH: ({ file, length, limit }) => damaged(file, `文件头为 ${length} 字节，最多 ${limit} 字节`),
  HEADER_TOO_MANY: ({ file, count, limit }) => damaged(file, `有 ${count} 个条目，最多读取 ${limit} 个`),
  HEADER_JSON: ({ file, problem, at }) => damaged(file, `无法读取文件头：${headerProblems[problem]}${place(at)}`),
  TENSOR_LAYOUT: ({ file, tensor, problem }) => damaged(file, `张量 ${tensor} ${layoutProblems[problem]}`),
  TENSOR_SHAPE: ({ file, tensor, shape }) => damaged(file, `张量 ${tensor} 的形状 ${shape} 不可能成立`),
  TENSOR_TYPE: ({ file, tensor, type }) =>
    `${file}：张量 ${tensor} 的类型是 ${type}，不能作为权重读取。没有改动任何内容。请使用 bfloat16、float16 或 float32 的权重。`,
  TENSOR_BOUNDS: ({ file, tensor }) => damaged(file, `张量 ${tensor} 超出其存储范围`),
  TENSOR_MISSING: ({ file, tensor }) => `${file} 中没有张量 ${tensor}。没有改动任何内容。请确认权重文件齐全。`,
  TENSOR_VALUES: ({ file, tensor, problem }) => damaged(file, `张量 ${tensor} ${valueProblems[problem]}`),
  PICKLE_REFUSED: ({ file, what }) =>
    `${file} 要求运行 ${what}，而这里只读取数据。没有运行也没有改动任何内容。请使用可信来源的文件。`,
  PICKLE_CORRUPT: ({ file, problem, at }) => damaged(file, `${pickleProblems[problem]}${place(at)}`),
  PICKLE_NESTED: ({ file, at }) =>
    `${file} 中是嵌套的字典：张量位于“${at}”之内。文件没有损坏，也没有改动。请单独保存内层字典：torch.save(checkpoint["${at}"], …)。`,
  ZIP_MISMATCH: ({ file, entry, problem }) => damaged(file, `${zipProblems[problem]}${place(entry)}`),
  SHARD_MISMATCH: (data) => `${shardMismatch(data)}。没有改动任何内容。请确认分片齐全且版本一致。`,
  MODEL_MISMATCH: ({ file, looksLike, expected, differences, count }) =>
    `${file} 看起来是${modelKinds[looksLike]}，应为${modelKinds[expected]}。有 ${count} 个张量不同：${differences.map(difference).join('；')}。没有改动任何内容。请选择正确模型的文件。`,
  SOURCE_MISSING: ({ files }) =>
    `缺少 ${files.join('、')}，无法转换。没有写入任何内容。请提供含有全部模型文件的文件夹或地址；在终端中用 --from 指定。`,
  SOURCE_CHANGED: ({ file }) => `${file} 在读取时发生了变化。没有保留其内容。请待其完整后重试。`,
  FLOAT16_OVERFLOW: ({ tensor, value }) =>
    `张量 ${tensor} 的值 ${value} 超出 16 位范围。没有保留未完成的模型包。请确认权重是官方发布的版本。`,
  QUANTISER_ENDED: ({ reason }) =>
    `一个量化线程意外结束（${reason}）。已完成的文件已保留。请用更少的线程再次转换，将从中断处继续。`,
} satisfies Partial<FailureSentences>;
