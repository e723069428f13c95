/** What a person reads of drawings that were interrupted, in Chinese. */
import type { enResume } from '../en/resume.ts';

export const zhResume: typeof enResume = {
  resume: '继续绘制',
  interrupted: (step, steps) => `在第 ${step} 步（共 ${steps} 步）后中断`,
  notResumed: {
    'other-model': '它由另一个模型或版本开始绘制。请选择该模型后继续。',
    'other-device': '它是在另一个设备上或以另一种精度开始绘制的。请在设置中选择该设备后继续。',
    'other-version': '它由此页面的另一个版本开始绘制，因此只能重新绘制。',
  },
};
