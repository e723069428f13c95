import { set } from '../actions/set.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import { Choice, NumberInput, TextInput } from './field.tsx';
import { numberFieldNames } from './fields.ts';
import { sizesFor } from './sizes.ts';

export function SettingsRegion() {
  const { store } = useApp();
  const words = useWords().page.settings;
  const open = useSelect((state) => state.settingsOpen);
  if (!open) return null;
  return (
    <section className="settings" aria-label={words.settings}>
      <header>
        <h2>{words.settings}</h2>
        <button
          type="button"
          className="quiet"
          aria-label={words.close}
          onClick={() => store.setState({ settingsOpen: false })}
        >
          <Icon name="close" />
        </button>
      </header>
      <Choices />
      <Numbers />
      <Texts />
    </section>
  );
}

const useBundle = () => useSelect(({ model }) => (model.phase === 'ready' ? model.opened.bundle : undefined));

function Choices() {
  const words = useWords().page.settings;
  const bundle = useBundle();
  const sizes = bundle === undefined ? [] : sizesFor(bundle.defaults);
  const single = bundle !== undefined && bundle.decoders.length < 2 ? { unavailable: words.noDecoder } : {};
  return (
    <>
      <Choice name="task" label={words.task} fallback="auto" options={Object.entries(words.tasks)} />
      <Choice
        name="size"
        label={words.size}
        fallback="auto"
        options={[['auto', words.sizeAuto], ...sizes.map((size) => [size, size.replace('x', ' × ')] as const)]}
      />
      <Choice
        name="decoder"
        label={words.decoder}
        fallback="auto"
        options={Object.entries(words.decoders)}
        {...single}
      />
      <Choice name="prefill" label={words.prefill} fallback="pass" options={Object.entries(words.prefills)} />
    </>
  );
}

function Numbers() {
  const words = useWords().page.settings;
  const bundle = useBundle();
  return numberFieldNames.map((name) => (
    <NumberInput
      key={name}
      name={name}
      label={words[name]}
      fallback={bundle?.defaults[name]}
      {...(name === 'cfg' && bundle?.negative === 'none' ? { unavailable: words.noNegative } : {})}
    />
  ));
}

function Texts() {
  const words = useWords().page.settings;
  const bundle = useBundle();
  const perform = usePerform();
  const locked = useSelect((state) => state.drafts.lockSeed === true);
  const negative =
    bundle === undefined ? {} : { unavailable: bundle.negative === 'none' ? words.noNegative : words.negativeEmpty };
  return (
    <>
      <TextInput name="seed" label={words.seed} placeholder={words.seedPlaceholder} wrong={words.seedRange} />
      <label className="check">
        <input
          type="checkbox"
          checked={locked}
          onChange={(event) => perform(set, 'lockSeed', event.currentTarget.checked)}
        />
        {words.lockSeed}
      </label>
      <TextInput name="negative" label={words.negative} placeholder="" wrong="" {...negative} />
    </>
  );
}
