/** What is said of failures with the models of the browser, in English. */
import type { FailureData } from '../../model/failure.ts';
import { byteText } from '../byte-text.ts';
import type { FailureSentences, Problems } from '../failure-sentences.ts';

const placeOf = (folder: string | null) => (folder === null ? 'the browser’s storage' : `the folder ${folder}`);

const folderAsked = 'Write the whole address of the model’s folder, beginning with https://.';

const addresses: Problems<'ADDRESS_INVALID'> = {
  'no address': `That is no address. Nothing was fetched. ${folderAsked}`,
  'not https': `That address begins otherwise than with https://. Nothing was fetched. ${folderAsked}`,
  'more than a folder':
    'That address has more in it than a folder: a name, a password, a question mark or a #. Nothing was fetched. Write it without these.',
};

function lookedInVain(data: FailureData['LOOK_FAILED']): string {
  const { host, wanted, problem } = data;
  if (problem === 'unreachable')
    return `No answer came that this page may read: ${host} cannot be reached, or does not let other sites read its files. Nothing was fetched. Check the address and the connection, then press Look again.`;
  if (problem === 'silent')
    return `No answer came in half a minute from ${host}. Nothing was fetched. Press Look again, or try another time.`;
  if (problem === 'refused')
    return `The answer was a refusal, with status ${data.status} from ${host}. Nothing was fetched. Check the address, or try another time.`;
  if (wanted === 'official files')
    return `The official files are not there: ${host} lists none, or not all of them. Nothing was fetched. Choose another host or mirror.`;
  return problem === 'page'
    ? `A web page lies there and no model, on ${host}. Nothing was fetched. Give the address of the folder that the model’s files are in.`
    : `No model lies there: neither bundle.json nor config.json is in that folder of ${host}. Nothing was fetched. Give the address of the folder that one of them is in.`;
}

export const enLibraryFailures = {
  ADDRESS_INVALID: ({ problem }) => addresses[problem],
  LOOK_FAILED: lookedInVain,
  HOST_REFUSED: ({ host }) =>
    `The address leads to ${host}, a host that you have not allowed. Nothing of its answer was read. Allow it if you trust it, or use another address.`,
  MODEL_GATED: ({ file, host, gate }) =>
    `A licence has to be accepted first: ${host} gives ${file} only to those who did. What was fetched is kept. Accept it at ${gate}, then give an access token of your account there, or the folder with the files.`,
  INSTALL_FULL: ({ name, needed }) =>
    `There is no room for ${name}: ${byteText(needed)} more are needed. What was fetched is kept. Free some space, then press Resume.`,
  INSTALL_UNWRITTEN: ({ name, detail }) =>
    `The browser could not write ${name} (${detail}). What was checked before is kept. Press Resume to go on.`,
  SOURCE_NEEDED: ({ name, from }) =>
    `${name} was being installed from ${from}, which the page may not read any more. What was checked is kept. Open it again to go on.`,
  SOURCE_UNREACHED: ({ folder }) =>
    `The folder ${folder}, from which the model comes, cannot be reached: it was renamed or removed, or its disk is not connected. What was checked is kept. Connect the disk or put the folder back, then try again.`,
  MODEL_BUSY: ({ name }) =>
    `Another tab is at work on ${name}. Nothing was changed here. Go on in that tab, or wait until it is done.`,
  MODEL_IN_USE: ({ name }) =>
    `${name} is open, here or in another tab. It was left as it is. Choose another model in each tab, then try again.`,
  MODEL_DAMAGED: ({ name, bytes }) =>
    `${name} is damaged: ${byteText(bytes)} of it are missing or were changed. It is not used until it is repaired; the rest of it is kept. Press Repair to fetch that part again.`,
  MOVE_FULL: ({ name, to, needed }) =>
    `There is no room for ${name} in ${placeOf(to)}: ${byteText(needed)} more are needed. It is whole where it was. Free some space, then press Resume.`,
  MOVE_UNWRITTEN: ({ name, to, detail }) =>
    `${name} could not be copied to ${placeOf(to)} (${detail}). It is whole where it was. Press Resume to try again, or Cancel.`,
  MOVE_UNFINISHED: ({ name }) =>
    `${name} is not whole: some of it is still to come, or damaged. It was left where it is. Press Resume or Repair first, then move it.`,
  MODEL_MOVED: ({ name, folder }) =>
    `${name} lies in the folder ${folder}. Nothing was changed. Move it back to the browser’s storage first, then try again.`,
  FOLDER_UNREACHED: ({ name, folder }) =>
    `The folder ${folder} of ${name} cannot be reached: it was renamed or removed, or its disk is not connected. Nothing of the model was changed. Connect the disk or put the folder back, then try again.`,
  FOLDER_CLOSED: ({ name, folder }) =>
    `The browser does not let the page use the folder ${folder} of ${name}. Nothing of the model was changed. Press Use, or the button again, in Models, and allow it.`,
  FOLDER_NEEDED: ({ name, folder }) =>
    `The browser has forgotten the folder ${folder} of ${name}. The files in it are as they were. Press Find folder and choose it again.`,
  FOLDER_OTHER: ({ name, folder, shown }) =>
    `${shown} is not the folder ${folder} that holds ${name}. Nothing was changed. Choose that folder, or the one it lies in.`,
  FOLDER_LEFT: ({ name, folder }) =>
    `What was copied of ${name} could not be removed from the folder ${folder}. All else is done. Remove that folder yourself.`,
  MODEL_UNKNOWN: () => 'This model is not installed any more. Nothing else was changed. Install it again.',
} satisfies Partial<FailureSentences>;
