import { type ReactNode, useId } from 'react';
import { resetSettings, set } from '../actions/set.ts';
import { ClosePanel } from '../app/close-panel.tsx';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { settingsButtonId } from '../app/header.tsx';
import { usePanelFocus } from '../app/panel-focus.ts';
import { DataFields } from './data-fields.tsx';
import { usedSeed, wholeRange } from './fields.ts';
import { Choice, NumberInput, TextInput } from './inputs.tsx';
import { PageFields } from './page-fields.tsx';
import { PresetField } from './preset-field.tsx';
import { sizesFor } from './sizes.ts';

export function SettingsRegion() {
  const { page } = useWords();
  const words = page.settings;
  const open = useSelect((state) => state.panel === 'settings');
  const panel = usePanelFocus<HTMLElement>(open, settingsButtonId);
  if (!open) return null;
  return (
    <section ref={panel} className="settings" aria-label={words.settings} tabIndex={-1}>
      <Heading />
      <Group title={words.groups.turn}>
        <TurnFields />
      </Group>
      <Group title={words.groups.picture}>
        <PictureFields />
      </Group>
      <Group title={words.groups.words}>
        <WordFields />
      </Group>
      <Group title={words.groups.data}>
        <DataFields />
      </Group>
      <Group title={words.groups.page}>
        <PageFields />
      </Group>
    </section>
  );
}

function Heading() {
  const words = useWords().page.settings;
  const perform = usePerform();
  const changed = useSelect(resetSettings.when);
  return (
    <header>
      <h2>{words.settings}</h2>
      {changed && (
        <button type="button" className="link" onClick={() => perform(resetSettings)}>
          {words.reset}
        </button>
      )}
      <ClosePanel label={words.close} />
    </header>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out in a grid
    <div className="group" role="group" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </div>
  );
}

/** The bundle that the fields are of. While another is opened it is the last one, and they cannot be changed. */
const useBundle = () => useSelect(({ lastBundle }) => lastBundle ?? undefined);

function TurnFields() {
  const words = useWords().page.settings;
  const bundle = useBundle();
  const single = bundle !== undefined && bundle.decoders.length < 2 ? { unavailable: words.noDecoder } : {};
  return (
    <>
      <Choice name="task" fallback="auto" options={Object.entries(words.tasks)} />
      <Choice name="decoder" fallback="auto" options={Object.entries(words.decoders)} {...single} />
    </>
  );
}

function PictureFields() {
  const words = useWords().page.settings;
  const bundle = useBundle();
  const { defaults } = bundle ?? {};
  const [from, to] = wholeRange;
  const chosen = useSelect(({ good }) => good.size);
  const sizes = bundle === undefined ? [] : sizesFor(bundle, chosen);
  const noNegative = bundle?.negative === 'none' ? { unavailable: words.noNegative } : {};
  const onlyEmpty = bundle?.negative === 'empty' ? { unavailable: words.negativeEmpty } : noNegative;
  return (
    <>
      {bundle !== undefined && <PresetField bundle={bundle} />}
      <Choice
        name="size"
        fallback="auto"
        options={[['auto', words.sizeAuto], ...sizes.map((size) => [size, size.replace('x', ' × ')] as const)]}
      />
      <NumberInput name="steps" fallback={defaults?.steps} />
      <SeedFields />
      <NumberInput name="guidance" fallback={defaults?.guidance} />
      <NumberInput name="cfg" fallback={defaults?.cfg} {...noNegative} />
      <div className="pair">
        <NumberInput name="cfgFrom" fallback={from} {...noNegative} />
        <NumberInput name="cfgTo" fallback={to} {...noNegative} />
      </div>
      <TextInput name="negative" placeholder="" wrong="" {...onlyEmpty} />
      <NumberInput name="strength" fallback={defaults?.strength} />
    </>
  );
}

function SeedFields() {
  const words = useWords().page.settings;
  const perform = usePerform();
  const locked = useSelect((state) => state.drafts.lockSeed === true);
  const used = useSelect(({ good }) => usedSeed(good));
  return (
    <>
      <TextInput name="seed" placeholder={words.seedPlaceholder} wrong={words.seedRange(used)} />
      <label className="check">
        <input
          type="checkbox"
          checked={locked}
          onChange={(event) => perform(set, 'lockSeed', event.currentTarget.checked)}
        />
        {words.lockSeed}
      </label>
    </>
  );
}

function WordFields() {
  const words = useWords().page.settings;
  const defaults = useBundle()?.defaults;
  return (
    <>
      <NumberInput name="temperature" fallback={defaults?.temperature} />
      <NumberInput name="topP" fallback={defaults?.topP} />
      <NumberInput name="maxTokens" fallback={defaults?.maxTokens} />
      <Choice name="prefill" fallback="pass" options={Object.entries(words.prefills)} />
    </>
  );
}
