/** What a person reads in the region Privacy, in Chinese. */
import type { enPrivacy } from '../en/privacy.ts';

export const zhPrivacy: typeof enPrivacy = {
  privacy: '隐私',
  close: '关闭隐私说明',
  open: '隐私与网络',
  paragraphs: [
    '您的文字、图片和画出的一切都留在本机的这个浏览器中。模型在本机计算；没有账号，没有 Cookie，不统计您的行为，也不上传任何内容。您保存、复制或分享的内容由您带走；保存的图片会包含生成它的文字，除非您在设置中另行选择。',
    '本页只从打开它的网站获取自己的文件，该网站能看到的与任何网站相同：您的网络地址和这些文件的名称。只有当您从自己填写的地址获取模型时，才会请求其他主机，且不会发送您的任何内容。浏览器通过安全策略强制执行这一点；您安装的浏览器扩展不受其限制。',
  ],
  network: '网络',
  own: (count, size, host) =>
    `打开本页以来共 ${count} 个请求（${size}），全部发往本页所在的 ${host}，均不含您的任何内容。`,
  others: (count, size, hosts) =>
    `打开本页以来共 ${count} 个请求（${size}）。除本页所在主机外，还发往您为获取模型而填写的 ${hosts}，均不含您的任何内容。`,
  requests: '请求',
  columns: { file: '文件', purpose: '用途', size: '大小' },
  purposes: { page: '页面', runtime: '计算', model: '模型', added: '您添加的模型' },
  times: (count) => `${count} 次`,
  unknown: '未告知',
  stored: '已在本机',
};
