import { useEffect, useState } from 'react';
import { byteText } from '../../words/byte-text.ts';
import { useSelect, useWords } from '../app/context.tsx';
import { measureUse, type StorageUse } from '../storage/use.ts';

const kinds = ['chats', 'pictures', 'models', 'page', 'all'] as const;

/** What this page keeps on the device; measured anew when something came or went. */
export function StorageTable() {
  const words = useWords().page.data;
  const [use, setUse] = useState<StorageUse | null>(null);
  const idle = useSelect(({ jobs, archive, library }) => jobs.length === 0 && archive.work === null && library.models);
  useEffect(() => {
    let isShown = true;
    if (idle !== false) void measureUse().then((measured) => isShown && setUse(measured));
    return () => {
      isShown = false;
    };
  }, [idle]);
  return (
    <>
      <table className="storage" aria-label={words.storage}>
        <thead className="unseen">
          <tr>
            <th scope="col">{words.kind}</th>
            <th scope="col">{words.size}</th>
          </tr>
        </thead>
        <tbody>
          {kinds.map((kind) => (
            <tr key={kind}>
              <th scope="row">{words.kinds[kind]}</th>
              <td>{use === null ? '…' : byteText(use[kind])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {use?.free != null && <p className="hint">{words.free(use.free)}</p>}
    </>
  );
}
