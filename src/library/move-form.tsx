/** What a person is told before a model is moved. */
import { type ReactNode, useEffect, useState } from 'react';
import { byteText } from '../../words/byte-text.ts';
import type { LibraryModel } from '../../workers/library/protocol.ts';
import { moveBack, moveToFolder } from '../actions/move.ts';
import { usePerform, useWords } from '../app/context.tsx';
import { opensFolders } from './folders.ts';

interface MoveFormProps {
  readonly model: LibraryModel;
  readonly leave: () => void;
}

export function MoveForm({ model: { key, bytes, place }, leave }: MoveFormProps) {
  const words = useWords().page.models;
  const perform = usePerform();
  const start = (act: typeof moveBack) => () => {
    leave();
    perform(act, key);
  };
  if (place.kind === 'folder') {
    return (
      <Told leave={leave} act={<Begin begin={start(moveBack)}>{words.bringBack}</Begin>}>
        <p>{words.moveBack(byteText(bytes), place.name)}</p>
        <Disk bytes={bytes} />
      </Told>
    );
  }
  if (!opensFolders()) return <Told leave={leave}>{<p>{words.noFolders}</p>}</Told>;
  return (
    <Told leave={leave} act={<Begin begin={start(moveToFolder)}>{words.chooseFolder}</Begin>}>
      <p>{words.moveOut(byteText(bytes))}</p>
    </Told>
  );
}

interface ToldProps {
  readonly leave: () => void;
  readonly act?: ReactNode;
  readonly children: ReactNode;
}

function Told({ leave, act, children }: ToldProps) {
  const words = useWords().page.models;
  return (
    <div className="move">
      {children}
      <div className="row">
        {act}
        <button type="button" onClick={leave}>
          {words.leave}
        </button>
      </div>
    </div>
  );
}

interface BeginProps {
  readonly begin: () => void;
  readonly children: ReactNode;
}

function Begin({ begin, children }: BeginProps) {
  return (
    <button type="button" className="primary" onClick={begin}>
      {children}
    </button>
  );
}

/** What this site stores now, as far as the browser tells, and afterwards. */
function Disk({ bytes }: { readonly bytes: number }) {
  const words = useWords().page.models;
  const [stored, setStored] = useState<number | null>(null);
  useEffect(() => {
    navigator.storage.estimate().then(
      ({ usage }) => setStored(usage ?? null),
      () => undefined,
    );
  }, []);
  return stored === null ? null : <p className="hint">{words.disk(byteText(stored), byteText(stored + bytes))}</p>;
}
