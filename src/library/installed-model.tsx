/** A model of the library: what it can do, how far it is there, and what can be done with it. */
import { useId } from 'react';
import { byteText } from '../../words/byte-text.ts';
import type { LibraryModel, NotedSource } from '../../workers/library/protocol.ts';
import { deleteModel, pauseModel, resumeModel, undoDelete, verifyModel } from '../actions/library.ts';
import { chooseModel, openGrown } from '../actions/open-model.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import type { ModelWork } from '../state/library.ts';
import { PlanTable } from './plan-table.tsx';

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
  const words = useWords().page.models;
  const language = useSelect((state) => state.language);
  const work = useSelect(({ library }) => library.work[model.key]);
  const title = useId();
  const { name, state, kept, rest, bytes, verifiedAt, source, licences } = model;
  const stateNow = state === 'installed' && rest > 0 ? 'growing' : state;
  const checked = verifiedAt === null ? null : new Date(verifiedAt).toLocaleString(language);
  return (
    <article className="model" aria-labelledby={title}>
      <h3 id={title}>{name}</h3>
      {work === undefined ? (
        <p>{words.states[stateNow](byteText(kept), byteText(bytes))}</p>
      ) : (
        <WorkProgress work={work} />
      )}
      {state === 'installed' && (
        <PlanTable facts={model} rate="there" lacking={rest > 0 ? words.coming : words.lacking} />
      )}
      <p className="hint">
        {source !== null && words.from(placeOf(source))} {checked !== null && words.verified(checked)}
      </p>
      {licences.length > 0 && <p className="hint">{licences.join(' · ')}</p>}
      <Buttons model={model} work={work} />
    </article>
  );
}

function placeOf(source: NotedSource): string {
  return 'name' in source ? source.name : source.address;
}

function WorkProgress({ work: { doing, done, total, where } }: { readonly work: ModelWork }) {
  const words = useWords().page.models;
  const label = doing === 'install' ? words.installing : words.verifying;
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

interface ButtonsProps {
  readonly model: LibraryModel;
  readonly work: ModelWork | undefined;
}

function Buttons({ model: { key, state, rest }, work }: ButtonsProps) {
  const app = useApp();
  const words = useWords().page.models;
  const perform = usePerform();
  const isChosen = useSelect(({ bundle }) => bundle === key);
  const isPausable = useSelect((state) => pauseModel.when(state, key));
  const isOutgrown = useSelect((current) => isChosen && openGrown.when(current));
  const use = state === 'installed' && (
    <>
      {!isChosen && (
        <button type="button" className="primary" onClick={() => chooseModel(app, key)}>
          {words.use}
        </button>
      )}
      {isOutgrown && (
        <button type="button" className="primary" onClick={() => perform(openGrown)}>
          {words.useMore}
        </button>
      )}
    </>
  );
  if (work !== undefined) {
    return (
      <div className="row">
        {work.doing === 'install' && use}
        {isPausable && (
          <button type="button" onClick={() => perform(pauseModel, key)}>
            {words.pause}
          </button>
        )}
      </div>
    );
  }
  return (
    <div className="row">
      {use}
      {(state !== 'installed' || rest > 0) && (
        <button type="button" className="primary" onClick={() => perform(resumeModel, key)}>
          {state === 'damaged' ? words.repair : words.resume}
        </button>
      )}
      {state === 'installed' && (
        <button type="button" onClick={() => perform(verifyModel, key)}>
          {words.verify}
        </button>
      )}
      <button type="button" onClick={() => perform(deleteModel, key)}>
        {words.delete}
      </button>
    </div>
  );
}
