/** What a person reads of taking their data out of the page and back, in English. */
import { byteText } from '../byte-text.ts';
import type { ArchiveSentences, Exported, Imported } from '../data-sentences.ts';

const count = (number: number, one: string, many = `${one}s`) => (number === 1 ? `one ${one}` : `${number} ${many}`);
const sentenceOf = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
const listed = (parts: readonly string[]) => new Intl.ListFormat('en').format(parts);

export const enData = {
  export: 'Export',
  exportChat: 'Export chat',
  import: 'Import',
  clear: 'Clear all data',
  about:
    'Export writes all chats with their pictures, and your settings, to one file; Export chat only the open one, as Markdown too. Import brings them back, here or in another browser; what is here already stays as it is.',
  unkept: 'The browser keeps nothing for this page, so nothing can be imported.',
  outdated: 'This page was updated in another tab. Reload it to import.',
  working: { export: 'Exporting', import: 'Importing' },
  progress: (done: number, total: number) => `${done} of ${count(total, 'file')}`,
  exported({ missing, unreadable }: Exported): string {
    const lacks = [
      ...(missing > 0 ? [`${count(missing, 'picture')} no longer stored`] : []),
      ...(unreadable > 0 ? [`${count(unreadable, 'message')} that cannot be read`] : []),
    ];
    return lacks.length === 0 ? 'Exported.' : `Exported, without ${listed(lacks)}.`;
  },
  imported({ chats, turns, pictures, missing }: Imported): string {
    const came = [
      ...(chats > 0 ? [count(chats, 'chat')] : []),
      ...(turns > 0 ? [`${count(turns, 'message')} in chats that were here`] : []),
      ...(pictures > 0 ? [count(pictures, 'picture')] : []),
    ];
    const told = came.length === 0 ? 'Everything in the file is here already.' : sentenceOf(`${listed(came)} came in`);
    return missing === 0
      ? told
      : `${told} ${sentenceOf(`${count(missing, 'picture')} ${missing === 1 ? 'is' : 'are'} in neither place`)}`;
  },
  cleared: 'All data was cleared. What remains is below.',
  storage: 'Storage on this device',
  kinds: {
    chats: 'Chats',
    pictures: 'Pictures',
    models: 'Installed models',
    page: 'This page and its model',
    all: 'In all',
  },
  kind: 'Kind',
  size: 'Size',
  free: (bytes: number) => `${byteText(bytes)} are free for this page.`,
  measuring: 'Measuring',
  ask: {
    title: 'Clear all data?',
    goes: 'All chats, pictures, installed models and settings of this page leave this device, in every tab. This cannot be undone.',
    first: 'Export first if you may want them again. Files that you saved or exported stay.',
    cancel: 'Keep everything',
  },
  noPictureHere: 'This picture is no longer stored.',
};

const archiveProblems = {
  foreign: 'is no export of this page.',
  'broken off': 'is not whole: its end is missing.',
  damaged: 'is damaged.',
  path: 'holds a file whose path leads out of it.',
  twice: 'holds a file twice.',
  bomb: 'would unpack to more than it says, or than any export.',
} as const;

const recordProblems = {
  json: 'is no JSON',
  deep: 'is nested too deeply',
  long: 'is too long',
  fields: 'does not say what a record has to',
  twice: 'has the id of another one',
  parent: 'follows a message that does not come before it',
} as const;

const asItWas = 'Nothing of it was imported, and what is here is as it was.';

export const enArchiveFailures: ArchiveSentences = {
  ARCHIVE_FILE: ({ file, problem }) =>
    `${file} ${archiveProblems[problem]} ${asItWas} ${
      problem === 'broken off'
        ? 'Copy or download the file again, then import it.'
        : 'Import a file as Export has written it.'
    }`,
  PRESET_FILE: ({ file, problem }) =>
    `${file} ${
      {
        foreign: 'is no preset of this page',
        newer: 'was written by a newer version of this page',
        fields: 'has a setting that cannot be used',
      }[problem]
    }. Nothing was changed. ${problem === 'newer' ? 'Reload this page to get that version, then import it again.' : 'Choose a file that Export preset has written.'}`,
  ARCHIVE_NEWER: ({ file }) =>
    `${file} was written by a newer version of this page. ${asItWas} Reload this page to get that version, then import it again.`,
  ARCHIVE_RECORD: ({ file, line, problem }) =>
    `${file} was changed: line ${line} of its records ${recordProblems[problem]}. ${asItWas} Import the file as Export has written it.`,
  ARCHIVE_PICTURE: ({ file, picture }) =>
    `${file} was changed: ${picture} in it is not what was exported. ${asItWas} Import another copy of the file.`,
  ARCHIVE_ROOM: ({ file, needed, free }) =>
    `There is no room for the pictures of ${file}: they need ${byteText(needed)}, and ${byteText(free)} are free. ${asItWas} Free some space, then import it again.`,
  ARCHIVE_UNWRITTEN: ({ file, reason }) =>
    `${file} could not be imported: ${reason === 'full' ? 'there is no more room' : 'the browser could not write it'}. No chat of it came in, and what is here is as it was. ${
      reason === 'full' ? 'Free some space, then import it again.' : 'Reload this page, then import it again.'
    }`,
  CLEAR_PARTLY: () =>
    'Not everything could be cleared: another tab holds some of it open. The rest is gone. Close the other tabs of this page, then press Clear all data again.',
};
