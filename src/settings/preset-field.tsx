import { type PresetName, presets } from '../../model/config/presets.ts';
import { lacksNegative, servedPresets } from '../../session/presets.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { choosePreset } from '../actions/set.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { Select } from '../app/select.tsx';
import { Field } from './field.tsx';
import { useIsOpening } from './inputs.tsx';
import { presetOf } from './presets.ts';

/** Steps and CFG by one name; nothing for a bundle that was made for other steps. */
export function PresetField({ bundle }: { readonly bundle: BundleSummary }) {
  const words = useWords().page.settings;
  const perform = usePerform();
  const isOpening = useIsOpening();
  const chosen = useSelect(({ good }) => presetOf(good, bundle)) ?? 'custom';
  const served = servedPresets(bundle);
  if (served.length === 0) return null;
  const named = served.map((name) => {
    const isLacking = lacksNegative(name, bundle);
    const label = isLacking ? words.presetLacks(words.presets[name]) : words.presets[name];
    return [name, label, isLacking ? ('disabled' as const) : undefined] as const;
  });
  const options = chosen === 'custom' ? [...named, ['custom', words.presetCustom] as const] : named;
  return (
    <Field label={words.preset} hint={hintOf(chosen, words)}>
      {(attributes) => (
        <Select<PresetName | 'custom'>
          {...attributes}
          disabled={isOpening}
          value={chosen}
          options={options}
          choose={(name) => {
            if (name !== 'custom') perform(choosePreset, name);
          }}
        />
      )}
    </Field>
  );
}

type SettingWords = ReturnType<typeof useWords>['page']['settings'];

function hintOf(chosen: PresetName | 'custom', words: SettingWords): string {
  if (chosen === 'custom') return words.presetHints.custom;
  const { steps, cfg, cfgRange } = presets[chosen];
  return words.presetHints[cfg === 1 ? 'plain' : cfgRange === null ? 'whole' : 'part'](steps, cfg);
}
