/** What is said of checkpoints that cannot be read or converted, in English. */
import type { FailureData } from '../../model/failure.ts';
import type { FileKind, ModelKind, TensorDifference } from '../../model/recognised.ts';
import type { FailureSentences, Problems } from '../failure-sentences.ts';

const again = 'Download it again and check its size.';
const damaged = (file: string, what: string) => `${file} is damaged (${what}). Nothing was changed. ${again}`;

const fileKinds: Readonly<Record<FileKind, string>> = {
  empty: 'an empty file',
  'web-page': 'a web page',
  'server-message': 'the error message of a server',
  json: 'a JSON text',
  text: 'a text',
  'git-lfs-pointer': 'a Git LFS pointer in place of the file',
  'legacy-torch': 'in the format of torch before 1.6',
  zip: 'a zip archive',
  safetensors: 'a safetensors file',
  gguf: 'a GGUF file',
  gzip: 'a gzip archive',
  pdf: 'a PDF document',
  picture: 'a picture',
  unknown: 'in no format that is known here',
};
const failedDownloads: ReadonlySet<FileKind> = new Set(['empty', 'web-page', 'server-message', 'git-lfs-pointer']);

const modelKinds: Readonly<Record<ModelKind, string>> = {
  'nexus-gen': 'Nexus-Gen’s language side',
  'generation-decoder': 'Nexus-Gen’s generation decoder',
  'editing-decoder': 'Nexus-Gen’s editing decoder',
  'qwen-vl': 'Qwen2.5-VL',
  'language-model': 'a language model',
  flux: 'FLUX',
  autoencoder: 'FLUX’s autoencoder',
  'clip-text': 'CLIP’s text encoder',
  t5: 'T5',
  'stable-diffusion': 'Stable Diffusion',
  unknown: 'a model that is not known here',
};

const jsonProblems: Problems<'CONFIG_JSON'> = {
  'byte-order-mark': 'it begins with a byte-order mark; save it as UTF-8 without one',
  'not-finite': 'NaN or Infinity stands where JSON has only numbers',
  syntax: 'another character was expected',
  surrogate: 'half of a surrogate pair is no character',
  depth: 'it is nested too deeply',
  values: 'it has too many values',
};

const headerProblems: Problems<'HEADER_JSON'> = {
  encoding: 'it is no UTF-8',
  syntax: 'it is no JSON',
  depth: 'it is nested too deeply',
  surrogate: 'half of a surrogate pair is no character',
  'duplicate-key': 'a name stands in it twice',
  entry: 'an entry describes no tensor',
  metadata: 'its metadata are more than texts',
  number: 'a number in it is written as no other program does',
};

const layoutProblems: Problems<'TENSOR_LAYOUT'> = {
  overlap: 'lies over another one',
  hole: 'does not begin where the one before it ends',
  trailing: 'is the last, and more bytes follow it',
  length: 'has another length than its shape',
};

const valueProblems: Problems<'TENSOR_VALUES'> = {
  nan: 'holds values that are no numbers',
  infinite: 'holds infinite values',
  zeros: 'holds nothing but zeros',
};

const pickleProblems: Problems<'PICKLE_CORRUPT'> = {
  truncated: 'its list of tensors ends too early',
  stack: 'its list of tensors has something missing',
  memo: 'its list of tensors refers to what is not there',
  limit: 'its list of tensors is larger than any checkpoint’s',
  text: 'a text in its list of tensors is no UTF-8',
  number: 'a number in its list of tensors is too large',
  key: 'a name in its list of tensors is none',
  'duplicate-key': 'a name stands in its list of tensors twice',
  trailing: 'more bytes follow its list of tensors',
  'persistent-id': 'a tensor names no storage',
  rebuild: 'a tensor is put together as none of ours is',
  'not-a-dictionary': 'it holds no tensors by name',
  'not-a-tensor': 'something in it is no tensor',
};

const zipProblems: Problems<'ZIP_MISMATCH'> = {
  'no-directory': 'the archive’s directory, which stands at its end, is missing',
  directory: 'the archive’s directory contradicts itself',
  compressed: 'a file in the archive is compressed',
  flags: 'a file in the archive is encrypted, or needs what no checkpoint uses',
  name: 'a file in the archive has a name that cannot be',
  duplicate: 'a file is in the archive twice',
  size: 'a file in the archive reaches beyond it',
  'local-header': 'a file in the archive is not what its directory says',
  overlap: 'two files in the archive lie over each other',
  checksum: 'a file in the archive was changed',
  'byte-order': 'its numbers are in the order of other computers',
  'no-pickle': 'the archive has no list of tensors',
  'missing-storage': 'the bytes of a tensor are not in the archive',
};

function place(at: string | number): string {
  if (at === '') return '';
  return typeof at === 'number' ? `, at byte ${at}` : `, at ${at}`;
}

function difference(found: TensorDifference): string {
  const { tensor } = found;
  switch (found.problem) {
    case 'missing':
      return `${tensor} is missing`;
    case 'shape':
      return `${tensor} is ${found.actual} and should be ${found.expected}`;
    case 'type':
      return `${tensor} holds ${found.actual}`;
  }
}

function shardMismatch({ file, shard, tensor, problem }: FailureData['SHARD_MISMATCH']): string {
  switch (problem) {
    case 'index':
      return `${file} does not say which parts the model has`;
    case 'shard-missing':
      return `${file} names the part ${shard}, which is not there`;
    case 'tensor-missing':
      return `${file} says that ${shard} holds the tensor ${tensor}, which is not in it`;
    case 'duplicate':
      return `${file} has the tensor ${tensor} in two parts, one of them ${shard}`;
  }
}

export const enCheckpointFailures = {
  FILE_TRUNCATED: ({ file, needed, size }) =>
    `${file} ends too early: ${needed} bytes are needed and it has ${size}. Nothing was changed. ${again}`,
  CONFIG_JSON: ({ file, problem, line, column }) =>
    `${file} is not valid JSON: ${jsonProblems[problem]} (line ${line}, column ${column}). Nothing was changed. Correct it, or download it again.`,
  CONFIG_INVALID: ({ key, expected, actual }) =>
    `config.json is not usable: ${key} should be ${expected} and is ${actual}. Nothing was changed. Use the config.json of the checkpoint.`,
  CHECKPOINT_FORMAT: ({ file, looksLike }) =>
    `${file} is not a readable checkpoint: it is ${fileKinds[looksLike]}. Nothing was changed. ${failedDownloads.has(looksLike) ? 'Download it again, signed in where the site asks for it.' : 'Use the published safetensors or .bin files.'}`,
  HEADER_LENGTH: ({ file, length, limit }) =>
    damaged(file, `a header of ${length} bytes, at most ${limit} are possible`),
  HEADER_TOO_MANY: ({ file, count, limit }) => damaged(file, `${count} entries, at most ${limit} are read`),
  HEADER_JSON: ({ file, problem, at }) =>
    damaged(file, `its header cannot be read: ${headerProblems[problem]}${place(at)}`),
  TENSOR_LAYOUT: ({ file, tensor, problem }) => damaged(file, `tensor ${tensor} ${layoutProblems[problem]}`),
  TENSOR_SHAPE: ({ file, tensor, shape }) => damaged(file, `tensor ${tensor} has the impossible shape ${shape}`),
  TENSOR_TYPE: ({ file, tensor, type }) =>
    `${file}: tensor ${tensor} holds ${type}, which cannot be read as weights. Nothing was changed. Use a checkpoint in bfloat16, float16 or float32.`,
  TENSOR_BOUNDS: ({ file, tensor }) => damaged(file, `tensor ${tensor} lies outside its storage`),
  TENSOR_MISSING: ({ file, tensor }) =>
    `${file} has no tensor ${tensor}. Nothing was changed. Check that all files of the checkpoint are there.`,
  TENSOR_VALUES: ({ file, tensor, problem }) => damaged(file, `tensor ${tensor} ${valueProblems[problem]}`),
  PICKLE_REFUSED: ({ file, what }) =>
    `${file} asks to run ${what}, and only data is read. Nothing was run and nothing was changed. Use a file from a source you trust.`,
  PICKLE_CORRUPT: ({ file, problem, at }) => damaged(file, `${pickleProblems[problem]}${place(at)}`),
  PICKLE_NESTED: ({ file, at }) =>
    `${file} holds a nested dictionary: its tensors lie inside “${at}”. It is not damaged and was not changed. Save the inner dictionary alone: torch.save(checkpoint["${at}"], …).`,
  ZIP_MISMATCH: ({ file, entry, problem }) => damaged(file, `${zipProblems[problem]}${place(entry)}`),
  SHARD_MISMATCH: (data) =>
    `${shardMismatch(data)}. Nothing was changed. Check that all parts are there and of one version.`,
  MODEL_MISMATCH: ({ file, looksLike, expected, differences, count }) =>
    `${file} looks like ${modelKinds[looksLike]}, expected ${modelKinds[expected]}. ${count} tensors differ: ${differences.map(difference).join('; ')}. Nothing was changed. Choose the file of the right model.`,
  SOURCE_MISSING: ({ files }) =>
    `Without ${files.join(', ')} there is nothing to convert. Nothing was written. Give the folder or the address that has all of the model’s files; in the terminal with --from.`,
  SOURCE_CHANGED: ({ file }) =>
    `${file} changed while it was being read. Nothing was kept of it. Try again when it is complete.`,
  FLOAT16_OVERFLOW: ({ tensor, value }) =>
    `Tensor ${tensor} holds ${value}, which 16 bits cannot. Nothing was kept of the bundle. Check that the checkpoint is the published one.`,
  QUANTISER_ENDED: ({ reason }) =>
    `A thread that quantised ended (${reason}). The finished files are kept. Convert again with fewer threads; it goes on where it stopped.`,
} satisfies Partial<FailureSentences>;
