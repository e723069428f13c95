/** What a person reads of drawings that were interrupted, in English. */
export const enResume = {
  resume: 'Resume',
  interrupted: (step: number, steps: number) => `Interrupted after step ${step} of ${steps}`,
  notResumed: {
    'other-model': 'Another model or version began it. Choose that one to resume.',
    'other-device': 'It was begun on another device or in another precision. Choose that one in Settings to resume.',
    'other-version': 'Another version of this page began it, so it can only be drawn anew.',
  },
};
