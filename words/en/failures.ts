import type { FailureData } from '../../model/failure.ts';
import type { ReadingProblem, WritingProblem } from '../../model/recognised.ts';
import { byteText } from '../byte-text.ts';
import type { FailureSentences, Problems } from '../failure-sentences.ts';
import { unforeseenCode } from '../unforeseen-code.ts';
import { enCheckpointFailures } from './checkpoint-failures.ts';
import { enArchiveFailures } from './data.ts';
import { enLibraryFailures } from './library-failures.ts';

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);

const outputProblems: Readonly<Record<WritingProblem, string>> = {
  'no-folder': 'its folder does not exist',
  'is-folder': 'a folder has that name',
  'is-file': 'there is a file where a folder is needed',
  'dangling-link': 'that name is a link that leads nowhere',
  'not-a-file': 'what has that name is not a file',
  'read-only': 'that place is read-only',
  full: 'the disk is full',
  'file-size': 'the disk takes no file of that size',
  name: 'the name is too long',
  disk: 'the disk reports an error',
  other: 'the system refuses',
};

const unreadable: Readonly<Record<ReadingProblem, (file: string) => string>> = {
  'no-file': (file) => `There is no file ${file}`,
  'no-folder': (file) => `There is no folder ${file}`,
  nothing: (file) => `There is no file or folder ${file}`,
  'is-folder': (file) => `${file} is a folder, not a file`,
  'is-file': (file) => `${file} is a file, not a folder`,
  'not-a-file': (file) => `${file} is not a file that can be read`,
  'link-loop': (file) => `${file} is a link that leads back to itself`,
  'standard-input': (file) => `${file} would be standard input, which is not read here; ./- is a file of that name`,
  refused: (file) => `${file} cannot be read: its permissions do not allow it`,
  disk: (file) => `${file} cannot be read: the disk reports an error`,
  other: (file) => `${file} cannot be read`,
};

const pictureProblems: Readonly<Record<FailureData['PICTURE_DAMAGED']['problem'], string>> = {
  empty: 'the file is empty',
  truncated: 'it ends before the picture is whole',
  undecodable: 'no picture can be made of what it holds',
  profile: 'its colour profile cannot be read',
};

const graphProblems: Problems<'GRAPH_FILE'> = {
  size: 'it is larger than any of ours',
  damaged: 'it is damaged',
  'no graph': 'there is none in it',
  domain: 'it has operators that are not known here',
  type: 'it has values of a type that is not known here',
};

const pngProblems: Problems<'PNG_DAMAGED'> = {
  signature: 'it does not begin as one',
  truncated: 'it ends too early',
  checksum: 'it was changed',
  text: 'a text in it cannot be read',
  limit: 'a text in it is too long',
  size: 'it has another size than it says',
};

const recipePictures: Readonly<Record<FailureData['RECIPE_PICTURE_MISSING']['came'], (words: string) => string>> = {
  brought: (words) => (words === '' ? 'one that came without words' : `the one that came with “${words}”`),
  drawn: (words) => (words === '' ? 'one that the model drew' : `the one that “${words}” drew`),
  beside: () => 'one that no message of it shows',
  mask: () => 'the mask of the area that was selected, which Recipe saves',
};

const stages: Readonly<Record<FailureData['STOPPED']['stage'], string>> = {
  waiting: 'waiting',
  loading: 'preparing the model',
  reading: 'reading',
  writing: 'writing',
  drawing: 'drawing',
};

const arrivals = {
  silent: 'nothing came for 30 seconds',
  unreachable: 'its site cannot be reached',
  refused: 'its site refused it',
  'no ranges': 'its server does not send the parts of large files that are asked for',
} as const;

const bundleFiles = {
  missing: 'is missing',
  size: 'has the wrong size',
  hash: 'was changed',
  page: 'is not there: a web page came in its place, perhaps a login',
} as const;

export const enFailures: FailureSentences = {
  GRAPH_SHAPE: ({ at, expected, actual }) =>
    `The model does not fit together at ${at}: expected ${expected}, found ${actual}. Nothing was changed. Check that the weights and config.json belong together.`,
  LINK_DANGLING: ({ file, target }) =>
    `${file} is a link to ${target}, which does not exist. Nothing was changed. Bring that file back, or use another one.`,
  FILE_UNREADABLE: ({ file, problem, reason }) =>
    `${unreadable[problem](file)}${problem === 'other' ? ` (${reason})` : ''}. Nothing was changed. Check that it is the right one, and that it may be read.`,
  GRAPH_FILE: ({ file, problem }) =>
    `${file} is not a readable graph: ${graphProblems[problem]}. Nothing was changed. Choose an .onnx file of a bundle.`,
  BUNDLE_MANIFEST: ({ key, expected, actual }) =>
    `This model cannot be opened: in its bundle.json, ${key || 'all of it'} should be ${expected} and is ${actual}. Nothing was changed. Choose another model, or convert or download this one again.`,
  BUNDLE_VERSION: ({ version, supported }) =>
    `This model is of format version ${version}; version ${supported} can be read. Nothing was changed. ${
      version < supported
        ? 'Convert it again: npm run nexus -- convert --from CHECKPOINT --to NEW-FOLDER'
        : 'Update the software.'
    }`,
  BUNDLE_FILE: ({ file, problem }) =>
    `${file} of the model ${bundleFiles[problem]}. Nothing was lost. Try again. If that does not help, choose another model, or convert or download this one again.`,
  FOLDER_REFUSED: ({ file }) =>
    `The browser does not let the page read ${file} of your folder any more. The conversation and the folder are as they were. Open the folder again and allow reading it.`,
  MODEL_FETCH: (data) =>
    `${data.file} of the model did not arrive: ${arrivals[data.problem]}${data.problem === 'refused' ? ` (status ${data.status})` : ''}. The conversation is kept. ${data.problem === 'no ranges' ? 'Use a server that answers byte ranges, or download the model’s files and use them here.' : 'Check the connection, then try again.'}`,
  BUNDLE_LACKS: ({ part, name }) =>
    `This model has no ${name} in ${part}. Nothing was changed. Choose another model or convert it again with all of its files.`,
  BUNDLE_EXISTS: ({ folder }) =>
    `${folder} holds a finished model already. It was left as it is. Choose an empty folder or delete that one.`,
  FOLDER_BUSY: ({ folder, process, machine, lock }) =>
    `Another conversion is writing into ${folder} (process ${process} on ${machine}). Nothing was changed. Wait until it has ended, or choose another folder; if no conversion runs, delete ${lock} there.`,
  WRITE_FAILED: ({ file, problem, reason }) =>
    `${file} could not be written: ${outputProblems[problem]}${problem === 'other' ? ` (${reason})` : ''}. What was finished before is kept. ${problem === 'full' ? 'Make room' : 'See that its folder is there and may be written'}, then start again.`,
  NO_ROOM: ({ folder, needed, free }) =>
    `${folder} needs room for ${byteText(needed)}, and ${byteText(free)} are free there. Nothing was written. Make room, or choose another place.`,
  REST_NONE: ({ share }) =>
    `This edit changed almost the whole picture: only ${Math.floor(share * 100)} % of it could be kept. The picture stays as the model painted it. Keep the rest serves edits of a part; to change less, say which part, or lower Strength.`,
  MASK_GONE: () =>
    'The area that was selected is no longer stored. Nothing was drawn, and your message is kept. Edit it, or send the picture again and select the area anew.',
  MASK_EMPTY: () =>
    'Nothing is selected in the area. Nothing was drawn. Select what is to change, or send the picture without an area to change all of it.',
  MASK_SIZE: ({ width, height, picture }) =>
    `The area was selected on another picture: it is ${width} × ${height}, the picture ${picture.width} × ${picture.height}. Nothing was drawn. Select the area anew on this picture.`,
  COPY_REFUSED: ({ problem, what }) =>
    what === 'words'
      ? `The words were not copied: ${problem === 'missing' ? 'this browser gives the page no clipboard' : 'the browser refused the clipboard'}. They stay where they are. Select and copy them by hand${problem === 'missing' ? '' : ', or allow the clipboard for this page'}.`
      : `The picture was not copied: ${problem === 'missing' ? 'this browser gives the page no clipboard for pictures' : 'the browser refused the clipboard'}. The picture is kept. ${problem === 'missing' ? 'Save it as a file.' : 'Allow the clipboard for this page, or save the picture as a file.'}`,
  SHARE_REFUSED: () =>
    'The picture was not shared: the system or the browser refused it. The picture is kept. Save it as a file, and share that one.',
  ...enCheckpointFailures,
  ...enLibraryFailures,
  NOT_KEPT: ({ what, reason }) =>
    `The ${what} could not be kept on this device: ${reason === 'full' ? 'there is no room' : 'the browser could not write it'}. It stays on this page until it is closed. Free some space: it is tried again by itself.`,
  STORAGE_LOST: ({ extent }) =>
    extent === 'all'
      ? 'The chats that were kept on this device are gone: the browser removed or damaged them. Nothing else was changed. New messages are kept again; let the browser keep this site’s data, and save pictures that matter.'
      : 'The last changes of your chats are gone: the browser removed or damaged them. What came before is here. Check your latest messages and send again what is missing.',
  STORAGE_REMOVED: () =>
    'The stored data of this site was removed while the page was open. What you see stays until the page is closed. Save the pictures that matter, then reload to have new messages kept.',
  STORAGE_DAMAGED: ({ count }) =>
    `${count === 1 ? 'One entry' : `${count} entries`} of your stored chats cannot be read: the file was damaged. All else is here, and what is left of ${count === 1 ? 'it' : 'them'} is kept in its place. Save pictures that matter, and check the disk if this happens again.`,
  STORAGE_OUTDATED: () =>
    'This page was updated in another tab. Your chats are kept as they were, but what you say here is not saved any more. Reload this page to go on.',
  ...enArchiveFailures,
  PICTURE_GONE: () =>
    'The picture is no longer stored on this device, or its file was damaged. The conversation is kept. Add the picture again, or draw it anew.',
  EMBEDDINGS_GONE: ({ wanted }) =>
    wanted === 'recipe'
      ? 'The picture left this page without its recipe: the embeddings that it was drawn from are no longer stored on this device, or their file was damaged. The picture itself is whole. Draw it anew where you need one with its recipe.'
      : 'The embeddings that this picture was drawn from are no longer stored on this device, or their file was damaged. The picture is kept. Send its words again for another one.',
  LATENTS_GONE: () =>
    'What this drawing had come to is no longer stored on this device, or its file was damaged. Its words and what you see of it are kept. Draw it anew: Try again, Regenerate and Variations begin at the first step.',
  RESUME_ELSEWHERE: ({ begun, device }) =>
    begun === 'version'
      ? 'This drawing was begun by another version of this page, which may compute other bits. It is kept as it is. Draw it anew: Try again, Regenerate and Variations begin at the first step.'
      : `This drawing was begun ${device === 'webgpu' ? 'on a graphics card' : 'by the processor'}, and what computes now is another device or computes in another precision. It is kept as it is. Choose that device in Settings, then Resume; or draw it anew with Try again.`,
  WORKER_ENDED: ({ worker, reason }) =>
    `The ${worker} part stopped unexpectedly (${reason}). Your words and pictures are kept. Try again.`,
  WORKER_SILENT: ({ worker, seconds }) =>
    `The ${worker} part did not answer for ${seconds} s and was ended. Your words and pictures are kept. Try again.`,
  WORKER_RESTARTED: ({ worker }) =>
    `The ${worker} part was started again before it had answered. Your words and pictures are kept. Try again.`,
  STOPPED: ({ stage }) => `Stopped while ${stages[stage]}. What was made until then is kept. Send again to continue.`,
  NO_CHROME: () =>
    'No Chrome or Chromium was found. Nothing was changed. Install one (apt-get install chromium) or set CHROME_PATH to its program.',
  NO_PYTHON: ({ lacks }) =>
    `${lacks} is not here, without which nothing can be judged. What was judged before is kept. Install Python 3.11 and its packages (pip install -r training/requirements.txt).`,
  BENCH_FAILED: ({ reason }) =>
    `The judges ended with an error: ${reason} What was judged before is kept. Run the same command to go on.`,
  CHROME_ENDED: ({ reason }) =>
    `Chrome ${reason === 'died' ? 'ended before it answered' : 'stopped answering and was ended'}. What was written before is kept. Try again, or use --device wasm.`,
  FILE_EXISTS: ({ file }) => `${file} exists already. It was left as it is. Choose another name or give --force.`,
  OUTPUT_REFUSED: ({ file, problem, reason }) =>
    `${file} cannot be written: ${outputProblems[problem]}${problem === 'other' ? ` (${reason})` : ''}. Nothing was made, and what is there was left as it is. Choose another place or name.`,
  CONTEXT_FULL: ({ tokens, slots }) =>
    `This message needs ${tokens} tokens and the model holds ${slots}. The conversation is kept. Make it shorter or start a new chat.`,
  PICTURE_EMPTY: ({ width, height }) =>
    `The picture has no pixels (${width} × ${height}). It was not taken. Choose another picture.`,
  PICTURE_TOO_LARGE: ({ width, height, pixelLimit, sideLimit }) =>
    `The picture is ${width} × ${height}; at most ${pixelLimit / 1e6} million pixels and ${sideLimit} a side can be read. It was not taken. Choose a smaller one.`,
  PICTURE_ASPECT: ({ width, height, limit }) =>
    `The picture is ${width} × ${height}: one side is more than ${limit} times the other. It was not taken. Crop it first.`,
  TEXT_EMPTY: () => 'There is neither text nor a picture to send. Nothing was changed. Write a message first.',
  POLISH_NOTHING: () =>
    'The model found nothing to add. Your words are as they were. Press Polish again for another try, or add to them yourself.',
  TEXT_TOO_LONG: ({ limit, actual, unit }) =>
    `The message has ${actual} ${unit} and at most ${limit} fit. It is kept as you wrote it. Shorten it and send it again.`,
  SEED_INVALID: ({ seed }) =>
    `“${seed}” is not a valid seed. The last valid one is kept. Use a whole number from 0 to 18446744073709551615.`,
  SETTING_RANGE: ({ setting, value, low, high }) =>
    `${setting} is ${value} and can be from ${low} to ${high}. Nothing was changed. Choose a value in that range.`,
  TOKENIZER_INVALID: ({ problem }) =>
    `The tokenizer of this model cannot be used (${problem}). Nothing was changed. Install the model again.`,
  RECIPE_INVALID: ({ key, expected, actual }) =>
    `The recipe is not usable: ${key} should be ${expected} and is ${actual}. Nothing was changed. Use the original, unmodified file.`,
  RECIPE_PICTURE_MISSING: ({ sha256, width, height, came, words }) =>
    `The recipe was made from a picture that was not given: ${recipePictures[came](words)} (${width} × ${height}, SHA-256 ${sha256.slice(0, 12)}…). Nothing was drawn. Give ${came === 'drawn' ? 'the file that it was saved in' : 'that file'}, unchanged, in the message on the page, behind the recipe in the terminal (--recipe FILE PICTURE).`,
  RECIPE_PICTURE_OTHER: ({ file }) =>
    `${file} is not one of the pictures that the recipe was made from. Nothing was drawn. Use the original, unmodified file.`,
  RECIPE_DIFFERS: ({ file }) =>
    `The model that is open does not draw ${file} again as its recipe says. Nothing was drawn. Choose the model that drew it.`,
  RECIPE_MISSING: ({ file }) =>
    `${file} contains no recipe. Nothing was changed. Use a picture that was saved with one.`,
  PNG_DAMAGED: ({ file, problem }) =>
    `${file} is not a readable PNG: ${pngProblems[problem]}. Nothing was changed. Use the original, unmodified file.`,
  DECODER_MISSING: ({ decoder }) =>
    `This model has no ${decoder} decoder. The conversation is kept. Choose the other decoder or another model.`,
  NEGATIVE_UNAVAILABLE: ({ prompt, held }) =>
    `This model cannot use ${prompt === '' ? 'CFG' : `the negative prompt "${prompt}"`}. The conversation is kept. ${
      prompt === ''
        ? 'Set CFG to 1, or add what it needs: in Models on the page (Add), or in the terminal (nexus convert --only negative).'
        : `${heldAdvice(held)}, or add these words: in Models on the page (Add), or in the terminal (nexus convert --only negative --negative TEXT).`
    }`,
  NEGATIVE_LAYERS: ({ prompt }) =>
    `This model is installed without the layers that the negative prompt "${prompt}" needs; without them it steers away from the empty one alone. The conversation is kept. Leave the negative prompt empty, or add the layers: in Models on the page (Add), or in the terminal (nexus convert --only other-schedules).`,
  SCHEDULE_UNAVAILABLE: ({ steps, guidance, strength, served }) =>
    `This model is installed without the layers for ${strength === 1 ? `${steps} steps with guidance ${guidance}` : 'starting from a picture'}. The conversation is kept. Without them it draws with ${served.map((each) => `${each.steps} steps and guidance ${each.guidance}`).join(', or ')}, from noise alone; choose one of these, or add the layers: in Models on the page (Add), or in the terminal (nexus convert --only other-schedules).`,
  NOT_FINITE: ({ graph, activations }) =>
    `The model computed values that are no numbers (${graph}, ${activations}), so nothing can be made of them. The conversation is kept. Choose another device in Settings, or check the model's files ("nexus verify --bundle").`,
  PICTURE_FORMAT: ({ file }) =>
    `${file} is not a picture that can be read. It was not taken. Use a PNG, JPEG, WebP, GIF, AVIF or HEIC file.`,
  PICTURE_PAGE_ONLY: ({ file, kind }) =>
    `${file} is a ${kind.toUpperCase()} picture, which the terminal does not read; the page does where its browser can. It was not taken. Save it as PNG or JPEG, or add it in the page.`,
  PICTURE_DAMAGED: ({ file, problem }) =>
    `${file} is damaged: ${pictureProblems[problem]}. It was not taken. Save or download the picture again.`,
  PICTURE_SCANS: ({ file, scans, limit }) =>
    `${file} builds its picture up ${scans} times; at most ${limit} are read. It was not taken. Save the picture again as a plain JPEG or PNG.`,
  PICTURE_SLOW: ({ file, seconds }) =>
    `${file} could not be decoded in ${seconds} seconds. It was not taken. Save the picture again, smaller or as a plain JPEG or PNG.`,
  DROP_UNREADABLE: ({ what, name }) =>
    ({
      address:
        'Only the address of that picture was dropped, and nothing is fetched from other sites. Nothing was added. Copy the picture there and paste it here, or save it and drop the file.',
      folder: `${name} is a folder. It was not taken. Open it and drop the pictures in it.`,
      promise:
        'That app promised a file and gave none. Nothing was added. Save or export the picture there first, then drop the file.',
      shared:
        'What another app shared did not arrive: there was no room for it, or it was taken already. Nothing was added. Share it again, or add the picture here.',
    })[what],
  LOAD_FAILED: ({ graph, reason }) =>
    `The model's part ${graph} could not be loaded (${reason}). The conversation is kept. Reload the page, or choose another model.`,
  RUN_FAILED: ({ graph, reason }) =>
    `The model's part ${graph} stopped with an error (${reason}). What was made until then is kept. Try again.`,
  DEVICE_LOST: ({ reason, times }) =>
    times > 1
      ? `The graphics card was lost again${reason ? ` (${reason})` : ''}. The conversation is kept. Restart the browser to use it again, or let the processor compute.`
      : `The graphics card was lost${reason ? ` (${reason})` : ''}. The conversation is kept. Try again; if it happens often, close other tabs that use the graphics card.`,
  WEBGPU_MISSING: () =>
    'This browser offers no WebGPU. Nothing was lost. Use a current Chrome with hardware acceleration on, or choose the processor (wasm).',
  WEBGPU_BROKEN: ({ reason }) =>
    `The graphics card cannot be used (${reason}). Nothing was lost. Close other tabs that use it or update its driver, or choose the processor (wasm).`,
  ENGINE_LOAD: () =>
    `The program that computes could not be loaded. Your words and pictures are kept. Check the connection and try again; if that does not help, reload the page.`,
  SELF_TEST_FAILED: ({ adapter, verdict }) =>
    `The graphics card (${adapter}) failed the start-up test: ${verdict}. Nothing was lost. Update its driver, or choose the processor (wasm).`,
  MEMORY_FULL: ({ graph, doing, bytes }) =>
    `The device has no memory left to ${doing === 'load' ? `load the part ${graph}, ${gigabytes(bytes)} GB` : `run the part ${graph} beside the ${gigabytes(bytes)} GB in use`}. Your words and finished pictures are kept. Close other tabs and programs, or choose a smaller picture or model, then try again.`,
  MODEL_TOO_LARGE: ({ ability, needed, available }) =>
    `${{ chat: 'To answer', draw: 'To draw', edit: 'To edit pictures' }[ability]}, this model needs ${gigabytes(needed)} GB on the device, which is taken to have ${gigabytes(available)} GB. Nothing was lost. ${ability === 'chat' ? 'Choose a smaller model.' : 'It can still answer in words. Choose a smaller model for pictures.'}`,
  MODEL_OTHER: ({ wanted, open }) =>
    `This picture was imagined by another model or version (${wanted}) than the one that is open (${open}). Nothing was drawn; the picture is kept. Choose the model that drew it, or send the words again.`,
  MODEL_CLOSED: () => 'No model is open yet. Your message is kept. Choose a model, then send again.',
  BATCH_LINE: ({ line, reason }) =>
    `Line ${line} of the batch cannot be done: ${reason}. The other lines are done all the same. Correct this one and run it again.`,
  PAGE_PART: () =>
    'A part of this page could not be loaded: it was updated meanwhile, or the connection is gone. Your words and pictures are kept. Reload the page.',
  UNEXPECTED: ({ message }) =>
    `Something unforeseen happened (code ${unforeseenCode(message)}): ${message}. Nothing was lost. Try again; if it happens again, report the code.`,
};

/** Of the negative prompts that a model holds, the empty one is there for everyone. */
function heldAdvice(texts: readonly string[]): string {
  const held = texts
    .filter((text) => text !== '')
    .map((text) => `"${text}"`)
    .join(', ');
  return held === '' ? 'Leave the negative prompt empty' : `It holds the empty one and ${held}. Choose one of these`;
}
