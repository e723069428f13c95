/** What a person reads in the region Models, in English. */
import { minuteText } from '../minute-text.ts';

export const enModels = {
  models: 'Models',
  close: 'Close models',
  about: 'A model is kept on this device and runs here. What you say to it is never sent anywhere.',
  none: 'No model is installed. The one that came with this page needs none.',
  reading: 'Reading what is there',
  addAddress: 'Add from address',
  address: 'Address of the model’s folder',
  addressHint: 'Beginning with https://. Only this host is asked, and nothing of yours is sent.',
  look: 'Look',
  looking: 'Looking at what is there, and how fast it comes',
  openFolder: 'Open folder',
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
  unknown: 'Not known yet',
  there: 'There',
  time: (seconds: number) => minuteText(seconds, 'min', 'h'),
  bundle: (missing: string, bytes: string) =>
    missing === bytes ? `${bytes} are fetched and kept on this device.` : `${missing} of ${bytes} are still fetched.`,
  checkpoint: (_: string, bytes: string) =>
    `A checkpoint as published: it is converted on this device, and ${bytes} are kept. Its own files are only read.`,
  already: 'It is installed already.',
  rate: (seconds: number, rate: string) =>
    `About ${minuteText(seconds, 'min', 'h')}, at ${rate} a second as measured just now.`,
  disk: (now: string, after: string) =>
    `This page stores ${now} now and ${after} afterwards. The browser does not tell how much room there is.`,
  accept: 'I accept the licence',
  install: 'Install',
  leave: 'Not now',
  use: 'Use',
  /** In the list Model, beside those that the page's host has. */
  onDevice: (name: string) => `${name} (this device)`,
  pause: 'Pause',
  resume: 'Resume',
  verify: 'Verify',
  repair: 'Repair',
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
    damaged: (kept: string, bytes: string) => `Damaged: ${kept} of ${bytes} are as they should be.`,
  },
  from: (place: string) => `From ${place}.`,
  verified: (when: string) => `Verified ${when}.`,
};
