/**
 * Answers for the files of one release: from what is kept, else from the network, and keeps what comes from there. A file is kept
 * from the page's own fetch, so that a first visit transfers it once; two who want it at once share one transfer.
 *
 * The app is answered as one release or not at all: its index is read from what is kept only once every file of the app is there,
 * and all others have names that change with their content.
 */
import type { Keeping, KeptFiles } from './kept-files.ts';
import type { Notes } from './notes.ts';
import type { KeptState, Release } from './protocol.ts';

export interface Surroundings {
  readonly release: Release;
  /** The address of the page's folder. */
  readonly base: string;
  readonly files: KeptFiles;
  readonly notes: Notes;
  readonly fetch: (request: Request | string, init?: RequestInit) => Promise<Response>;
  /** Whether a tab of this version is open. */
  readonly isInUse: (version: string) => Promise<boolean>;
}

type Ask = () => Promise<Response>;

const index = 'index.html';
/** What is kept of the list of models is answered where the network takes longer. */
const listPatienceMs = 4000;
const filesAtOnce = 4;

export class Keeper {
  readonly #world: Surroundings;
  /** Of each file the last one who wanted it: settles when it is kept, or is not going to be. */
  readonly #turns = new Map<string, Promise<Keeping | null>>();
  #isWhole = false;

  constructor(world: Surroundings) {
    this.#world = world;
  }

  has(path: string): boolean {
    return this.#hash(path) !== undefined;
  }

  /** The page itself: of this release where all of it is there, else what the host has now. */
  async page(ask: Ask, until: (work: Promise<unknown>) => void): Promise<Response> {
    return (await this.#appIsWhole()) ? this.file(index, ask, until) : ask();
  }

  /** @param until told of work that goes on behind the answer */
  async file(path: string, ask: Ask, until: (work: Promise<unknown>) => void): Promise<Response> {
    const hash = this.#hash(path);
    if (hash === undefined || !(await this.#isNamed(path))) return ask();
    const { promise, resolve } = Promise.withResolvers<Keeping | null>();
    const before = this.#turns.get(hash);
    this.#turns.set(hash, promise);
    await before;
    try {
      const kept = await this.#world.files.read(hash);
      const answer = kept ?? (await ask());
      if (kept !== null || answer.status !== 200) resolve(kept === null ? null : 'kept');
      else {
        const keeping = this.#world.files.keep(hash, answer.clone()).catch(() => null);
        until(keeping.then(resolve));
      }
      return answer;
    } catch (error) {
      resolve(null);
      throw error;
    }
  }

  /** A file that an earlier release had, whose tab may still be open; null where none had it. */
  async earlier(path: string): Promise<Response | null> {
    const releases = await this.#world.notes.releases().catch(() => []);
    for (const { app, onUse } of releases) {
      const hash = app[path] ?? onUse[path];
      const kept = hash === undefined ? null : await this.#world.files.read(hash);
      if (kept !== null) return kept;
    }
    return null;
  }

  /** The host's list of models as it is now; without a network the last one. */
  async modelList(ask: Ask): Promise<Response> {
    const { notes } = this.#world;
    const kept = await notes.modelList().catch(() => null);
    const patience = kept === null ? null : new Promise<null>((late) => setTimeout(late, listPatienceMs, null));
    try {
      const answer = await (patience === null ? ask() : Promise.race([ask(), patience]));
      if (answer === null || (answer.status >= 500 && kept !== null)) return kept ?? ask();
      if (answer.status === 200) await notes.writeModelList(answer.clone()).catch(() => undefined);
      return answer;
    } catch (error) {
      if (kept === null) throw error;
      return kept;
    }
  }

  /** Fetches what is missing of the app, and of a model of which something is kept. */
  async keep(): Promise<KeptState> {
    const { app, onUse } = this.#world.release;
    const present = await this.#world.files.hashes();
    const missing = (paths: readonly string[]) => paths.filter((path) => !present.has(this.#hash(path) ?? ''));
    const begun = Object.keys(onUse).filter((path) => present.has(onUse[path] ?? ''));
    const models = new Set<string>();
    for (const path of begun) if (await this.#isNamed(path)) models.add(modelFolder(path) ?? '');
    const ofModels = Object.keys(onUse).filter((path) => models.has(modelFolder(path) ?? 'none'));
    const state = await this.#fetchAll(missing(Object.keys(app)));
    return state === 'whole' ? this.#fetchAll(missing(ofModels)) : state;
  }

  /** Lets go of what no open tab can ask for any more. */
  async sweep(): Promise<void> {
    const { notes, files, release, isInUse } = this.#world;
    const wanted = new Set(hashesOf(release));
    for (const earlier of await notes.releases()) {
      if (earlier.version === release.version) continue;
      if (await isInUse(earlier.version)) for (const hash of hashesOf(earlier)) wanted.add(hash);
      else await notes.letGoOfRelease(earlier.version);
    }
    await files.letGoOfAllBut(wanted);
  }

  async #fetchAll(paths: readonly string[]): Promise<KeptState> {
    const left = paths.values();
    let state: KeptState = 'whole';
    const fetchOn = async () => {
      for (const path of left) {
        // The others are of use also while one is not to be had.
        if (state === 'no room') return;
        const outcome = await this.#fetchOne(path);
        if (outcome === 'no room' || (outcome === 'not yet' && state === 'whole')) state = outcome;
      }
    };
    await Promise.all(Array.from({ length: filesAtOnce }, fetchOn));
    return state;
  }

  /** What the browser's own cache has is not asked for again, unless it is of another release. */
  async #fetchOne(path: string): Promise<KeptState> {
    const address = new URL(path === index ? '.' : path, this.#world.base).href;
    for (const cache of ['force-cache', 'reload'] as const) {
      let keeping: Promise<unknown> = Promise.resolve('kept');
      const ask = () => this.#world.fetch(address, { cache, priority: 'low' });
      const answer = await this.file(path, ask, (work) => {
        keeping = work;
      }).catch(() => null);
      if (answer === null) return 'not yet';
      await keeping;
      const outcome = await this.#turns.get(this.#hash(path) ?? '');
      if (outcome === 'kept') return 'whole';
      if (outcome === 'no room') return 'no room';
    }
    return 'not yet';
  }

  async #appIsWhole(): Promise<boolean> {
    if (this.#isWhole) return true;
    const present = await this.#world.files.hashes();
    this.#isWhole = Object.values(this.#world.release.app).every((hash) => present.has(hash));
    return this.#isWhole;
  }

  #hash(path: string): string | undefined {
    const { app, onUse } = this.#world.release;
    return Object.hasOwn(app, path) ? app[path] : Object.hasOwn(onUse, path) ? onUse[path] : undefined;
  }

  /**
   * Whether a model's file is the one that the page means: the list of models, which is the host's own, has to name this very model.
   * Of a newer one that the host has since, nothing of the older is answered.
   */
  async #isNamed(path: string): Promise<boolean> {
    const folder = modelFolder(path);
    if (folder === null) return true;
    const list: unknown = await (await this.#world.notes.modelList().catch(() => null))?.json().catch(() => null);
    const described = this.#hash(`${folder}bundle.json`);
    return described !== undefined && sha256In(list, folder) === described;
  }
}

function hashesOf({ app, onUse }: Release): readonly string[] {
  return [...Object.values(app), ...Object.values(onUse)];
}

/** The folder of the model that a file belongs to. */
function modelFolder(path: string): string | null {
  return /^models\/[^/]+\//.exec(path)?.[0] ?? null;
}

/** The hash of a model's description as a list of models has it. */
function sha256In(list: unknown, folder: string): unknown {
  const bundles = isObject(list) && Array.isArray(list.bundles) ? list.bundles : [];
  return bundles.filter(isObject).find(({ base }) => `models/${base}` === folder)?.sha256;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
