/** What a person reads of variations, in English. */
export const enVariations = {
  howMany: 'How many',
  thenPress: 'A press of Variations then draws so many.',
  full: 'With all steps',
  pictures: (count: number) => (count === 1 ? '1 picture' : `${count} pictures`),
  drafts: 'With few steps, to finish those you like',
  asDrafts: (count: number) => (count === 1 ? '1 draft' : `${count} drafts`),
  noDrafts: 'Drafts: fewer steps are not possible here',
  draft: 'Draft',
  finish: 'Finish',
  finishAll: 'Finish all drafts',
};
