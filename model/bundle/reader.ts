/** A bundle to run from: its graphs, the places of its weights, its tables and constants. */
import { decodeWeights, fromFloat16, halves } from '../checkpoint/decode.ts';
import type { ByteSource, SourceFolder } from '../checkpoint/source.ts';
import { type NexusConfig, readNexusConfig } from '../config/nexus.ts';
import type { ServedSchedule } from '../config/settings.ts';
import { fail } from '../failure.ts';
import { type Manifest, type ManifestTensor, manifestFile, parseManifest } from './manifest.ts';
import { modulationTableName, servedSchedules } from './modulation-tables.ts';
import { constantNames, constantsPart, type DecoderName, decoderParts, negativePart } from './parts.ts';
import { RowTable } from './row-table.ts';

/** A tensor's place: `file` is a shard in the bundle's folder. */
export interface PlacedTensor extends ManifestTensor {
  readonly file: string;
}

/** A graph with the shards its external data lies in; none where its weights are inputs. */
export interface BundleGraph {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly shards: readonly ByteSource[];
}

/** What a person asked a picture to be drawn in; a strength below 1 starts from a picture. */
export type DrawnSchedule = Pick<ServedSchedule, 'steps' | 'guidance'> & { readonly strength: number };

/** The values of all modulation layers at a step, counted from 0 (modulation-tables.ts). */
export type ReadModulationRow = (step: number) => Promise<Float32Array>;

/** The negative branch of classifier-free guidance: T5's states [n, context] and CLIP's vector [pooled]. */
export interface NegativeText {
  readonly context: Float32Array;
  readonly pooled: Float32Array;
}

/** Tables up to this size are read once and kept, so that rows do not cost a request each. */
const keptTableBytes = 16 * 2 ** 20;

export class Bundle {
  readonly manifest: Manifest;
  readonly config: NexusConfig;
  private readonly folder: SourceFolder;
  private readonly parts: ReadonlyMap<string, ReadonlyMap<string, PlacedTensor>>;
  private readonly kept = new Map<string, Promise<Uint8Array>>();

  private constructor(folder: SourceFolder, manifest: Manifest) {
    this.folder = folder;
    this.manifest = manifest;
    this.config = readNexusConfig(manifest.config);
    const parts = new Map<string, Map<string, PlacedTensor>>();
    for (const { part, file, tensors } of manifest.shards) {
      const known = parts.get(part) ?? new Map<string, PlacedTensor>();
      for (const tensor of tensors) known.set(tensor.name, { ...tensor, file });
      parts.set(part, known);
    }
    this.parts = parts;
  }

  /**
   * Opens a folder as a bundle. Sizes and hashes are the business of `verifyBundle`; a file that is read later and is
   * missing or of the wrong size fails then, as BUNDLE_FILE.
   *
   * @throws BUNDLE_MANIFEST, BUNDLE_VERSION, CONFIG_INVALID, FILE_UNREADABLE
   */
  static async open(folder: SourceFolder): Promise<Bundle> {
    const source = await folder.open(manifestFile);
    return new Bundle(folder, parseManifest(await source.read(0, source.size)));
  }

  has(part: string): boolean {
    return this.parts.has(part);
  }

  hasGraph(name: string): boolean {
    return this.manifest.graphs.some((graph) => graph.name === name);
  }

  /**
   * A listed file, whose size is right.
   *
   * @throws BUNDLE_FILE for one that is not listed or of another size, FILE_UNREADABLE
   */
  async file(path: string): Promise<ByteSource> {
    const listed = this.manifest.files.find((file) => file.path === path);
    if (listed === undefined) return fail('BUNDLE_FILE', { file: path, problem: 'missing' });
    const source = await this.folder.open(path);
    return source.size === listed.bytes ? source : fail('BUNDLE_FILE', { file: path, problem: 'size' });
  }

  /**
   * A graph's ONNX file, and the shards of its part as sources.
   *
   * @throws BUNDLE_LACKS where the bundle has no such graph, BUNDLE_FILE, FILE_UNREADABLE
   */
  async graph(name: string, activations: 'float32' | 'float16'): Promise<BundleGraph> {
    const entry = this.manifest.graphs.find((graph) => graph.name === name && graph.activations === activations);
    if (entry === undefined) return fail('BUNDLE_LACKS', { part: activations, name });
    const source = await this.file(entry.file);
    const files = this.manifest.shards.filter(({ part }) => part === entry.part).map(({ file }) => file);
    const shards: ByteSource[] = [];
    for (const file of files) shards.push(await this.file(file));
    return { name, bytes: await source.read(0, source.size), shards };
  }

  /** Throws BUNDLE_LACKS where the part has no such tensor. */
  tensor(part: string, name: string): PlacedTensor {
    return this.parts.get(part)?.get(name) ?? fail('BUNDLE_LACKS', { part, name });
  }

  /** A tensor's bytes as stored. Throws BUNDLE_FILE, FILE_UNREADABLE. */
  async read({ file, offset, bytes }: PlacedTensor): Promise<Uint8Array> {
    return (await this.file(file)).read(offset, bytes);
  }

  /** A weight of a decoder's FLUX. Throws BUNDLE_LACKS where it is not installed. */
  fluxTensor(decoder: DecoderName, name: string): PlacedTensor {
    const { flux, layers } = decoderParts[decoder];
    return this.parts.get(layers)?.get(name) ?? this.tensor(flux, name);
  }

  /**
   * The table of a schedule's modulation, as a reader of one step's row; null where the bundle has none and has the layers to
   * compute it.
   *
   * @throws SCHEDULE_UNAVAILABLE where it has neither
   */
  modulationTable(decoder: DecoderName, wanted: DrawnSchedule): ReadModulationRow | null {
    const tables = wanted.strength === 1 ? this.parts.get(decoderParts[decoder].tables) : undefined;
    const tensor = tables?.get(modulationTableName(wanted));
    if (tensor !== undefined) {
      const bytes = tensor.bytes / wanted.steps;
      return async (step) =>
        fromFloat16(halves(await this.read({ ...tensor, offset: tensor.offset + step * bytes, bytes })));
    }
    const served = servedSchedules(this.manifest, decoder);
    return served === null ? null : fail('SCHEDULE_UNAVAILABLE', { ...wanted, decoder, served });
  }

  /** The rows of a weight that is looked up by id. Throws BUNDLE_LACKS where its tensors do not make up a table. */
  table(part: string, name: string): RowTable {
    const tensors = [...(this.parts.get(part)?.values() ?? [])];
    const total = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
    return new RowTable(part, name, tensors, async (tensor, offset, length) => {
      const placed = this.tensor(part, tensor.name);
      if (total > keptTableBytes) return (await this.file(placed.file)).read(placed.offset + offset, length);
      return (await this.whole(placed)).slice(offset, offset + length);
    });
  }

  /** A constant made at conversion; null where the bundle was made without it. */
  async constant(name: string): Promise<Float32Array | null> {
    return this.floats(this.parts.get(constantsPart)?.get(name) ?? this.parts.get(negativePart)?.get(name));
  }

  /** What the negative branch reads of a negative prompt, '' being the empty one; null where the bundle does not hold it. */
  async negative(prompt: string): Promise<NegativeText | null> {
    const { negative, pooled } = constantNames;
    const part = this.manifest.negative_texts?.find(({ text }) => text === prompt)?.part;
    const [context, vector] =
      prompt === ''
        ? [await this.constant(negative), await this.constant(pooled)]
        : [
            await this.floats(this.parts.get(part ?? '')?.get(negative)),
            await this.floats(this.parts.get(part ?? '')?.get(pooled)),
          ];
    return context === null || vector === null ? null : { context, pooled: vector };
  }

  private async floats(tensor: PlacedTensor | undefined): Promise<Float32Array | null> {
    if (tensor === undefined || tensor.type !== 'float32') return null;
    return decodeWeights('float32', await this.read(tensor));
  }

  private whole(tensor: PlacedTensor): Promise<Uint8Array> {
    const key = `${tensor.file} ${tensor.offset}`;
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    const reading = this.read(tensor);
    this.kept.set(key, reading);
    // A read that failed is tried again by the next one who asks.
    reading.catch(() => this.kept.delete(key));
    return reading;
  }
}
