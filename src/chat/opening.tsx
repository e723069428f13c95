import { useWords } from '../app/context.tsx';
import { chooseFiles } from '../composer/files.ts';
import { Motif } from './motif.tsx';
import { useSay } from './say.ts';
import { Scene } from './scene.tsx';

const examples = ['beach', 'snow', 'night'] as const;

/** An empty conversation: what this is, and sentences to begin with. */
export function Opening() {
  const { opening } = useWords().page;
  const say = useSay();
  return (
    <section className="opening">
      <Scene />
      <h2>{opening.title}</h2>
      <p>{opening.text}</p>
      <ul className="examples" aria-label={opening.examples}>
        {examples.map((name) => (
          <li key={name}>
            <button type="button" onClick={() => say(opening.drawings[name])}>
              <Motif name={name} />
              {opening.drawings[name]}
            </button>
          </li>
        ))}
        <li>
          <button type="button" onClick={chooseFiles}>
            <Motif name="bring" />
            {opening.bring}
          </button>
        </li>
      </ul>
    </section>
  );
}
