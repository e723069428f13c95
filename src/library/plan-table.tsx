/** What each ability of a model would take on this device. */
import { useEffect } from 'react';
import type { AbilityPlan } from '../../model/bundle/fit.ts';
import { type Ability, abilities } from '../../model/bundle/installables.ts';
import { byteText } from '../../words/byte-text.ts';
import type { PageWords } from '../../words/words.ts';
import type { ModelFacts } from '../../workers/library/protocol.ts';
import { measureDevice } from '../actions/measure-device.ts';
import { useApp, useSelect, useWords } from '../app/context.tsx';
import { throughputOf } from '../state/throughputs.ts';
import { paceOf } from './pace.ts';

type PlannedFacts = Pick<ModelFacts, 'abilities' | 'plan' | 'counted'>;

interface PlanTableProps {
  readonly facts: PlannedFacts;
  /** Bytes a second that its source gives; null where that is not known; 'there' where nothing is to be fetched. */
  readonly rate: number | 'there' | null;
  /** Bytes a second that it is read with where it lies; null where that is not known. */
  readonly readingRate: number | null;
  /** What is said of an ability that is not there. */
  readonly lacking: string;
}

export function PlanTable({ facts, rate, readingRate, lacking }: PlanTableProps) {
  const { models: words, expectedTime } = useWords().page;
  const throughput = useSelect(throughputOf);
  const app = useApp();
  const isDue = useSelect(measureDevice.when);
  useEffect(() => {
    if (isDue) measureDevice.perform(app);
  }, [isDue, app]);
  const { plan, counted } = facts;
  const paceFor = (ability: Ability, planned: AbilityPlan | null) =>
    planned && counted && throughput && paceOf(ability, planned, counted, { throughput, readingRate }, expectedTime);
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
        {abilities.map((ability) => {
          const bytes = facts.abilities[ability];
          const planned = plan?.[ability] ?? null;
          return (
            <tr key={ability}>
              <th scope="row">{words.abilities[ability]}</th>
              <td>
                {bytes === null ? lacking : planned === null ? words.unknown : words.fits[planned.fit]}
                {bytes !== null && <Pace text={paceFor(ability, planned)} />}
              </td>
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

function Pace({ text }: { readonly text: string | null }) {
  return text === null ? null : <p className="hint">{text}</p>;
}

function timeToFetch(bytes: number, rate: PlanTableProps['rate'], words: PageWords['models']): string {
  if (rate === 'there') return words.there;
  return rate === null ? words.unknown : words.time(bytes / rate);
}
