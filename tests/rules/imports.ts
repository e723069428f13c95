import type { FoundImport, SourceFile } from './sources.ts';

/** The zones of the project: which files a file may import, type imports included, and which packages belong where. */
interface ZoneRule {
  /** The zone: the first rule whose pattern fits a file's path holds for it. */
  readonly files: RegExp;
  readonly rule: string;
  readonly may: readonly RegExp[];
}

/** What all of model may import: its top files (failure and what is as small) and config. */
const modelBase = [/^model\/[^/]+\.ts$/, /^model\/config\//];

const zones: readonly ZoneRule[] = [
  { files: /^model\/[^/]+\.ts$/, rule: "model's top files import only each other", may: [/^model\/[^/]+\.ts$/] },
  { files: /^model\/config\//, rule: "model/config imports itself and model's top files", may: modelBase },
  ...['onnx', 'image', 'diffusion', 'tables', 'checkpoint'].map((folder) => ({
    files: new RegExp(`^model/${folder}/`),
    rule: `model/${folder} imports no sibling but config and failure`,
    may: [...modelBase, new RegExp(`^model/${folder}/`)],
  })),
  {
    files: /^model\/text\//,
    rule: 'model/text imports config, failure and tables',
    may: [...modelBase, /^model\/(text|tables)\//],
  },
  {
    files: /^model\/pieces\//,
    rule: 'model/pieces imports config, failure, onnx and tables',
    may: [...modelBase, /^model\/(pieces|onnx|tables)\//],
  },
  { files: /^model\//, rule: 'model imports only model', may: [/^model\//] },
  {
    files: /^words\//,
    rule: 'words imports only model/failure and model/recognised',
    may: [/^words\//, /^model\/(failure|recognised)\.ts$/],
  },
  { files: /^workers\/protocol\.ts$/, rule: 'the protocol imports only model', may: [/^model\//] },
  {
    files: /^workers\/.*\.worker\.ts$/,
    rule: 'a worker entry imports model and workers',
    may: [/^model\//, /^workers\//],
  },
  {
    files: /^workers\/ort-for-transformers\.ts$/,
    rule: "transformers' runtime is the worker's own",
    may: [/^workers\/ort\.ts$/],
  },
  {
    files: /^workers\/service-worker\//,
    rule: 'the service worker is one script: it imports its own folder alone',
    may: [/^workers\/service-worker\//],
  },
  {
    files: /^workers\//,
    rule: 'workers import model, protocol and each other, and receive onnxruntime-web as an argument',
    may: [/^model\//, /^workers\/(?!ort(-for-transformers)?\.ts$)(?!.*\.worker\.ts$)/],
  },
  {
    files: /^session\//,
    rule: 'session imports workers/protocol and model',
    may: [/^session\//, /^model\//, /^workers\/protocol\.ts$/],
  },
  {
    files: /^src\/engine\//,
    rule: "src/engine imports session, workers' protocols, the worker entries, how scripts are started, and model",
    may: [
      /^(src\/engine|session|model)\//,
      /^workers\/((library|picture|storage|service-worker|upscaler)\/)?protocol\.ts$/,
      /^workers\/([a-z]+\/[a-z]+\.worker|script-url|requests)\.ts$/,
    ],
  },
  {
    files: /^src\/(storage|state)\//,
    rule: 'src/storage is the client of workers/storage, and with src/state knows its protocol',
    may: [/^(src|session|model|words)\//, /^workers\/((library|storage|service-worker)\/)?protocol\.ts$/],
  },
  {
    files: /^src\//,
    rule: "src imports src, session, model, words and of workers the protocol, the library's and that of pictures alone",
    may: [/^(src|session|model|words)\//, /^workers\/((library|picture)\/)?protocol\.ts$/],
  },
  {
    files: /(^|\/)vite\.config\.ts$/,
    rule: 'the build imports tools/build and what it says of versions',
    may: [/^tools\/build\//, /^cli\/versions\.ts$/],
  },
  {
    files: /^cli\/page\//,
    rule: 'the bare page imports session, the protocol, its worker entries and model',
    may: [
      /^cli\/page\//,
      /^(session|model)\//,
      /^workers\/protocol\.ts$/,
      /^workers\/(language|painter)\/[a-z]+\.worker\.ts$/,
    ],
  },
  {
    files: /^cli\/nexus\.ts$/,
    rule: 'the commands verify and bench are loaded from tools, nothing else of it',
    may: [/^(cli|session|model|words)\//, /^tools\/(parity\/verify|bench\/bench)\.ts$/],
  },
  {
    files: /^cli\//,
    rule: 'cli imports session, model, words and workers/{protocol,bundle,gpu,language,painter,upscaler}, no worker entry',
    may: [
      /^(cli|session|model|words)\//,
      /^workers\/(protocol\.ts$|(bundle|gpu|language|painter|upscaler)\/(?!.*\.worker\.ts$)|picture\/(heic|profiled-png)\.ts$)/,
    ],
  },
  { files: /^examples\//, rule: "examples import the package's exports alone", may: [/^examples\//] },
  { files: /^tools\//, rule: 'tools import anything but src', may: [/^(?!src\/)/] },
  { files: /^tests\//, rule: 'tests import anything', may: [/./] },
  { files: /^[^/]+\.ts$/, rule: 'configuration imports anything but src', may: [/^(?!src\/)/] },
];

/** Packages that only some files may import. */
const packages: readonly { readonly name: RegExp; readonly rule: string; readonly files: RegExp }[] = [
  {
    name: /^(?!nexus-gen-web\/|vite$)/,
    rule: "examples import the package's exports alone",
    files: /^(?!examples\/)/,
  },
  {
    name: /^libheif-js(\/|$)/,
    rule: 'libheif is loaded by the two libheif.ts alone, when a file needs it',
    files: /^(workers\/picture|cli\/draw)\/libheif\.ts$/,
  },
  { name: /^nexus-gen-web\//, rule: 'the package by its name is for examples', files: /^examples\// },
  {
    name: /^onnxruntime-/,
    rule: 'onnxruntime-web is imported by the two ort.ts alone',
    files: /^(workers|cli)\/ort\.ts$/,
  },
  {
    name: /^(#transformers$|@huggingface\/)/,
    rule: 'transformers is imported by workers/language/transformers.ts alone, in Node by way of cli/transformers.ts',
    files: /^(workers\/language\/transformers\.ts$|cli\/transformers\.ts$|tests\/)/,
  },
  {
    name: /^node:/,
    rule: "Node's modules belong to cli, tools, tests and configuration",
    files: /^(cli\/(?!page\/)|tools\/(?!page\/[^/]*(?<!folder)\.ts)|tests\/|[^/]+\.ts$)/,
  },
  { name: /^(react|react-dom)(\/|$)/, rule: 'react belongs to src', files: /^(src|tests)\// },
  { name: /^zustand(\/|$)/, rule: 'zustand belongs to src', files: /^(src|tests)\// },
  {
    name: /^comlink$/,
    rule: 'Comlink stands between session and the workers',
    files: /^(session|workers|tests)\//,
  },
  { name: /^playwright-core$/, rule: 'Chrome is started by cli/chrome.ts', files: /^(cli\/chrome\.ts$|tests\/)/ },
  {
    name: /^(?!zod$|@bufbuild\/protobuf(\/|$)|fflate$)/,
    rule: 'model uses zod, @bufbuild/protobuf and fflate alone',
    files: /^(?!model\/)/,
  },
];

/** Each import that breaks a rule, as "file:line rule". */
export function importViolations(file: SourceFile): string[] {
  const zone = zones.find((candidate) => candidate.files.test(file.path));
  if (zone === undefined) return [`${file.path}:1 lies in no zone`];
  return file.imports.flatMap((found) => {
    const rule = found.target === null ? packageRule(file.path, found) : targetRule(zone, found.target);
    return rule === undefined ? [] : [`${file.path}:${found.line} imports ${found.specifier}: ${rule}`];
  });
}

function packageRule(path: string, found: FoundImport): string | undefined {
  // The library's types may be named by the workers that receive it.
  if (found.typeOnly && found.specifier === 'onnxruntime-web' && path.startsWith('workers/')) return undefined;
  return packages.find((entry) => entry.name.test(found.specifier) && !entry.files.test(path))?.rule;
}

function targetRule(zone: ZoneRule, target: string): string | undefined {
  return zone.may.some((pattern) => pattern.test(target)) ? undefined : zone.rule;
}

/** Import cycles, each as its files in order; a cycle is told once. */
export function importCycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(files.map((file) => [file.path, file.imports.flatMap(({ target }) => target ?? [])]));
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const cycles: string[] = [];
  function enter(node: string): void {
    if (state.get(node) === 'done' || !graph.has(node)) return;
    if (state.get(node) === 'open') {
      cycles.push([...path.slice(path.indexOf(node)), node].join(' → '));
      return;
    }
    state.set(node, 'open');
    path.push(node);
    for (const next of graph.get(node) ?? []) enter(next);
    path.pop();
    state.set(node, 'done');
  }
  for (const file of files) enter(file.path);
  return cycles;
}
