import type { PresetName } from '../../model/config/presets.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { patternProblem } from '../../session/file-name.ts';
import { lacksNegative, servedPresets } from '../../session/presets.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { type Drafts, isGood, isReversed, isServedNegative, type SettingName } from '../settings/fields.ts';
import { withPreset } from '../settings/presets.ts';
import { findResult } from '../state/chats.ts';
import { noFields, withFields } from '../state/own-settings.ts';
import type { DeviceNotice } from '../state/state.ts';
import type { Action } from './app.ts';

/** What is written into a field is kept as written; it counts only while it is good. */
export const set: Action<[name: SettingName, draft: string | boolean]> = {
  when: () => true,
  perform: ({ store }, name, draft) =>
    store.setState((state) =>
      withFields(state, ({ drafts, good }) => {
        const written = { ...drafts, [name]: draft };
        const isServed = name !== 'negative' || servesNegative(draft, state.lastBundle);
        return { drafts: written, good: { ...good, ...(isServed && nowGood(name, draft, written)) } };
      }),
    ),
};

/** Which negative prompts there are is the open bundle's to say. */
function servesNegative(draft: string | boolean, bundle: BundleSummary | null): boolean {
  return bundle === null || (typeof draft === 'string' && isServedNegative(draft, bundle));
}

/** From now on the open chat keeps to itself what is changed of its settings; or it follows the general ones again. */
export const keepToChat: Action<[whose: 'own' | 'general']> = {
  when: () => true,
  perform: ({ store }, whose) =>
    store.setState(({ own, current }) => {
      const { [current]: fields = noFields, ...others } = own;
      return { own: whose === 'own' ? { ...others, [current]: fields } : others };
    }),
};

/** How saved pictures are called from now on; a pattern that gives no name is left where it is written. */
export const chooseSaveNames: Action<[pattern: string]> = {
  when: (_, pattern) => patternProblem(pattern) === null,
  perform: ({ store }, pattern) => {
    if (patternProblem(pattern) === null) store.setState({ saveNames: pattern.trim() });
  },
};

/** What counts from now on; the borders of a range count only together. */
function nowGood(name: SettingName, draft: string | boolean, drafts: Drafts): Drafts {
  if (!isGood(name, draft)) return {};
  if (name !== 'cfgFrom' && name !== 'cfgTo') return { [name]: draft };
  const { cfgFrom = '', cfgTo = '' } = drafts;
  if (!isGood('cfgFrom', cfgFrom) || !isGood('cfgTo', cfgTo) || isReversed(drafts)) return {};
  return {
    ...(drafts.cfgFrom === undefined ? {} : { cfgFrom }),
    ...(drafts.cfgTo === undefined ? {} : { cfgTo }),
  };
}

/** Writes a preset's steps and CFG into their fields, where the open bundle serves it. */
export const choosePreset: Action<[name: PresetName]> = {
  when: ({ lastBundle }, name) =>
    lastBundle !== null && servedPresets(lastBundle).includes(name) && !lacksNegative(name, lastBundle),
  perform({ store }, name) {
    const { lastBundle } = store.getState();
    if (lastBundle === null || !choosePreset.when(store.getState(), name)) return;
    store.setState((state) =>
      withFields(state, ({ drafts, good }) => ({
        drafts: withPreset(drafts, name, lastBundle),
        good: withPreset(good, name, lastBundle),
      })),
    );
  },
};

/** Back to what the bundle says of itself; where the open chat has settings of its own, to the general ones. */
export const resetSettings: Action = {
  when({ drafts, own, current }) {
    const { [current]: fields } = own;
    if (fields !== undefined) return Object.keys(fields.drafts).length > 0;
    return Object.values(drafts).some((draft) => draft !== '' && draft !== 'auto' && draft !== false);
  },
  perform: ({ store }) =>
    store.setState(({ own, current }) =>
      own[current] === undefined ? noFields : { own: { ...own, [current]: noFields } },
    ),
};

/**
 * Writes a recipe's settings into the fields, its seed locked: the same words draw it again, except a variation's where its
 * words were drawn with a seed of their own.
 */
export const reuseRecipe: Action<[recipe: Recipe]> = {
  when: () => true,
  perform({ store }, recipe) {
    const { sampling, size, cfg_range: range, step_cache: stepCache } = recipe;
    const drafts: Drafts = {
      task: recipe.task,
      size: `${size.width}x${size.height}`,
      steps: String(recipe.steps),
      guidance: String(recipe.guidance),
      cfg: String(recipe.cfg),
      ...(range === undefined ? {} : { cfgFrom: String(range[0]), cfgTo: String(range[1]) }),
      ...(stepCache === undefined ? {} : { stepCache: String(stepCache) }),
      strength: String(recipe.strength),
      temperature: String(sampling.temperature),
      topP: String(sampling.topP),
      maxTokens: String(sampling.maxTokens),
      decoder: recipe.decoder,
      prefill: recipe.prefill,
      seed: recipe.seed,
      lockSeed: true,
      negative: recipe.negative,
    };
    store.setState((state) => ({ ...withFields(state, () => ({ drafts, good: drafts })), panel: 'settings' }));
  },
};

export const reuseSettings: Action<[result: string]> = {
  when: (state, id) => findResult(state, id)?.result.from != null,
  perform(app, id) {
    const recipe = findResult(app.store.getState(), id)?.result.from?.recipe;
    if (recipe !== undefined) reuseRecipe.perform(app, recipe);
  },
};

/** What was read of the device is not said again; another reason is. */
export const readDeviceNotice: Action<[notice: DeviceNotice]> = {
  when: ({ deviceNoticesRead }, notice) => !deviceNoticesRead.includes(notice),
  perform({ store }, notice) {
    if (readDeviceNotice.when(store.getState(), notice))
      store.setState(({ deviceNoticesRead }) => ({ deviceNoticesRead: [...deviceNoticesRead, notice] }));
  },
};
