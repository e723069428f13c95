/** What a person reads of Polish, in English. */
export const enPolish = {
  polish: 'Polish',
  /** Why it cannot be pressed. */
  notNow: {
    wordless: 'Write a few words first: Polish makes them fuller.',
    pictures: 'Polish is for words that draw something new, without a picture.',
    busy: 'Polishing',
  },
  region: 'Polished words',
  polishing: 'Polishing your words…',
  added: (count: number) => (count === 1 ? 'One word was added' : `${count} words were added`),
  hint: 'What is marked is new. Change it in the message as you like.',
  keep: 'Keep',
  undo: 'Undo',
};
