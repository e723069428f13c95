import { copyDiagnostics } from '../actions/diagnostics.ts';
import { chooseDevice } from '../actions/open-model.ts';
import { chooseLanguage, chooseTheme } from '../actions/page.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import { Select } from '../app/select.tsx';
import { Field } from './field.tsx';
import { LookFields } from './look-fields.tsx';
import { NamesField } from './names-field.tsx';
import { recipeChoices } from './recipe-choices.ts';

const languages = ['en', 'zh'] as const;
const devices = ['auto', 'webgpu', 'wasm'] as const;
const themes = ['auto', 'light', 'dark', 'contrast'] as const;

/** The page's own language and colours; they change nothing of what is drawn. */
export function PageFields() {
  const { store } = useApp();
  const perform = usePerform();
  const { language, page } = useWords();
  const words = page.settings;
  const theme = useSelect((state) => state.theme);
  const recipes = useSelect((state) => state.recipes);
  return (
    <>
      <Field label={words.language}>
        {(attributes) => (
          <Select
            {...attributes}
            value={language}
            options={languages.map((value) => [value, words.languages[value]] as const)}
            choose={(chosen) => perform(chooseLanguage, chosen)}
          />
        )}
      </Field>
      <Field label={words.theme}>
        {(attributes) => (
          <Select
            {...attributes}
            value={theme}
            options={themes.map((value) => [value, words.themes[value]] as const)}
            choose={(chosen) => perform(chooseTheme, chosen)}
          />
        )}
      </Field>
      <LookFields />
      <Field label={words.savedRecipe} hint={words.recipeHints[recipes]}>
        {(attributes) => (
          <Select
            {...attributes}
            value={recipes}
            options={recipeChoices.map((value) => [value, words.recipes[value]] as const)}
            choose={(chosen) => store.setState({ recipes: chosen })}
          />
        )}
      </Field>
      <NamesField />
      <Device />
      <DeviceReport />
      <button type="button" className="link" onClick={() => perform(copyDiagnostics)}>
        {words.copyDiagnostics}
      </button>
    </>
  );
}

function Device() {
  const words = useWords().page.settings;
  const perform = usePerform();
  const chosen = useSelect((state) => state.device);
  return (
    <Field label={words.device}>
      {(attributes) => (
        <Select
          {...attributes}
          value={chosen}
          options={devices.map((value) => [value, words.devices[value]] as const)}
          choose={(device) => perform(chooseDevice, device)}
        />
      )}
    </Field>
  );
}

/** Which of a laptop's graphics cards it is, for instance. */
function DeviceReport() {
  const words = useWords().page.settings;
  const report = useSelect(({ model }) => (model.phase === 'ready' ? model.opened.device : undefined));
  if (report === undefined) return null;
  const { device, adapter, activations, subgroups } = report;
  const name = device === 'wasm' ? words.processor : adapter || words.graphics;
  return (
    <p className="hint">
      {words.computes(name, activations)} {subgroups === 'dropped' && words.subgroups}
    </p>
  );
}
