import { basename, dirname } from 'node:path';
import { manifestFile } from '../model/bundle/manifest.ts';
import { openTensorFile } from '../model/checkpoint/folder.ts';
import { fail, failureOf } from '../model/failure.ts';
import { readModel } from '../model/onnx/read.ts';
import { type Command, parseCommandLine, UsageError } from './command.ts';
import { isFolder, openFile, openFolder } from './files.ts';
import { inspectBundle } from './inspect/bundle.ts';
import { inspectGraph } from './inspect/graph.ts';
import type { Inspection } from './inspect/inspection.ts';
import { inspectTensors, type OpenedFile } from './inspect/tensors.ts';
import { jsonLine } from './visible.ts';

const usage = `nexus inspect DIR|FILE [--json]

Shows what is inside: the tensors of a .safetensors or .bin file or of all such files of a checkpoint folder (name, type,
shape, bytes), the parts, graphs and files of a bundle, or an .onnx graph as text. Reads headers only. A file of a folder
that cannot be read is listed with the reason.

  --json  one JSON object instead of the table

Exit: 0 done, 1 failed (of a folder: nothing in it could be read), 2 wrong usage.`;

const options = { json: { type: 'boolean', default: false } } as const;

export const inspect: Command = {
  usage,
  async run(argv) {
    const { values, positionals } = parseCommandLine(argv, options);
    const [path] = positionals;
    if (path === undefined || positionals.length > 1) throw new UsageError('inspect takes one folder or file');
    const { text, json, found } = await inspectPath(path);
    process.stdout.write(`${values.json ? jsonLine(json) : text}\n`);
    return found ? 0 : 1;
  },
};

async function inspectPath(path: string): Promise<Inspection> {
  if (await isFolder(path)) return inspectFolder(path);
  if (basename(path) === manifestFile) return inspectFolder(dirname(path));
  const source = await openFile(path);
  if (!path.endsWith('.onnx')) return inspectTensors([{ file: source.name, tensors: await openTensorFile(source) }]);
  return inspectGraph(readModel(source.name, await source.read(0, source.size)));
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
