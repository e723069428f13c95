import { copyDiagnostics } from '../actions/diagnostics.ts';
import { chooseDevice } from '../actions/open-model.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import { ChoiceField } from './choice-field.tsx';
import { LookFields } from './look-fields.tsx';
import { NamesField } from './names-field.tsx';
import { recipeChoices } from './recipe-choices.ts';

const devices = ['auto', 'webgpu', 'wasm'] as const;

/** What the page does around the drawing; it changes nothing of what is drawn. */
export function PageFields() {
  const { store } = useApp();
  const perform = usePerform();
  const words = useWords().page.settings;
  const recipes = useSelect((state) => state.recipes);
  return (
    <>
      <LookFields />
      <ChoiceField
        label={words.savedRecipe}
        hint={words.recipeHints[recipes]}
        value={recipes}
        values={recipeChoices}
        names={words.recipes}
        choose={(chosen) => store.setState({ recipes: chosen })}
      />
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
    <ChoiceField
      label={words.device}
      value={chosen}
      values={devices}
      names={words.devices}
      choose={(device) => perform(chooseDevice, device)}
    />
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
