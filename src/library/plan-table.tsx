/** What each ability of a model would take on this device. */
import { useEffect } from 'react';
import { type Ability, abilities } from '../../model/bundle/installables.ts';
import { passSeconds, stepPass, type Throughput, tokenPass } from '../../model/bundle/operations.ts';
import { byteText } from '../../words/byte-text.ts';
import type { PageWords } from '../../words/words.ts';
import type { ModelFacts } from '../../workers/library/protocol.ts';
import { measureDevice } from '../actions/measure-device.ts';
import { useApp, useSelect, useWords } from '../app/context.tsx';
import { throughputOf } from '../state/throughputs.ts';

type PlannedFacts = Pick<ModelFacts, 'abilities' | 'plan' | 'counted'>;

interface PlanTableProps {
  readonly facts: PlannedFacts;
  /** Bytes a second that its source gives; null where that is not known; 'there' where nothing is to be fetched. */
  readonly rate: number | 'there' | null;
  /** What is said of an ability that is not there. */
  readonly lacking: string;
}

export function PlanTable({ facts, rate, lacking }: PlanTableProps) {
  const { models: words, expectedTime } = useWords().page;
  const throughput = useSelect(throughputOf);
  const app = useApp();
  const isDue = useSelect(measureDevice.when);
  useEffect(() => {
    if (isDue) measureDevice.perform(app);
  }, [isDue, app]);
  const { plan } = facts;
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
                {bytes !== null && <Pace text={throughput && paceOf(ability, facts, throughput, expectedTime)} />}
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

/** Of what the ability does over and over: a token, or a step of denoising. */
function paceOf(
  ability: Ability,
  { plan, counted }: PlannedFacts,
  throughput: Throughput,
  words: PageWords['expectedTime'],
): string | null {
  const planned = plan?.[ability] ?? null;
  if (planned === null || planned.fit === 'too large' || counted === null) return null;
  const bound = planned.fit === 'streamed' ? 'at least' : 'about';
  if (ability === 'chat') return words.token(passSeconds(tokenPass(counted), throughput), bound);
  const decoder = ability === 'draw' ? 'generation' : 'editing';
  return words.step(passSeconds(stepPass(counted, decoder, counted.size), throughput), bound);
}

function timeToFetch(bytes: number, rate: PlanTableProps['rate'], words: PageWords['models']): string {
  if (rate === 'there') return words.there;
  return rate === null ? words.unknown : words.time(bytes / rate);
}
