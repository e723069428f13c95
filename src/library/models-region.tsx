/** The models of this browser: which there are, and getting others. */
import { useEffect } from 'react';
import { openModels } from '../actions/library.ts';
import { ClosePanel } from '../app/close-panel.tsx';
import { useApp, useSelect, useWords } from '../app/context.tsx';
import { modelsButtonId } from '../app/header.tsx';
import { usePanelFocus } from '../app/panel-focus.ts';
import { throughputOf } from '../state/throughputs.ts';
import { AddModel } from './add-model.tsx';
import { ListedModel } from './installed-model.tsx';
import { OfferedModel } from './offered-model.tsx';
import { ListTrouble } from './trouble.tsx';

export default function ModelsRegion() {
  const { page } = useWords();
  const panel = usePanelFocus<HTMLElement>(true, modelsButtonId);
  const app = useApp();
  // Plans are made for the device of the model that is open: once there is one, they are known.
  const opened = useSelect(({ model }) => (model.phase === 'ready' ? model.opened : null));
  useEffect(() => {
    openModels.perform(app, opened);
  }, [app, opened]);
  // A button that was pressed may be gone with what it did: the keyboard then goes on from here.
  useEffect(() => {
    const region = panel.current;
    if (region === null) return;
    const stay = () =>
      requestAnimationFrame(() => document.activeElement === document.body && region.focus({ preventScroll: true }));
    region.addEventListener('click', stay);
    return () => region.removeEventListener('click', stay);
  }, [panel]);
  return (
    <section ref={panel} className="settings models" aria-label={page.models.models} tabIndex={-1}>
      <Heading />
      <AddModel />
      <Offered />
      <ListTrouble />
      <Installed />
      <Origin />
    </section>
  );
}

function Heading() {
  const words = useWords().page.models;
  return (
    <header>
      <h2>{words.models}</h2>
      <ClosePanel label={words.close} />
    </header>
  );
}

/** Where the times of plans come from, once there are some. */
function Origin() {
  const words = useWords().page.expectedTime;
  const isPlanned = useSelect(
    ({ library: { form, offered, models } }) =>
      form?.kind === 'official' || offered !== null || (models ?? []).length > 0,
  );
  const isMeasured = useSelect((state) => throughputOf(state) !== null);
  return isPlanned && isMeasured ? <p className="hint">{words.origin}</p> : null;
}

function Offered() {
  const offered = useSelect(({ library }) => library.offered);
  return offered && <OfferedModel key={offered.offer.key} offered={offered} />;
}

function Installed() {
  const words = useWords().page.models;
  const models = useSelect(({ library }) => library.models);
  const offered = useSelect(({ library }) => library.offered?.offer.key);
  if (models === null) return <p className="hint">{words.reading}</p>;
  if (models.length === 0) return offered === undefined ? <None /> : null;
  return models.filter(({ key }) => key !== offered).map((model) => <ListedModel key={model.key} model={model} />);
}

/** What can be used all the same is said first. */
function None() {
  const words = useWords().page.models;
  const shipped = useSelect(({ bundles }) => bundles);
  return <p className="hint">{words.none(shipped.map(({ name }) => name))}</p>;
}
