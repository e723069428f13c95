import { lazy, Suspense } from 'react';
import { type PresetName, presets } from '../../model/config/presets.ts';
import { pictureSeconds } from '../../session/expected-time.ts';
import { lacksNegative, servedPresets } from '../../session/presets.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { openPanel } from '../actions/page.ts';
import { chooseOwnPreset } from '../actions/presets.ts';
import { choosePreset } from '../actions/set.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { ErrorBoundary } from '../app/error-boundary.tsx';
import { Select } from '../app/select.tsx';
import { goodOf } from '../state/own-settings.ts';
import type { AppState } from '../state/state.ts';
import { throughputOf } from '../state/throughputs.ts';
import { Field } from './field.tsx';
import { settingsOf } from './fields.ts';
import { useIsOpening } from './inputs.tsx';
import { ownPresetOf, type PresetId } from './own-presets.ts';
import { presetOf } from './presets.ts';

const PresetActions = lazy(() => import('./preset-actions.tsx'));

/** Steps and CFG by one name, where the bundle was made for them; and what a person keeps under names of their own. */
export function PresetField({ bundle }: { readonly bundle: BundleSummary }) {
  const { settings: words, expectedTime } = useWords().page;
  const perform = usePerform();
  const isOpening = useIsOpening();
  const own = useSelect(({ ownPresets }) => ownPresets);
  const chosenOwn = useSelect((state) => ownPresetOf(goodOf(state), own))?.id;
  const chosenServed = useSelect((state) => presetOf(goodOf(state), bundle)) ?? 'custom';
  const chosen = chosenOwn ?? chosenServed;
  const seconds = useSelect((state) => secondsOf(chosenServed, state));
  const isStreamed = useSelect(({ model }) => model.phase === 'ready' && model.opened.memory.streamed.length > 0);
  const served = servedPresets(bundle);
  const named = served.map((name) => {
    const isLacking = lacksNegative(name, bundle);
    const label = isLacking ? words.presetLacks(words.presets[name]) : words.presets[name];
    return [name, label, isLacking ? ('disabled' as const) : undefined] as const;
  });
  const all = [...named, ...own.map(({ id, name }) => [id, name] as const)];
  const options = chosen === 'custom' ? [...all, ['custom', words.presetCustom] as const] : all;
  const choose = (name: PresetName | PresetId | 'custom') => {
    const ownId = own.find(({ id }) => id === name)?.id;
    const servedName = served.find((other) => other === name);
    if (ownId !== undefined) perform(chooseOwnPreset, ownId);
    else if (servedName !== undefined) perform(choosePreset, servedName);
  };
  const picture = seconds === null ? '' : expectedTime.picture(seconds, isStreamed ? 'at least' : 'about');
  const said = chosenOwn === undefined ? hintOf(chosenServed, words) : words.own.hint;
  const hint = picture === '' ? said : `${said} ${expectedTime.here(picture)}`;
  return (
    <>
      {all.length > 0 && (
        <Field label={words.preset} hint={hint}>
          {(attributes) => (
            <Select<PresetName | PresetId | 'custom'>
              {...attributes}
              disabled={isOpening}
              value={chosen}
              options={options}
              choose={choose}
            />
          )}
        </Field>
      )}
      {served.some((name) => lacksNegative(name, bundle)) && <AddLacking />}
      <ErrorBoundary>
        <Suspense>
          <PresetActions />
        </Suspense>
      </ErrorBoundary>
    </>
  );
}

/** The way to what presets need that cannot be chosen. */
function AddLacking() {
  const words = useWords().page.settings;
  const perform = usePerform();
  return (
    <div className="field">
      <p className="hint">{words.presetAdd}</p>
      <button type="button" className="link" onClick={() => perform(openPanel, 'models')}>
        {words.openModels}
      </button>
    </div>
  );
}

/** Of a drawing with the preset; null where the device was not measured, and for what is no preset. */
function secondsOf(chosen: PresetName | 'custom', state: AppState): number | null {
  const throughput = throughputOf(state);
  if (chosen === 'custom' || throughput === null || state.model.phase !== 'ready') return null;
  const { bundle } = state.model.opened;
  const size = settingsOf(goodOf(state), bundle).size ?? bundle.defaults;
  return pictureSeconds(bundle.counted, { ...presets[chosen], ...size, decoder: 'generation' }, throughput);
}

type SettingWords = ReturnType<typeof useWords>['page']['settings'];

function hintOf(chosen: PresetName | 'custom', words: SettingWords): string {
  if (chosen === 'custom') return words.presetHints.custom;
  const { steps, cfg, cfgRange } = presets[chosen];
  return words.presetHints[cfg === 1 ? 'plain' : cfgRange === null ? 'whole' : 'part'](steps, cfg);
}
