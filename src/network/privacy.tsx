/** What stays here and what is fetched: in two paragraphs, and as every request that was made. */
import { byteText } from '../../words/byte-text.ts';
import type { PageWords } from '../../words/words.ts';
import { ClosePanel } from '../app/close-panel.tsx';
import { useSelect, useWords } from '../app/context.tsx';
import { settingsButtonId } from '../app/header.tsx';
import { usePanelFocus } from '../app/panel-focus.ts';
import { type RequestRow, sumOf } from '../state/requests.ts';

export default function Privacy() {
  const words = useWords().page.privacy;
  const region = usePanelFocus<HTMLElement>(true, settingsButtonId);
  return (
    <section ref={region} className="settings privacy" aria-label={words.privacy} tabIndex={-1}>
      <header>
        <h2>{words.privacy}</h2>
        <ClosePanel label={words.close} />
      </header>
      {words.paragraphs.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      <Network />
    </section>
  );
}

function Network() {
  const words = useWords().page.privacy;
  const rows = useSelect((state) => state.requests);
  return (
    <section aria-labelledby="network-title">
      <h3 id="network-title">{words.network}</h3>
      <p>{meaningOf(rows, words)}</p>
      {[...Map.groupBy(rows, ({ origin }) => origin)].map(([origin, ofOrigin]) => (
        <Requests key={origin} origin={origin} rows={ofOrigin} />
      ))}
    </section>
  );
}

function meaningOf(rows: readonly RequestRow[], words: PageWords['privacy']): string {
  const { count, bytes, others } = sumOf(rows, location.origin);
  const size = byteText(bytes);
  return others.length === 0
    ? words.own(count, size, location.host)
    : words.others(count, size, others.map((origin) => new URL(origin).host).join(', '));
}

function Requests({ origin, rows }: { readonly origin: string; readonly rows: readonly RequestRow[] }) {
  const words = useWords().page.privacy;
  const { columns } = words;
  return (
    <table aria-label={`${words.requests}: ${origin}`}>
      <caption>{origin}</caption>
      <thead>
        <tr>
          {[columns.file, columns.purpose, columns.size].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ path, count, bytes, purpose }) => (
          <tr key={path}>
            <th scope="row" title={path}>
              {path.split('/').at(-1) || '/'}
              {count > 1 && <span className="hint"> {words.times(count)}</span>}
            </th>
            <td>{words.purposes[purpose]}</td>
            <td>{bytes === null ? words.unknown : bytes === 0 ? words.stored : byteText(bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
