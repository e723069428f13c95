/** The contract's names of what is on the page, and the same in Chinese. */

export interface Names {
  readonly conversation: string;
  readonly you: string;
  readonly model: string;
  readonly message: string;
  readonly send: string;
  readonly stop: string;
  readonly addImage: string;
  readonly newChat: string;
  readonly chats: string;
  readonly image: (prompt: string) => string;
  readonly drawing: string;
  readonly editThis: string;
  readonly save: string;
  readonly copy: string;
  readonly variations: string;
  readonly compare: string;
  readonly comparePosition: string;
  readonly recipe: string;
  readonly modelChoice: string;
  readonly settings: string;
}

export const english: Names = {
  conversation: 'Conversation',
  you: 'You',
  model: 'Nexus-Gen',
  message: 'Message',
  send: 'Send',
  stop: 'Stop',
  addImage: 'Add image',
  newChat: 'New chat',
  chats: 'Chats',
  image: (prompt) => `Image: ${prompt}`,
  drawing: 'Drawing',
  editThis: 'Edit this',
  save: 'Save',
  copy: 'Copy',
  variations: 'Variations',
  compare: 'Compare',
  comparePosition: 'Compare position',
  recipe: 'Recipe',
  modelChoice: 'Model',
  settings: 'Settings',
};

export const chinese: Names = {
  conversation: '对话',
  you: '您',
  model: 'Nexus-Gen',
  message: '消息',
  send: '发送',
  stop: '停止',
  addImage: '添加图片',
  newChat: '新建对话',
  chats: '对话列表',
  image: (prompt) => `图片：${prompt}`,
  drawing: '绘制中',
  editThis: '编辑此图',
  save: '保存',
  copy: '复制',
  variations: '变体',
  compare: '对比',
  comparePosition: '对比位置',
  recipe: '配方',
  modelChoice: '模型',
  settings: '设置',
};
