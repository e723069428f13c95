import { lazy, Suspense } from 'react';
import { type PresetName, presets } from '../../model/config/presets.ts';
import { lacksNegative, servedPresets } from '../../session/presets.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { chooseOwnPreset } from '../actions/presets.ts';
import { choosePreset } from '../actions/set.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { ErrorBoundary } from '../app/error-boundary.tsx';
import { Select } from '../app/select.tsx';
import { goodOf } from '../state/own-settings.ts';
import { Field } from './field.tsx';
import { useIsOpening } from './inputs.tsx';
import { ownPresetOf, type PresetId } from './own-presets.ts';
import { presetOf } from './presets.ts';

const PresetActions = lazy(() => import('./preset-actions.tsx'));

/** Steps and CFG by one name, where the bundle was made for them; and what a person keeps under names of their own. */
export function PresetField({ bundle }: { readonly bundle: BundleSummary }) {
  const words = useWords().page.settings;
  const perform = usePerform();
  const isOpening = useIsOpening();
  const own = useSelect(({ ownPresets }) => ownPresets);
  const chosenOwn = useSelect((state) => ownPresetOf(goodOf(state), own))?.id;
  const chosenServed = useSelect((state) => presetOf(goodOf(state), bundle)) ?? 'custom';
  const chosen = chosenOwn ?? chosenServed;
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
  return (
    <>
      {all.length > 0 && (
        <Field label={words.preset} hint={chosenOwn === undefined ? hintOf(chosenServed, words) : words.own.hint}>
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
      <ErrorBoundary>
        <Suspense>
          <PresetActions />
        </Suspense>
      </ErrorBoundary>
    </>
  );
}

type SettingWords = ReturnType<typeof useWords>['page']['settings'];

function hintOf(chosen: PresetName | 'custom', words: SettingWords): string {
  if (chosen === 'custom') return words.presetHints.custom;
  const { steps, cfg, cfgRange } = presets[chosen];
  return words.presetHints[cfg === 1 ? 'plain' : cfgRange === null ? 'whole' : 'part'](steps, cfg);
}
