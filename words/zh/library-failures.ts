/** What is said of failures with the models of the browser, in Chinese. */
import type { FailureData } from '../../model/failure.ts';
import { byteText } from '../byte-text.ts';
import type { FailureSentences, Problems } from '../failure-sentences.ts';

const placeOf = (folder: string | null) => (folder === null ? '浏览器存储' : `文件夹 ${folder} `);

const folderAsked = '请写出模型文件夹的完整地址，以 https:// 开头。';

const addresses: Problems<'ADDRESS_INVALID'> = {
  'no address': `这不是地址。没有获取任何内容。${folderAsked}`,
  'not https': `该地址不是以 https:// 开头。没有获取任何内容。${folderAsked}`,
  'more than a folder': '该地址除文件夹外还含有用户名、密码、问号或 #。没有获取任何内容。请去掉这些部分。',
};

function lookedInVain(data: FailureData['LOOK_FAILED']): string {
  const { host, wanted, problem } = data;
  if (problem === 'unreachable')
    return `没有收到本页可读取的回应：无法连接 ${host}，或它不允许其他网站读取其文件。没有获取任何内容。请检查地址和网络连接，然后再按“查看”。`;
  if (problem === 'silent') return `半分钟内没有收到 ${host} 的回应。没有获取任何内容。请再按“查看”，或稍后再试。`;
  if (problem === 'refused')
    return `请求被拒绝：${host} 返回状态 ${data.status}。没有获取任何内容。请检查地址，或稍后再试。`;
  if (wanted === 'official files')
    return `那里没有官方文件：${host} 没有列出它们，或列出的不全。没有获取任何内容。请选择其他网站或镜像。`;
  return problem === 'page'
    ? `那里是一个网页，不是模型（${host}）。没有获取任何内容。请给出模型文件所在文件夹的地址。`
    : `那里没有模型：${host} 的该文件夹中既没有 bundle.json，也没有 config.json。没有获取任何内容。请给出含有其中之一的文件夹的地址。`;
}

export const zhLibraryFailures = {
  ADDRESS_INVALID: ({ problem }) => addresses[problem],
  LOOK_FAILED: lookedInVain,
  HOST_REFUSED: ({ host }) =>
    `该地址指向您尚未允许的主机 ${host}。没有读取它的任何回应。如果您信任它，请允许该主机；否则请换一个地址。`,
  MODEL_GATED: ({ file, host, gate }) =>
    `需要先接受许可协议：${host} 只向已接受的人提供 ${file}。已获取的内容已保留。请在 ${gate} 接受协议，然后填入您在该处账户的访问令牌，或者提供存有这些文件的文件夹。`,
  INSTALL_FULL: ({ name, needed }) =>
    `空间不足，无法安装 ${name}：还需要 ${byteText(needed)}。已获取的内容已保留。请释放空间，然后按“继续”。`,
  INSTALL_UNWRITTEN: ({ name, detail }) => `浏览器无法写入 ${name}（${detail}）。此前核对过的内容已保留。请按“继续”。`,
  SOURCE_NEEDED: ({ name, from }) =>
    `${name} 是从 ${from} 安装的，本页已无法再读取它。核对过的内容已保留。请重新打开它以继续。`,
  SOURCE_UNREACHED: ({ folder }) =>
    `无法访问提供模型的文件夹 ${folder}：它已被改名或删除，或磁盘未连接。核对过的内容已保留。请连接磁盘或放回文件夹，然后重试。`,
  MODEL_BUSY: ({ name }) => `另一个标签页正在处理 ${name}。这里没有改动任何内容。请到那个标签页继续，或等它完成。`,
  MODEL_IN_USE: ({ name }) =>
    `${name} 正在本标签页或其他标签页中打开，保持原样。请先在各标签页选择其他模型，然后重试。`,
  MODEL_DAMAGED: ({ name, bytes }) =>
    `${name} 已损坏：有 ${byteText(bytes)} 缺失或被改动。修复之前不会使用它，其余部分已保留。请按“修复”重新获取这一部分。`,
  MOVE_FULL: ({ name, to, needed }) =>
    `${placeOf(to)}没有空间存放 ${name}：还需要 ${byteText(needed)}。它在原处完好无损。请腾出空间，然后按“继续”。`,
  MOVE_UNWRITTEN: ({ name, to, detail }) =>
    `${name} 无法复制到${placeOf(to)}（${detail}）。它在原处完好无损。请按“继续”重试，或按“取消”。`,
  MOVE_UNFINISHED: ({ name }) =>
    `${name} 不完整：还有内容尚未到齐或已损坏。它留在原处。请先按“继续”或“修复”，然后再移动。`,
  MODEL_MOVED: ({ name, folder }) => `${name} 位于文件夹 ${folder}。未作任何更改。请先将它移回浏览器存储，然后重试。`,
  FOLDER_UNREACHED: ({ name, folder }) =>
    `无法访问 ${name} 的文件夹 ${folder}：它已被改名或删除，或磁盘未连接。模型未作任何更改。请连接磁盘或放回文件夹，然后重试。`,
  FOLDER_CLOSED: ({ name, folder }) =>
    `浏览器不允许本页使用 ${name} 的文件夹 ${folder}。模型未作任何更改。请在模型库中按“使用”或再按一次该按钮，并允许访问。`,
  FOLDER_NEEDED: ({ name, folder }) =>
    `浏览器已忘记 ${name} 的文件夹 ${folder}。其中的文件保持原样。请按“查找文件夹”并重新选择它。`,
  FOLDER_OTHER: ({ name, folder, shown }) =>
    `${shown} 不是存放 ${name} 的文件夹 ${folder}。未作任何更改。请选择该文件夹或其所在的文件夹。`,
  FOLDER_LEFT: ({ name, folder }) => `${name} 的副本无法从文件夹 ${folder} 中删除。其余均已完成。请自行删除该文件夹。`,
  MODEL_UNKNOWN: () => '此模型已不在本机。其他内容没有改动。请重新安装。',
} satisfies Partial<FailureSentences>;
