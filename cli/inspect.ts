import { basename, dirname } from 'node:path';
import { manifestFile } from '../model/bundle/manifest.ts';
import { openTensorFile } from '../model/checkpoint/folder.ts';
import { fileKind } from '../model/checkpoint/sniff.ts';
import type { ByteSource } from '../model/checkpoint/source.ts';
import { fail, failureOf } from '../model/failure.ts';
import { readModel } from '../model/onnx/read.ts';
import { type Command, parseCommandLine, UsageError } from './command.ts';
import { isFolder, openFile, openFolder } from './files.ts';
import { inspectBundle } from './inspect/bundle.ts';
import { inspectGraph } from './inspect/graph.ts';
import type { Inspection } from './inspect/inspection.ts';
import { inspectPicture, inspectRecipe } from './inspect/picture.ts';
import { inspectTensors, type OpenedFile } from './inspect/tensors.ts';
import { bundleFolder } from './nano.ts';
import { jsonLine } from './visible.ts';

const usage = `nexus inspect DIR|FILE [--json]

Shows what is inside: the tensors of a .safetensors or .bin file or of all such files of a checkpoint folder (name, type,
shape, bytes), the parts, graphs and files of a bundle, an .onnx graph as text, or the kind, size and recipe of a picture
(a recipe that was exported as JSON too). Of weights it reads headers only. A file of a folder that cannot be read is listed
with the reason. nano, where nothing has that name, is the bundle that ships with the page.

  --json  one JSON object instead of the table

Exit: 0 done, 1 failed (of a folder: nothing in it could be read), 2 wrong usage.`;

/** Beyond the longest recipe: its conversation and its embeddings have limits. */
const recipeLimit = 2 ** 26;

const options = { json: { type: 'boolean', default: false } } as const;

export const inspect: Command = {
  usage,
  async run(argv) {
    const { values, positionals } = parseCommandLine(argv, options);
    const [path] = positionals;
    if (path === undefined || positionals.length > 1) throw new UsageError('inspect takes one folder or file');
    const { text, json, found } = await inspectPath(bundleFolder(path));
    process.stdout.write(`${values.json ? jsonLine(json) : text}\n`);
    return found ? 0 : 1;
  },
};

async function inspectPath(path: string): Promise<Inspection> {
  if (await isFolder(path)) return inspectFolder(path);
  if (basename(path) === manifestFile) return inspectFolder(dirname(path));
  const source = await openFile(path);
  if (path.endsWith('.onnx')) return inspectGraph(readModel(source.name, await wholeOf(source)));
  return (await inspectOther(source)) ?? inspectTensors([{ file: source.name, tensors: await openTensorFile(source) }]);
}

/** A picture or an exported recipe; null for what is neither. */
async function inspectOther(source: ByteSource): Promise<Inspection | null> {
  switch (await fileKind(source)) {
    case 'picture':
      return inspectPicture(source.name, await wholeOf(source));
    case 'json':
      return source.size > recipeLimit ? null : inspectRecipe(source.name, await wholeOf(source));
    default:
      return null;
  }
}

function wholeOf(source: ByteSource): Promise<Uint8Array> {
  return source.read(0, source.size);
}

async function inspectFolder(path: string): Promise<Inspection> {
  const folder = openFolder(path);
  const files = await folder.list();
  if (files.includes(manifestFile)) return inspectBundle(folder);
  const names = files.filter((file) => /\.(safetensors|bin|pt|pth)$/.test(file));
  if (names.length === 0) fail('SOURCE_MISSING', { files: ['*.safetensors', '*.bin', manifestFile] });
  const opened: OpenedFile[] = [];
  for (const file of names) {
    const tensors = await folder.open(file).then(openTensorFile).catch(failureOf);
    opened.push({ file, tensors });
  }
  return inspectTensors(opened);
}
