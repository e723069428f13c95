/** What each ability of a model would take on this device. */
import { byteText } from '../../words/byte-text.ts';
import type { PageWords } from '../../words/words.ts';
import type { ModelFacts } from '../../workers/library/protocol.ts';
import { useWords } from '../app/context.tsx';

interface PlanTableProps {
  readonly facts: Pick<ModelFacts, 'abilities' | 'plan'>;
  /** Bytes a second that its source gives; null where that is not known; 'there' where nothing is to be fetched. */
  readonly rate: number | 'there' | null;
  /** What is said of an ability that is not there. */
  readonly lacking: string;
}

export function PlanTable({ facts: { abilities, plan }, rate, lacking }: PlanTableProps) {
  const words = useWords().page.models;
  const { columns } = words;
  return (
    <table aria-label={words.plan}>
      <thead>
        <tr>
          <td />
          {[columns.fits, columns.memory, columns.time, columns.disk].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {(['chat', 'draw', 'edit'] as const).map((ability) => {
          const bytes = abilities[ability];
          const planned = plan?.[ability] ?? null;
          return (
            <tr key={ability}>
              <th scope="row">{words.abilities[ability]}</th>
              <td>{bytes === null ? lacking : planned === null ? words.unknown : words.fits[planned.fit]}</td>
              <td>{planned === null || bytes === null ? '–' : byteText(planned.bytes)}</td>
              <td>{bytes === null ? '–' : timeToFetch(bytes, rate, words)}</td>
              <td>{bytes === null ? '–' : byteText(bytes)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function timeToFetch(bytes: number, rate: PlanTableProps['rate'], words: PageWords['models']): string {
  if (rate === 'there') return words.there;
  return rate === null ? words.unknown : words.time(bytes / rate);
}
