import type { FailureData } from '../../model/failure.ts';
import type { ReadingProblem, WritingProblem } from '../../model/recognised.ts';
import { byteText } from '../byte-text.ts';
import type { FailureSentences, Problems } from '../failure-sentences.ts';
import { unforeseenCode } from '../unforeseen-code.ts';
import { zhCheckpointFailures } from './checkpoint-failures.ts';
import { zhArchiveFailures } from './data.ts';
import { zhLibraryFailures } from './library-failures.ts';

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);

const outputProblems: Readonly<Record<WritingProblem, string>> = {
  'no-folder': '所在文件夹不存在',
  'is-folder': '已有同名文件夹',
  'is-file': '需要文件夹的位置是一个文件',
  'dangling-link': '该名称是一个失效的链接',
  'not-a-file': '该名称对应的不是普通文件',
  'read-only': '该位置为只读',
  full: '磁盘已满',
  'file-size': '磁盘不支持这么大的文件',
  name: '文件名过长',
  disk: '磁盘报告错误',
  other: '系统拒绝写入',
};

const unreadable: Readonly<Record<ReadingProblem, (file: string) => string>> = {
  'no-file': (file) => `没有文件 ${file}`,
  'no-folder': (file) => `没有文件夹 ${file}`,
  nothing: (file) => `没有文件或文件夹 ${file}`,
  'is-folder': (file) => `${file} 是文件夹，不是文件`,
  'is-file': (file) => `${file} 是文件，不是文件夹`,
  'not-a-file': (file) => `${file} 不是可以读取的文件`,
  'link-loop': (file) => `${file} 是一个指回自身的链接`,
  'standard-input': (file) => `${file} 表示标准输入，此处不读取；名为 - 的文件请写作 ./-`,
  refused: (file) => `无法读取 ${file}：没有读取权限`,
  disk: (file) => `无法读取 ${file}：磁盘报告错误`,
  other: (file) => `无法读取 ${file}`,
};

const pictureProblems: Readonly<Record<FailureData['PICTURE_DAMAGED']['problem'], string>> = {
  empty: '文件是空的',
  truncated: '文件在图片结束前就中断了',
  undecodable: '无法从文件内容中还原出图片',
  profile: '无法读取其颜色配置文件',
};

const graphProblems: Problems<'GRAPH_FILE'> = {
  size: '文件过大',
  damaged: '文件已损坏',
  'no graph': '其中没有计算图',
  domain: '含有未知的算子',
  type: '含有未知类型的值',
};

const pngProblems: Problems<'PNG_DAMAGED'> = {
  signature: '开头不是 PNG',
  truncated: '文件提前结束',
  checksum: '内容被改动',
  text: '其中的文本无法读取',
  limit: '其中的文本过长',
  size: '实际大小与所述不符',
};

const recipePictures: Readonly<Record<FailureData['RECIPE_PICTURE_MISSING']['came'], (words: string) => string>> = {
  brought: (words) => (words === '' ? '没有附文字的那张' : `随“${words}”发送的那张`),
  drawn: (words) => (words === '' ? '模型画的那张' : `由“${words}”画出的那张`),
  beside: () => '任何消息中都没有显示的一张',
  mask: () => '所选区域的蒙版（可在“配方”中保存）',
};

const stages: Readonly<Record<FailureData['STOPPED']['stage'], string>> = {
  waiting: '等待',
  loading: '准备模型',
  reading: '读取',
  writing: '书写',
  drawing: '绘制',
};

const arrivals = {
  silent: '30 秒内没有收到任何数据',
  unreachable: '无法连接其网站',
  refused: '其网站拒绝了请求',
  'no ranges': '其服务器不按请求发送大文件的片段',
} as const;

const bundleFiles = {
  missing: '缺失',
  size: '大小不符',
  hash: '已被改动',
  page: '不存在：收到的是一个网页（可能是登录页）',
} as const;

export const zhFailures: FailureSentences = {
  GRAPH_SHAPE: ({ at, expected, actual }) =>
    `模型在 ${at} 处不吻合：应为 ${expected}，实为 ${actual}。没有改动任何内容。请确认权重与 config.json 属于同一个模型。`,
  LINK_DANGLING: ({ file, target }) =>
    `${file} 是指向 ${target} 的链接，而该文件不存在。没有改动任何内容。请恢复该文件，或使用其他文件。`,
  FILE_UNREADABLE: ({ file, problem, reason }) =>
    `${unreadable[problem](file)}${problem === 'other' ? `（${reason}）` : ''}。没有改动任何内容。请确认路径无误且可以读取。`,
  GRAPH_FILE: ({ file, problem }) =>
    `${file} 不是可显示的计算图：${graphProblems[problem]}。没有改动任何内容。请选择模型包中的 .onnx 文件。`,
  BUNDLE_MANIFEST: ({ key, expected, actual }) =>
    `无法打开此模型：其 bundle.json 中${key || '全部内容'}应为 ${expected}，实为 ${actual}。没有改动任何内容。请选择其他模型，或重新转换或下载。`,
  BUNDLE_VERSION: ({ version, supported }) =>
    `此模型的格式版本为 ${version}，可读取的版本为 ${supported}。没有改动任何内容。${
      version < supported ? '请重新转换：npm run nexus -- convert --from 权重文件夹 --to 新文件夹' : '请更新软件。'
    }`,
  BUNDLE_FILE: ({ file, problem }) =>
    `模型文件 ${file} ${bundleFiles[problem]}。没有丢失任何内容。请重试；如仍无效，请选择其他模型，或重新转换或下载此模型。`,
  FOLDER_REFUSED: ({ file }) =>
    `浏览器不再允许本页读取您文件夹中的 ${file}。对话和文件夹都保持原样。请重新打开该文件夹并允许读取。`,
  MODEL_FETCH: (data) =>
    `模型文件 ${data.file} 没有收到：${arrivals[data.problem]}${data.problem === 'refused' ? `（状态 ${data.status}）` : ''}。对话已保留。${data.problem === 'no ranges' ? '请使用支持字节范围请求的服务器，或将模型文件下载到本机使用。' : '请检查网络连接后重试。'}`,
  BUNDLE_LACKS: ({ part, name }) =>
    `此模型的 ${part} 中没有 ${name}。没有改动任何内容。请选择其他模型，或用全部文件重新转换。`,
  BUNDLE_EXISTS: ({ folder }) => `${folder} 中已有完整的模型，保持原样。请选择空文件夹，或先删除它。`,
  FOLDER_BUSY: ({ folder, process, machine, lock }) =>
    `另一个转换正在写入 ${folder}（${machine} 上的进程 ${process}）。没有改动任何内容。请等它结束，或选择其他文件夹；如果没有转换在运行，请删除其中的 ${lock}。`,
  WRITE_FAILED: ({ file, problem, reason }) =>
    `无法写入 ${file}：${outputProblems[problem]}${problem === 'other' ? `（${reason}）` : ''}。此前完成的文件已保留。${problem === 'full' ? '请释放空间' : '请确认其所在文件夹存在且可写'}，然后重新开始。`,
  NO_ROOM: ({ folder, needed, free }) =>
    `${folder} 需要 ${byteText(needed)} 的空间，而该处只有 ${byteText(free)} 可用。没有写入任何内容。请释放空间，或选择其他位置。`,
  REST_NONE: ({ share }) =>
    `这次编辑几乎改变了整张图片：只有 ${Math.floor(share * 100)}% 可以保留。图片保持模型所画的样子。“保留其余部分”适用于局部编辑；若要改动更少，请说明要改哪一部分，或降低“强度”。`,
  MASK_GONE: () => '所选区域已不在存储中。没有绘制任何内容，您的消息已保留。请编辑消息，或重新发送图片并再次选择区域。',
  MASK_EMPTY: () => '所选区域是空的。没有绘制任何内容。请选择要改动的部分；若要改动整张图片，发送时不要选择区域。',
  MASK_SIZE: ({ width, height, picture }) =>
    `此区域是在另一张图片上选择的：区域为 ${width} × ${height}，图片为 ${picture.width} × ${picture.height}。没有绘制任何内容。请在这张图片上重新选择区域。`,
  COPY_REFUSED: ({ problem, what }) =>
    what === 'words'
      ? `文字未能复制：${problem === 'missing' ? '此浏览器不向本页提供剪贴板' : '浏览器拒绝了剪贴板操作'}。文字仍在原处。请手动选择并复制${problem === 'missing' ? '' : '，或允许本页使用剪贴板'}。`
      : `图片未能复制：${problem === 'missing' ? '此浏览器不向本页提供图片剪贴板' : '浏览器拒绝了剪贴板操作'}。图片已保留。${problem === 'missing' ? '请将其另存为文件。' : '请允许本页使用剪贴板，或将图片另存为文件。'}`,
  SHARE_REFUSED: () => '图片未能分享：系统或浏览器拒绝了分享。图片已保留。请将其另存为文件，再分享该文件。',
  ...zhCheckpointFailures,
  ...zhLibraryFailures,
  NOT_KEPT: ({ what, reason }) =>
    `无法将${what === 'chat' ? '对话' : '图片'}保存到本机：${reason === 'full' ? '空间不足' : '浏览器无法写入'}。在关闭本页之前内容都会保留。请释放空间，系统会自动重试。`,
  STORAGE_LOST: ({ extent }) =>
    extent === 'all'
      ? '保存在本机的对话已丢失：浏览器将其移除或损坏。其他内容没有改动。新消息会重新保存；请允许浏览器保留本站的数据，并保存重要的图片。'
      : '对话的最后几处更改已丢失：浏览器将其移除或损坏。之前的内容仍在。请检查最近的消息，并重新发送缺少的部分。',
  STORAGE_REMOVED: () =>
    '页面打开期间，本站存储的数据被移除。您看到的内容会保留到页面关闭。请保存重要的图片，然后重新载入页面，以便保存新消息。',
  STORAGE_DAMAGED: ({ count }) =>
    `存储的对话中有 ${count} 处无法读取：文件已损坏。其余内容都在，残存的部分保留在原处。请保存重要的图片；如果再次发生，请检查磁盘。`,
  STORAGE_OUTDATED: () =>
    '此页面已在另一个标签页中更新。之前的对话都已保存，但您在这里说的内容不会再保存。请重新载入本页后继续。',
  ...zhArchiveFailures,
  PICTURE_GONE: () => '这张图片已不在本机上，或其文件已损坏。对话已保留。请重新添加图片，或重新绘制。',
  EMBEDDINGS_GONE: ({ wanted }) =>
    wanted === 'recipe'
      ? '图片已导出，但不带配方：绘制它所用的图像嵌入已不在本机上，或其文件已损坏。图片本身完好。如需带配方的图片，请重新绘制。'
      : '绘制这张图片所用的图像嵌入已不在本机上，或其文件已损坏。图片已保留。请重新发送其文字，以得到另一张图片。',
  LATENTS_GONE: () =>
    '这次绘制的中间结果已不在本机上，或其文件已损坏。文字和已显示的画面均已保留。请重新绘制：“重试”“重新生成”或“变体”会从第一步开始。',
  RESUME_ELSEWHERE: ({ begun, device }) =>
    begun === 'version'
      ? '这次绘制由此页面的另一个版本开始，其计算结果可能有差异。已有内容保持原样。请重新绘制：“重试”“重新生成”或“变体”会从第一步开始。'
      : `这次绘制是${device === 'webgpu' ? '在显卡上' : '由处理器'}开始的，而现在使用的是另一个设备或另一种精度。已有内容保持原样。请在设置中选择该设备后继续绘制，或点按“重试”重新绘制。`,
  WORKER_ENDED: ({ worker, reason }) =>
    `${worker === 'language' ? '语言' : '绘画'}部分意外停止（${reason}）。您的文字和图片都已保留。请重试。`,
  WORKER_SILENT: ({ worker, seconds }) =>
    `模型的${worker === 'language' ? '语言' : '绘画'}部分 ${seconds} 秒没有回应，已被结束。您的文字和图片已保留。请重试。`,
  WORKER_RESTARTED: ({ worker }) =>
    `模型的${worker === 'language' ? '语言' : '绘画'}部分在回应之前被重新启动。您的文字和图片已保留。请重试。`,
  STOPPED: ({ stage }) => `已在${stages[stage]}时停止。此前的结果已保留。再次发送即可继续。`,
  NO_CHROME: () =>
    '没有找到 Chrome 或 Chromium。没有改动任何内容。请安装（apt-get install chromium），或将 CHROME_PATH 设为其程序路径。',
  NO_PYTHON: ({ lacks }) =>
    `缺少 ${lacks}，无法评判。之前的评判结果都保留着。请安装 Python 3.11 及其软件包（pip install -r training/requirements.txt）。`,
  BENCH_FAILED: ({ reason }) => `评判程序出错结束：${reason} 之前的评判结果都保留着。请再次运行同一命令以继续。`,
  CHROME_ENDED: ({ reason }) =>
    `Chrome ${reason === 'died' ? '在回答之前就结束了' : '不再响应，已被结束'}。之前写好的内容都保留着。请重试，或使用 --device wasm。`,
  FILE_EXISTS: ({ file }) => `${file} 已存在，保持原样。请换一个名称，或加上 --force。`,
  OUTPUT_REFUSED: ({ file, problem, reason }) =>
    `无法写入 ${file}：${outputProblems[problem]}${problem === 'other' ? `（${reason}）` : ''}。尚未生成任何内容，原有文件保持原样。请选择其他位置或名称。`,
  CONTEXT_FULL: ({ tokens, slots }) =>
    `这条消息需要 ${tokens} 个词元，模型只能容纳 ${slots} 个。对话已保留。请缩短内容或新建对话。`,
  PICTURE_EMPTY: ({ width, height }) => `图片没有像素（${width} × ${height}）。未采用该文件。请换一张图片。`,
  PICTURE_TOO_LARGE: ({ width, height, pixelLimit, sideLimit }) =>
    `图片为 ${width} × ${height}，最多可读取 ${pixelLimit / 1e6} 百万像素、边长 ${sideLimit}。未采用该文件。请换一张较小的图片。`,
  PICTURE_ASPECT: ({ width, height, limit }) =>
    `图片为 ${width} × ${height}，长边超过短边的 ${limit} 倍。未采用该文件。请先裁剪。`,
  TEXT_EMPTY: () => '既没有文字也没有图片。没有改动任何内容。请先输入内容。',
  POLISH_NOTHING: () => '模型没有可补充的内容。你的文字保持原样。可再按一次“润色”，或自行补充。',
  TEXT_TOO_LONG: ({ limit, actual, unit }) =>
    `消息有 ${actual} 个${unit === 'characters' ? '字符' : '词元'}，最多 ${limit} 个。您写的内容已保留。请缩短后再发送。`,
  SEED_INVALID: ({ seed }) => `“${seed}”不是有效的种子。保留了上一个有效值。请使用 0 到 18446744073709551615 的整数。`,
  SETTING_RANGE: ({ setting, value, low, high }) =>
    `${setting} 为 ${value}，应在 ${low} 到 ${high} 之间。没有改动任何内容。请填写范围内的数值。`,
  TOKENIZER_INVALID: ({ problem }) => `此模型的分词器不可用（${problem}）。没有改动任何内容。请重新安装模型。`,
  RECIPE_INVALID: ({ key, expected, actual }) =>
    `配方不可用：${key} 应为 ${expected}，实为 ${actual}。没有改动任何内容。请使用保存时的原始图片或文件。`,
  RECIPE_PICTURE_MISSING: ({ sha256, width, height, came, words }) =>
    `此配方依据的一张图片没有给出：${recipePictures[came](words)}（${width} × ${height}，SHA-256 ${sha256.slice(0, 12)}…）。没有绘制任何内容。请给出${came === 'drawn' ? '当时保存的' : '该'}文件，且不要改动：在页面中加到消息里，在终端中放在配方之后（--recipe 文件 图片）。`,
  RECIPE_PICTURE_OTHER: ({ file }) => `${file} 不是此配方所用的图片。没有绘制任何内容。请提供未经改动的原文件。`,
  RECIPE_DIFFERS: ({ file }) => `当前打开的模型无法按配方重新画出 ${file}。没有绘制任何内容。请选择当初绘制它的模型。`,
  RECIPE_MISSING: ({ file }) => `${file} 中没有配方。没有改动任何内容。请使用带配方保存的图片。`,
  PNG_DAMAGED: ({ file, problem }) =>
    `${file} 不是可读的 PNG：${pngProblems[problem]}。没有改动任何内容。请使用保存时的原始图片。`,
  DECODER_MISSING: ({ decoder }) =>
    `此模型没有${decoder === 'generation' ? '生成' : '编辑'}解码器。对话已保留。请选择另一个解码器或模型。`,
  NEGATIVE_UNAVAILABLE: ({ prompt, held }) =>
    `此模型无法使用${prompt === '' ? ' CFG' : `反向提示词“${prompt}”`}。对话已保留。${
      prompt === ''
        ? '请将 CFG 设为 1，或添加所需内容：在网页的模型库中（添加），或在终端中（nexus convert --only negative）。'
        : `${heldAdvice(held)}，或添加这些文字：在网页的模型库中（添加），或在终端中（nexus convert --only negative --negative 文字）。`
    }`,
  NEGATIVE_LAYERS: ({ prompt }) =>
    `此模型没有安装反向提示词“${prompt}”所需的层；没有这些层时只能使用空的反向提示词。对话已保留。请清空反向提示词，或添加这些层：在网页的模型库中（添加），或在终端中（nexus convert --only other-schedules）。`,
  SCHEDULE_UNAVAILABLE: ({ steps, guidance, strength, served }) =>
    `此模型没有安装${strength === 1 ? ` ${steps} 步、引导 ${guidance} ` : '从图片开始绘制'}所需的层。对话已保留。没有这些层时，只能从纯噪声以${served.map((each) => ` ${each.steps} 步、引导 ${each.guidance}`).join('，或')} 绘制；请选择其中之一，或添加这些层：在网页的模型库中（添加），或在终端中（nexus convert --only other-schedules）。`,
  NOT_FINITE: ({ graph, activations }) =>
    `模型算出的值不是数字（${graph}，${activations}），无法继续。对话已保留。请在设置中选择其他设备，或检查模型文件（“nexus verify --bundle”）。`,
  PICTURE_FORMAT: ({ file }) =>
    `${file} 不是可读取的图片。未采用该文件。请使用 PNG、JPEG、WebP、GIF、AVIF 或 HEIC 文件。`,
  PICTURE_PAGE_ONLY: ({ file, kind }) =>
    `${file} 是 ${kind.toUpperCase()} 图片，终端无法读取；在网页中，浏览器支持时可以读取。未采用该文件。请另存为 PNG 或 JPEG，或在网页中添加。`,
  PICTURE_DAMAGED: ({ file, problem }) =>
    `${file} 已损坏：${pictureProblems[problem]}。未采用该文件。请重新保存或下载该图片。`,
  PICTURE_SCANS: ({ file, scans, limit }) =>
    `${file} 分 ${scans} 次逐步显示图片，最多可读取 ${limit} 次。未采用该文件。请将图片另存为普通的 JPEG 或 PNG。`,
  PICTURE_SLOW: ({ file, seconds }) =>
    `${file} 在 ${seconds} 秒内未能解码。未采用该文件。请缩小图片，或另存为普通的 JPEG 或 PNG。`,
  DROP_UNREADABLE: ({ what, name }) =>
    ({
      address:
        '拖入的只是图片的网址，而本页不会从其他网站获取内容。没有添加任何内容。请在原网页复制图片后粘贴到此处，或先保存再拖入文件。',
      folder: `${name} 是文件夹，未采用。请打开它并拖入其中的图片。`,
      promise: '该应用没有给出文件。没有添加任何内容。请先在该应用中保存或导出图片，再拖入文件。',
      shared: '其他应用分享的内容没有到达：空间不足，或已被取走。没有添加任何内容。请重新分享，或在此处添加图片。',
    })[what],
  LOAD_FAILED: ({ graph, reason }) =>
    `无法载入模型部分 ${graph}（${reason}）。对话已保留。请重新载入页面，或选择其他模型。`,
  RUN_FAILED: ({ graph, reason }) => `模型部分 ${graph} 运行出错（${reason}）。已完成的内容已保留。请重试。`,
  DEVICE_LOST: ({ reason, times }) =>
    times > 1
      ? `显卡再次断开${reason ? `（${reason}）` : ''}。对话已保留。请重新启动浏览器以再次使用显卡，或改由处理器计算。`
      : `显卡已断开${reason ? `（${reason}）` : ''}。对话已保留。请重试；如果经常发生，请关闭其他使用显卡的标签页。`,
  WEBGPU_MISSING: () =>
    '此浏览器不支持 WebGPU。没有丢失任何内容。请使用最新版 Chrome 并开启硬件加速，或选择处理器（wasm）。',
  WEBGPU_BROKEN: ({ reason }) =>
    `无法使用显卡（${reason}）。没有丢失任何内容。请关闭其他使用显卡的标签页或更新驱动，也可以选择处理器（wasm）。`,
  ENGINE_LOAD: () => `无法载入计算程序。您的文字和图片已保留。请检查网络连接后重试；如仍无效，请重新载入页面。`,
  SELF_TEST_FAILED: ({ adapter, verdict }) =>
    `显卡（${adapter}）未通过启动测试：${verdict}。没有丢失任何内容。请更新驱动，或选择处理器（wasm）。`,
  MEMORY_FULL: ({ graph, doing, bytes }) =>
    `设备内存不足，无法${doing === 'load' ? `加载模型部分 ${graph}（${gigabytes(bytes)} GB）` : `在已占用 ${gigabytes(bytes)} GB 的情况下运行模型部分 ${graph}`}。您的文字和已完成的图片均已保留。请关闭其他标签页和程序，或选择较小的图片或模型，然后重试。`,
  MODEL_TOO_LARGE: ({ ability, needed, available }) =>
    `这个模型${{ chat: '回答', draw: '绘图', edit: '编辑图片' }[ability]}时在设备上需要 ${gigabytes(needed)} GB，而设备估计只有 ${gigabytes(available)} GB。没有丢失任何内容。${ability === 'chat' ? '请选择较小的模型。' : '它仍可用文字回答；需要图片时，请选择较小的模型。'}`,
  MODEL_OTHER: ({ wanted, open }) =>
    `这张图片由另一个模型或版本（${wanted}）构思，而当前打开的是 ${open}。没有绘制任何内容，图片已保留。请选择当初绘制它的模型，或重新发送文字。`,
  MODEL_CLOSED: () => '尚未打开模型。您的消息已保留。请选择模型后重新发送。',
  BATCH_LINE: ({ line, reason }) =>
    `批处理第 ${line} 行无法执行：${reason}。其他各行照常执行。请改正这一行后重新运行。`,
  PAGE_PART: () => '无法载入此页面的一部分：页面在此期间已更新，或网络已断开。您的文字和图片已保留。请重新载入页面。',
  UNEXPECTED: ({ message }) =>
    `发生了意外（代码 ${unforeseenCode(message)}）：${message}。没有丢失任何内容。请重试；如果再次发生，请报告此代码。`,
};

/** Of the negative prompts that a model holds, the empty one is there for everyone. */
function heldAdvice(texts: readonly string[]): string {
  const held = texts
    .filter((text) => text !== '')
    .map((text) => `“${text}”`)
    .join('、');
  return held === '' ? '请清空反向提示词' : `它含有空的反向提示词和${held}。请选择其中之一`;
}
