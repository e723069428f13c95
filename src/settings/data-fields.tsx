import { useRef, useState } from 'react';
import { canImport, exportAll, exportChat, importFile } from '../actions/archive.ts';
import { ArchiveNews } from '../app/archive-news.tsx';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { FileInput } from '../app/file-input.tsx';
import { ClearDialog } from './clear-dialog.tsx';
import { StorageTable } from './storage-table.tsx';

/** What is the person's own: taken away, brought back, cleared. */
export function DataFields() {
  const words = useWords().page.data;
  const perform = usePerform();
  const [asks, setAsks] = useState(false);
  const isIdle = useSelect(exportAll.when);
  return (
    <>
      <p className="hint">{words.about}</p>
      <div className="row">
        <button type="button" aria-disabled={isIdle ? undefined : true} onClick={() => perform(exportAll)}>
          {words.export}
        </button>
        <ExportChatButton />
        <ImportButton />
      </div>
      <ArchiveNews />
      <StorageTable />
      <button type="button" className="link" onClick={() => setAsks(true)}>
        {words.clear}
      </button>
      <ClearDialog isOpen={asks} close={() => setAsks(false)} />
    </>
  );
}

/** Of the open chat. */
function ExportChatButton() {
  const words = useWords().page.data;
  const perform = usePerform();
  const current = useSelect((state) => state.current);
  const available = useSelect((state) => exportChat.when(state, state.current));
  return (
    <button type="button" aria-disabled={available ? undefined : true} onClick={() => perform(exportChat, current)}>
      {words.exportChat}
    </button>
  );
}

function ImportButton() {
  const words = useWords().page.data;
  const perform = usePerform();
  const input = useRef<HTMLInputElement>(null);
  const available = useSelect(canImport);
  const reason = useSelect(({ storage }) => (storage === 'session' || storage === 'outdated' ? storage : null));
  const sentence = reason === null ? undefined : { session: words.unkept, outdated: words.outdated }[reason];
  return (
    <>
      <button
        type="button"
        aria-disabled={available ? undefined : true}
        title={sentence}
        onClick={() => available && input.current?.click()}
      >
        {words.import}
      </button>
      <FileInput
        ref={input}
        accept=".zip,application/zip"
        take={([file]) => {
          if (file !== undefined) perform(importFile, file);
        }}
      />
      {sentence !== undefined && <p className="hint">{sentence}</p>}
    </>
  );
}
