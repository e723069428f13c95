/** What a person reads in the region Models, in English. */
import { minuteText } from '../minute-text.ts';
import { shortened } from '../shortened.ts';

/** Tokens of a text for each of the two text encoders, or what they read of one. */
interface TokenCounts {
  readonly t5: number;
  readonly clip: number;
}

export const enModels = {
  models: 'Models',
  close: 'Close models',
  about:
    'A model is kept on this device and runs here. What you say to it is never sent anywhere. Its folder can also be dropped here.',
  /** @param shipped with the page, by name; none while that is not known */
  none: (shipped: readonly string[]) =>
    [
      ...(shipped.length > 0 ? [`${shipped.join(', ')} came with this page and can be used at once.`] : []),
      'The full model, Nexus-Gen V2, is not installed.',
    ].join(' '),
  reading: 'Reading what is there',
  addAddress: 'Add from address',
  address: 'Address of the model’s folder',
  addressHint: 'Beginning with https://. Only this host is asked, and nothing of yours is sent.',
  look: 'Look',
  looking: 'Looking at what is there, and how fast it comes',
  openFolder: 'Open folder',
  drop: 'Drop the folder of a model, or pictures',
  addOfficial: 'Get Nexus-Gen V2',
  official: 'From',
  layouts: { huggingface: 'Hugging Face', modelscope: 'ModelScope' },
  mirror: 'Mirror (optional)',
  mirrorHint: 'The address of a copy of that host, beginning with https://.',
  gate: 'Open the licence’s page',
  published: {
    what: 'The full model: it talks about pictures of your own, draws what you describe and edits photographs.',
    counting: 'Counting what it takes',
    amounts: (passing: string, bytes: string, seconds: number) =>
      `${passing} are downloaded and ${bytes} kept on this device, ${minuteText(seconds, 'min', 'h')} or more at 100 Mbit a second. You can pause it, leave parts out, and go on another day.`,
    order: 'Chat comes first, then drawing, then editing; each can be used as soon as it is there.',
    licences: 'Its owners’ licences, which you are asked to accept before anything is downloaded:',
  },
  token: 'Access token (where the host asks for it)',
  tokenHint:
    'Nexus-Gen V2’s own files need none. The autoencoder and the text encoders come from FLUX.1-schnell, whose files a host may give only to those who accepted its licence there: accept it, then make a token in your account. It is sent to that host alone, and forgotten when the page closes.',
  allow: (host: string) => `Allow ${host}`,
  plan: 'Plan',
  columns: { fits: 'Fits', memory: 'Memory', time: 'Time', disk: 'Disk' },
  abilities: { chat: 'Chat', draw: 'Draw', edit: 'Edit' },
  fits: {
    fits: 'Yes',
    'one after the other': 'In turn',
    streamed: 'Streamed',
    'too large': 'Too large',
  },
  lacking: 'Not in this model',
  coming: 'Still to come',
  unknown: 'Not known yet',
  there: 'There',
  time: (seconds: number) => minuteText(seconds, 'min', 'h'),
  bundle: (missing: string, bytes: string) =>
    missing === bytes ? `${bytes} are fetched and kept on this device.` : `${missing} of ${bytes} are still fetched.`,
  checkpoint: (passing: string, bytes: string) =>
    `A checkpoint as published: it is converted on this device. ${passing} of it pass through, and ${bytes} are kept.`,
  extras: { 'other-schedules': 'Other steps and guidance', negative: 'CFG' },
  extraWith: (extra: string, bytes: string) => `${extra} (${bytes})`,
  lacks: (extras: string) => `Can be added: ${extras}.`,
  listed: ', ',
  add: 'Add',
  ownNegatives: {
    label: 'Negative prompts of your own',
    /** Among what can be added. */
    added: 'negative prompts of your own',
    made: (read: string, kept: string, { t5, clip }: TokenCounts) =>
      `What a picture should not be, one a line. For each, ${read} pass through and ${kept} are kept. Of a long one the first ${t5} tokens count, for one of the two text encoders the first ${clip}; a token is a word or a part of one.`,
    lacking: (files: string) =>
      `What a picture should not be, one a line. Words are made with ${files}, which are not there: only words whose own file is there can be added.`,
    layers: (extra: string) => `Pictures steer away from words only with “${extra}”.`,
    cut: (text: string, has: TokenCounts, reads: TokenCounts) =>
      `“${shortened(text)}” is cut: of its ${has.clip} tokens one text encoder reads ${Math.min(has.clip, reads.clip)}, and of ${has.t5} the other ${Math.min(has.t5, reads.t5)}.`,
    held: (texts: readonly string[]) => `The model holds this already: ${texts.map((text) => `“${text}”`).join(', ')}.`,
  },
  /** Of the abilities, which are installed. */
  wanted: 'What to install',
  already: 'It is installed already.',
  rate: (seconds: number, rate: string) =>
    `${seconds < 60 ? 'Less than a minute' : `About ${minuteText(seconds, 'min', 'h')}`}, at ${rate} a second as measured just now.`,
  disk: (now: string, after: string) =>
    `This page stores ${now} now and ${after} afterwards. The browser does not tell how much room there is.`,
  beside: (bytes: string) => `While it is converted, up to ${bytes} more are taken for a time.`,
  accept: 'I accept the licence',
  install: 'Install',
  leave: 'Not now',
  use: 'Use',
  useMore: 'Use what was added',
  /** In the list Model, beside those that the page's host has. */
  onDevice: (name: string) => `${name} (this device)`,
  pause: 'Pause',
  resume: 'Resume',
  verify: 'Verify',
  repair: 'Repair',
  move: 'Move',
  moving: 'Moving',
  moveOut: (bytes: string) =>
    `${bytes} are copied to a folder that you choose and compared there, then removed from the browser’s storage. So much room is needed in that folder. The browser may ask again before the page uses it.`,
  moveBack: (bytes: string, folder: string) =>
    `${bytes} are copied from ${folder} to the browser’s storage and compared there, then removed from that folder.`,
  chooseFolder: 'Choose folder',
  bringBack: 'Move back',
  noFolders: 'This browser opens no folders for a page to write to. The model stays in its storage.',
  cancel: 'Cancel',
  findFolder: 'Find folder',
  inFolder: (folder: string) => `In the folder ${folder} of this machine.`,
  brokenOff: (folder: string | null) =>
    `Moving it to ${folder === null ? 'the browser’s storage' : folder} was broken off. It is whole where it was.`,
  delete: 'Delete',
  deleted: (name: string) => `${name} is deleted.`,
  undo: 'Undo',
  installing: 'Installing',
  verifying: 'Verifying',
  beginning: 'Beginning',
  progress: (done: string, total: string) => `${done} of ${total}`,
  elsewhere: 'in another tab',
  states: {
    installed: (_: string, bytes: string) => `Installed, ${bytes}.`,
    unfinished: (kept: string, bytes: string) => `Not finished: ${kept} of ${bytes} are there.`,
    growing: (kept: string, bytes: string) => `Can be used already: ${kept} of ${bytes} are there.`,
    damaged: (kept: string, bytes: string) => `Damaged: ${kept} of ${bytes} are as they should be.`,
    away: (_: string, bytes: string) => `Its folder has to be shown again, ${bytes}.`,
  },
  from: (place: string) => `From ${place}.`,
  verified: (when: string) => `Verified ${when}.`,
};
