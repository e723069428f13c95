import { addPictures } from '../actions/compose.ts';
import { usePerform, useWords } from '../app/context.tsx';
import { FilePicker } from '../composer/file-picker.tsx';
import { focusMessage } from '../composer/message.ts';
import { Motif } from './motif.tsx';
import { useSay } from './say.ts';
import { Scene } from './scene.tsx';

const examples = ['beach', 'snow', 'night'] as const;

/** An empty conversation: what this is, and sentences to begin with. */
export function Opening() {
  const { opening } = useWords().page;
  const say = useSay();
  const perform = usePerform();
  return (
    <section className="opening">
      <Scene />
      <h1>{opening.title}</h1>
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
          <FilePicker
            take={(files) => {
              perform(addPictures, files);
              focusMessage();
            }}
          >
            {(choose) => (
              <button type="button" onClick={choose}>
                <Motif name="bring" />
                {opening.bring}
              </button>
            )}
          </FilePicker>
        </li>
      </ul>
    </section>
  );
}
