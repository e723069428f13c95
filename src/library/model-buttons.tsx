/** What can be done with a model of the library as it is now. */
import { type ReactNode, useState } from 'react';
import type { LibraryModel } from '../../workers/library/protocol.ts';
import { deleteModel, pauseModel, resumeModel, verifyModel } from '../actions/library.ts';
import { addToModel } from '../actions/look.ts';
import { cancelMove, findFolder, openInstalled, resumeMove } from '../actions/move.ts';
import { openGrown } from '../actions/open-model.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import type { ModelWork } from '../state/library.ts';
import { MoveForm } from './move-form.tsx';

interface ModelButtonsProps {
  readonly model: LibraryModel;
  readonly work: ModelWork | undefined;
}

export function ModelButtons({ model, work }: ModelButtonsProps) {
  const words = useWords().page.models;
  const [asked, setAsked] = useState(false);
  const { key, state, rest, moving } = model;
  if (work !== undefined) return <WhileAtWork model={model} doing={work.doing} />;
  const isWhole = state === 'installed' && rest === 0;
  return (
    <>
      <div className="row">
        <Use model={model} />
        {state === 'away' && (
          <Button primary act={findFolder} model={key}>
            {words.findFolder}
          </Button>
        )}
        {(state === 'unfinished' || state === 'damaged' || rest > 0) && (
          <Button primary act={resumeModel} model={key}>
            {state === 'damaged' ? words.repair : words.resume}
          </Button>
        )}
        {moving !== null && (
          <>
            <Button act={resumeMove} model={key}>
              {words.resume}
            </Button>
            <Button act={cancelMove} model={key}>
              {words.cancel}
            </Button>
          </>
        )}
        {(model.lacks.length > 0 || model.takesWords) && (
          <Button act={addToModel} model={key}>
            {words.add}
          </Button>
        )}
        {state === 'installed' && (
          <Button act={verifyModel} model={key}>
            {words.verify}
          </Button>
        )}
        {moving === null && (isWhole || (state === 'damaged' && model.place.kind === 'folder')) && (
          <button type="button" aria-expanded={asked} onClick={() => setAsked(!asked)}>
            {words.move}
          </button>
        )}
        <Button act={deleteModel} model={key}>
          {words.delete}
        </Button>
      </div>
      {asked && moving === null && <MoveForm model={model} leave={() => setAsked(false)} />}
    </>
  );
}

interface WhileAtWorkProps {
  readonly model: LibraryModel;
  readonly doing: ModelWork['doing'];
}

function WhileAtWork({ model, doing }: WhileAtWorkProps) {
  const words = useWords().page.models;
  const isPausable = useSelect((state) => pauseModel.when(state, model.key));
  return (
    <div className="row">
      {doing === 'install' && <Use model={model} />}
      {isPausable && (
        <Button act={pauseModel} model={model.key}>
          {words.pause}
        </Button>
      )}
      {isPausable && doing === 'move' && (
        <Button act={cancelMove} model={model.key}>
          {words.cancel}
        </Button>
      )}
    </div>
  );
}

function Use({ model: { key, state } }: { readonly model: LibraryModel }) {
  const words = useWords().page.models;
  const perform = usePerform();
  const isOpen = useSelect(({ bundle, model }) => bundle === key && model.phase !== 'failed');
  const isOutgrown = useSelect((current) => current.bundle === key && openGrown.when(current));
  if (state !== 'installed') return null;
  return (
    <>
      {!isOpen && (
        <Button primary act={openInstalled} model={key}>
          {words.use}
        </Button>
      )}
      {isOutgrown && (
        <button type="button" className="primary" onClick={() => perform(openGrown)}>
          {words.useMore}
        </button>
      )}
    </>
  );
}

interface ButtonProps {
  readonly act: typeof deleteModel;
  readonly model: LibraryModel['key'];
  readonly primary?: true;
  readonly children: ReactNode;
}

function Button({ act, model, primary, children }: ButtonProps) {
  const perform = usePerform();
  return (
    <button type="button" className={primary && 'primary'} onClick={() => perform(act, model)}>
      {children}
    </button>
  );
}
