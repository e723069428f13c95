/** Finds a checkpoint's files among the folders a person gives, by their official names. */
import { expectTensors } from '../checkpoint/expect.ts';
import { float8Widened, withScales } from '../checkpoint/float8.ts';
import { decoderName, withDecoderNames } from '../checkpoint/flux-names.ts';
import { hasShards, joinSources, openShardedFolder, openTensorFile } from '../checkpoint/folder.ts';
import { openSafetensors } from '../checkpoint/safetensors.ts';
import type { ByteSource, SourceFolder } from '../checkpoint/source.ts';
import type { TensorSource } from '../checkpoint/tensors.ts';
import { fail } from '../failure.ts';
import type { WeightDeclaration } from '../onnx/types.ts';
import type { ModelKind } from '../recognised.ts';
import type { WeightFile } from './parts.ts';

/** Folders as published; a person may give them or the folder they lie in. */
const publishedFolders = ['', 'Nexus-GenV2/', 'FLUX.1-dev/'];

export const sourceFileNames = {
  config: 'config.json',
  sampling: 'generation_config.json',
  generation: 'generation_decoder.bin',
  editing: 'edit_decoder.bin',
  autoencoder: 'ae.safetensors',
  clip: 'text_encoder/',
  t5: 'text_encoder_2/',
  clipVocab: 'tokenizer/vocab.json',
  clipMerges: 'tokenizer/merges.txt',
  t5Tokenizer: 'tokenizer_2/tokenizer.json',
} as const;

/** What the tokenizer library reads; the first two are what it cannot do without. */
const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json', 'chat_template.json', 'special_tokens_map.json'];

/** Files that are read for what they are called. */
function isOfficial(name: string): boolean {
  return name === sourceFileNames.autoencoder || /^model(-\d+-of-\d+)?\.safetensors$/.test(name);
}

/** The given folders as one place to look for files in. */
export class SourceFolders {
  private readonly folders: readonly { readonly folder: SourceFolder; readonly paths: ReadonlySet<string> }[];

  private constructor(folders: SourceFolders['folders']) {
    this.folders = folders;
  }

  static async open(folders: readonly SourceFolder[]): Promise<SourceFolders> {
    const listed = [];
    for (const folder of folders) listed.push({ folder, paths: new Set(await folder.list()) });
    return new SourceFolders(listed);
  }

  /** Every file of this name, in the order of the folders. */
  async all(name: string): Promise<readonly ByteSource[]> {
    const found: ByteSource[] = [];
    for (const { folder, paths } of this.folders) {
      const prefix = publishedFolders.find((candidate) => paths.has(candidate + name));
      if (prefix !== undefined) found.push(await folder.open(prefix + name));
    }
    return found;
  }

  async file(name: string): Promise<ByteSource | null> {
    return (await this.all(name))[0] ?? null;
  }

  /** The safetensors of a folder inside, for instance `text_encoder_2/`; '' is the language model's own. */
  async shards(inside: string): Promise<TensorSource | null> {
    for (const { folder } of this.folders) {
      for (const prefix of publishedFolders) {
        if (await hasShards(folder, prefix + inside)) return openShardedFolder(folder, prefix + inside);
      }
    }
    return null;
  }

  /**
   * The first weights that fit among those in the given folders themselves: the shards of a folder, or a file under a name of its own.
   *
   * @returns null where none fits
   * @throws what the first that cannot be read fails with, where none fits
   */
  async recognised<Kind extends string>(
    kindOf: (tensors: TensorSource) => Kind | null,
  ): Promise<{ readonly kind: Kind; readonly tensors: TensorSource } | null> {
    let unreadable: unknown = null;
    for (const open of await this.candidates()) {
      try {
        const tensors = withScales(await open());
        const kind = kindOf(tensors);
        if (kind !== null) return { kind, tensors };
      } catch (thrown) {
        unreadable ??= thrown;
      }
    }
    if (unreadable !== null) throw unreadable;
    return null;
  }

  private async candidates(): Promise<readonly (() => Promise<TensorSource>)[]> {
    const found: (() => Promise<TensorSource>)[] = [];
    for (const { folder, paths } of this.folders) {
      if (await hasShards(folder)) found.push(() => openShardedFolder(folder));
      for (const path of paths) {
        const inside = publishedFolders.find((prefix) => prefix !== '' && path.startsWith(prefix)) ?? '';
        const name = path.slice(inside.length);
        if (!/^[^/]+\.safetensors$/.test(name) || isOfficial(name)) continue;
        found.push(async () => openSafetensors(await folder.open(path), float8Widened));
      }
    }
    return found;
  }

  async tokenizer(): Promise<readonly ByteSource[] | null> {
    const found: ByteSource[] = [];
    for (const name of tokenizerFiles) {
      const file = await this.file(name);
      if (file !== null) found.push(file);
    }
    return found.some(({ name }) => baseName(name) === 'tokenizer.json') ? found : null;
  }
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The wanted weights of a checkpoint by file. Throws SOURCE_MISSING where the language model is wanted and absent. */
export async function openWeights(
  folders: SourceFolders,
  wanted: ReadonlySet<WeightFile>,
): Promise<ReadonlyMap<WeightFile, TensorSource>> {
  const found = new Map<WeightFile, TensorSource>();
  if (wanted.has('language')) {
    const language = await folders.shards('');
    if (language === null) fail('SOURCE_MISSING', { files: ['model.safetensors.index.json', 'model-*.safetensors'] });
    found.set('language', language);
  }
  for (const name of ['generation', 'editing', 'autoencoder'] as const) {
    if (!wanted.has(name)) continue;
    const file = await folders.file(sourceFileNames[name]);
    if (file === null) continue;
    const tensors = await openTensorFile(file);
    found.set(name, name === 'autoencoder' ? tensors : decoderTensors(tensors));
  }
  return found;
}

/** A decoder whose FLUX goes by the original names is read under the published ones. */
function decoderTensors(source: TensorSource): TensorSource {
  const original = source.list().some(({ name }) => decoderName(name) !== undefined);
  return original ? joinSources(source.name, [source, withDecoderNames(source)]) : source;
}

const kinds: Readonly<Record<WeightFile, ModelKind>> = {
  language: 'nexus-gen',
  generation: 'generation-decoder',
  editing: 'editing-decoder',
  autoencoder: 'autoencoder',
};

/** Throws MODEL_MISMATCH where a file does not hold the weights its pieces declare. */
export function expectWeights(file: WeightFile, source: TensorSource, declared: readonly WeightDeclaration[]): void {
  expectTensors(source, kinds[file], declared);
}
