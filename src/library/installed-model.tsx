/** A model of the library: what it can do, how far it is there, and what can be done with it. */
import { useEffect, useId } from 'react';
import { byteText } from '../../words/byte-text.ts';
import type { LibraryModel, NotedSource } from '../../workers/library/protocol.ts';
import { undoDelete } from '../actions/library.ts';
import { measureReading } from '../actions/measure-device.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import type { ModelWork } from '../state/library.ts';
import { ModelButtons } from './model-buttons.tsx';
import { PlanTable } from './plan-table.tsx';
import { ModelTrouble } from './trouble.tsx';

/** One that was deleted a moment ago can be had back. */
export function ListedModel({ model }: { readonly model: LibraryModel }) {
  const words = useWords().page.models;
  const perform = usePerform();
  const isLeaving = useSelect(({ library }) => library.leaving.includes(model.key));
  if (!isLeaving) return <InstalledModel model={model} />;
  return (
    <div className="row">
      <p role="status">{words.deleted(model.name)}</p>
      <button type="button" onClick={() => perform(undoDelete, model.key)}>
        {words.undo}
      </button>
    </div>
  );
}

function InstalledModel({ model }: { readonly model: LibraryModel }) {
  const { language, page } = useWords();
  const words = page.models;
  const work = useSelect(({ library }) => library.work[model.key]);
  const title = useId();
  const app = useApp();
  const readingRate = useSelect(({ library }) => library.readingRates[model.key] ?? null);
  const isDue = useSelect((current) => measureReading.when(current, model));
  useEffect(() => {
    if (isDue) measureReading.perform(app, model);
  }, [isDue, app, model]);
  const { name, state, kept, rest, bytes, verifiedAt, source, licences, place, moving, lacks, takesWords } = model;
  const stateNow = state === 'installed' && rest > 0 ? 'growing' : state;
  const addable = [...lacks.map((extra) => words.extras[extra]), ...(takesWords ? [words.ownNegatives.added] : [])];
  const checked = verifiedAt === null ? null : new Date(verifiedAt).toLocaleString(language);
  return (
    <article className="model" aria-labelledby={title}>
      <h3 id={title}>{name}</h3>
      {work === undefined ? (
        <p>{words.states[stateNow](byteText(kept), byteText(bytes))}</p>
      ) : (
        <WorkProgress work={work} />
      )}
      {work === undefined && moving !== null && <p>{words.brokenOff(moving.kind === 'folder' ? moving.name : null)}</p>}
      {state === 'installed' && (
        <PlanTable
          facts={model}
          rate="there"
          readingRate={readingRate}
          lacking={rest > 0 ? words.coming : words.lacking}
        />
      )}
      <p className="hint">
        {place.kind === 'folder' && words.inFolder(place.name)} {source !== null && words.from(placeOf(source))}{' '}
        {checked !== null && words.verified(checked)}
      </p>
      {addable.length > 0 && <p className="hint">{words.lacks(addable.join(words.listed))}</p>}
      {licences.length > 0 && <p className="hint">{licences.join(' · ')}</p>}
      <ModelButtons model={model} work={work} />
      <ModelTrouble model={model.key} />
    </article>
  );
}

function placeOf(source: NotedSource): string {
  return 'name' in source ? source.name : source.address;
}

function WorkProgress({ work: { doing, done, total, where } }: { readonly work: ModelWork }) {
  const words = useWords().page.models;
  const label = { install: words.installing, verify: words.verifying, move: words.moving }[doing];
  const text = total === 0 ? words.beginning : words.progress(byteText(done), byteText(total));
  return (
    <div className="work">
      <progress
        aria-label={label}
        aria-valuetext={text}
        {...(total === 0 ? {} : { value: done, max: total, 'aria-valuenow': done, 'aria-valuemax': total })}
      />
      <p className="hint" aria-hidden="true">
        {text}
        {where === 'elsewhere' && ` · ${words.elsewhere}`}
      </p>
    </div>
  );
}
