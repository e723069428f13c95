/** A person's own presets: saved, chosen, renamed, deleted, taken out as a file and brought in. */
import { failureOf } from '../../model/failure.ts';
import {
  fieldsKept,
  freeName,
  type OwnPreset,
  ownPresetOf,
  type PresetId,
  presetFile,
  presetIdOf,
  readPresetFile,
  withOwnPreset,
} from '../settings/own-presets.ts';
import { notify } from '../state/notices.ts';
import { goodOf, withFields } from '../state/own-settings.ts';
import type { AppState } from '../state/state.ts';
import type { Action } from './app.ts';
import { download } from './keep-picture.ts';

/** Keeps the fields as they are now, but for the seed. */
export const savePreset: Action<[name: string]> = {
  when: (_, name) => name.trim() !== '',
  perform({ store }, name) {
    if (savePreset.when(store.getState(), name))
      store.setState((state) => ({
        ownPresets: [...state.ownPresets, newPreset(freeName(name, state.ownPresets), fieldsKept(goodOf(state)))],
      }));
  },
};

export const chooseOwnPreset: Action<[id: PresetId]> = {
  when: (state, id) => presetWith(state, id) !== undefined,
  perform({ store }, id) {
    const preset = presetWith(store.getState(), id);
    if (preset === undefined) return;
    store.setState((state) =>
      withFields(state, ({ drafts, good }) => ({
        drafts: withOwnPreset(drafts, preset),
        good: withOwnPreset(good, preset),
      })),
    );
  },
};

export const renamePreset: Action<[id: PresetId, name: string]> = {
  when: (state, id, name) => presetWith(state, id) !== undefined && name.trim() !== '',
  perform({ store }, id, name) {
    if (!renamePreset.when(store.getState(), id, name)) return;
    store.setState(({ ownPresets }) => {
      const others = ownPresets.filter((preset) => preset.id !== id);
      const renamed = freeName(name, others);
      return { ownPresets: ownPresets.map((preset) => (preset.id === id ? { ...preset, name: renamed } : preset)) };
    });
  },
};

/** The fields stay as they are. */
export const deletePreset: Action<[id: PresetId]> = {
  when: (state, id) => presetWith(state, id) !== undefined,
  perform: ({ store }, id) =>
    store.setState(({ ownPresets }) => ({ ownPresets: ownPresets.filter((preset) => preset.id !== id) })),
};

export const exportPreset: Action<[id: PresetId]> = {
  when: (state, id) => presetWith(state, id) !== undefined,
  perform({ store }, id) {
    const preset = presetWith(store.getState(), id);
    if (preset === undefined) return;
    const plain = preset.name.replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*.]+/gu, ' ').trim();
    download(presetFile(preset), `${plain || 'preset'}.nexus-gen-preset.json`);
  },
};

/** One that is here already, under its name or another, comes in once. */
export const importPreset: Action<[file: File]> = {
  when: () => true,
  perform({ store }, file) {
    readPresetFile(file).then(
      ({ name, fields }) =>
        store.setState(({ ownPresets }) =>
          ownPresets.some((preset) => preset.name === name && ownPresetOf(fields, [preset]) !== undefined)
            ? {}
            : { ownPresets: [...ownPresets, newPreset(freeName(name, ownPresets), fields)] },
        ),
      (error: unknown) => notify(store, failureOf(error)),
    );
  },
};

function newPreset(name: string, fields: OwnPreset['fields']): OwnPreset {
  return { id: presetIdOf(crypto.randomUUID()), name, fields };
}

function presetWith({ ownPresets }: AppState, id: PresetId): OwnPreset | undefined {
  return ownPresets.find((preset) => preset.id === id);
}
