/** What a person reads of taking their data out of the page and back, in Chinese. */
import { byteText } from '../byte-text.ts';
import type { ArchiveSentences } from '../data-sentences.ts';
import type { PageWords } from '../words.ts';

export const zhData: PageWords['data'] = {
  export: '导出',
  exportChat: '导出对话',
  import: '导入',
  clear: '清除全部数据',
  about:
    '“导出”会把所有对话及其图片和您的设置写入一个文件；“导出对话”只导出当前对话，并附 Markdown。“导入”可将它们带回这里或另一个浏览器；本机已有的内容保持不变。',
  unkept: '浏览器不为本页保存任何内容，因此无法导入。',
  outdated: '此页面已在另一个标签页中更新。请重新载入后再导入。',
  working: { export: '正在导出', import: '正在导入' },
  progress: (done, total) => `第 ${done} 个文件，共 ${total} 个`,
  exported({ missing, unreadable }) {
    const lacks = [
      ...(missing > 0 ? [`${missing} 张图片已不在本机`] : []),
      ...(unreadable > 0 ? [`${unreadable} 条消息无法读取`] : []),
    ];
    return lacks.length === 0 ? '已导出。' : `已导出，但有缺失：${lacks.join('，')}。`;
  },
  imported({ chats, turns, pictures, missing }) {
    const came = [
      ...(chats > 0 ? [`${chats} 个对话`] : []),
      ...(turns > 0 ? [`已有对话中的 ${turns} 条消息`] : []),
      ...(pictures > 0 ? [`${pictures} 张图片`] : []),
    ];
    const told = came.length === 0 ? '文件中的内容本机都已有。' : `已导入${came.join('、')}。`;
    return missing === 0 ? told : `${told}有 ${missing} 张图片在文件和本机中都没有。`;
  },
  cleared: '已清除全部数据。剩余内容见下方。',
  storage: '本机存储',
  kinds: { chats: '对话', pictures: '图片', models: '已安装的模型', page: '本页及其自带的模型', all: '合计' },
  kind: '类别',
  size: '大小',
  free: (bytes) => `本页还可使用 ${byteText(bytes)}。`,
  measuring: '正在计算',
  ask: {
    title: '清除全部数据？',
    goes: '本页的所有对话、图片、已安装的模型和设置都将从本机清除，所有标签页均如此。此操作无法撤销。',
    first: '如果以后可能需要，请先导出。您已保存或导出的文件不受影响。',
    cancel: '全部保留',
  },
  noPictureHere: '这张图片已不在本机上。',
};

const archiveProblems = {
  foreign: '不是本页导出的文件。',
  'broken off': '不完整：缺少末尾部分。',
  damaged: '已损坏。',
  path: '中有一个文件的路径指向其外部。',
  twice: '中有重复的文件。',
  bomb: '解压后的大小超过其声明，或超过任何导出文件。',
} as const;

const recordProblems = {
  json: '不是 JSON',
  deep: '嵌套过深',
  long: '过长',
  fields: '缺少记录应有的内容',
  twice: '与另一条记录的标识相同',
  parent: '所接的消息不在它之前',
} as const;

const asItWas = '没有导入其中任何内容，本机现有内容保持原样。';

export const zhArchiveFailures: ArchiveSentences = {
  ARCHIVE_FILE: ({ file, problem }) =>
    `${file} ${archiveProblems[problem]}${asItWas}${
      problem === 'broken off' ? '请重新复制或下载该文件，然后再导入。' : '请导入“导出”所生成的原文件。'
    }`,
  PRESET_FILE: ({ file, problem }) =>
    `${file} ${
      { foreign: '不是本页的预设', newer: '由本页的更新版本写成', fields: '含有无法使用的设置' }[problem]
    }。没有更改任何内容。${problem === 'newer' ? '请重新载入本页以获取该版本，然后再次导入。' : '请选择由“导出预设”写出的文件。'}`,
  ARCHIVE_NEWER: ({ file }) => `${file} 由本页的更新版本写成。${asItWas}请重新载入本页以获取该版本，然后再次导入。`,
  ARCHIVE_RECORD: ({ file, line, problem }) =>
    `${file} 已被改动：其记录的第 ${line} 行${recordProblems[problem]}。${asItWas}请导入“导出”所生成的原文件。`,
  ARCHIVE_PICTURE: ({ file, picture }) =>
    `${file} 已被改动：其中的 ${picture} 与导出时不同。${asItWas}请导入该文件的另一份副本。`,
  ARCHIVE_ROOM: ({ file, needed, free }) =>
    `空间不足，放不下 ${file} 中的图片：需要 ${byteText(needed)}，可用 ${byteText(free)}。${asItWas}请释放空间，然后再次导入。`,
  ARCHIVE_UNWRITTEN: ({ file, reason }) =>
    `无法导入 ${file}：${reason === 'full' ? '空间已满' : '浏览器无法写入'}。没有导入其中任何对话，本机现有内容保持原样。${
      reason === 'full' ? '请释放空间，然后再次导入。' : '请重新载入本页，然后再次导入。'
    }`,
  CLEAR_PARTLY: () =>
    '未能清除全部数据：另一个标签页正占用其中一部分。其余内容已清除。请关闭本页的其他标签页，然后再次按“清除全部数据”。',
};
