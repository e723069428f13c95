import { send, write } from '../actions/compose.ts';
import { usePerform, useWords } from '../app/context.tsx';

/** An empty conversation: what this is, and sentences to begin with. */
export function Opening() {
  const { opening } = useWords().page;
  return (
    <section className="opening">
      <svg className="scene" viewBox="0 0 320 120" aria-hidden="true" focusable="false">
        <circle className="sun" cx="226" cy="46" r="24" />
        <path className="hill far" d="M0 92c52-44 96-40 142-12s92 22 178-28v68H0z" />
        <path className="hill near" d="M0 104c66-26 122-18 168-4s96 14 152-16v36H0z" />
      </svg>
      <h1>{opening.title}</h1>
      <p>{opening.text}</p>
      <Examples label={opening.examples} sentences={opening.drawings} />
    </section>
  );
}

/** Sentences that are sent at a tap. */
export function Examples({ label, sentences }: { readonly label: string; readonly sentences: readonly string[] }) {
  const perform = usePerform();
  return (
    <ul className="examples" aria-label={label}>
      {sentences.map((sentence) => (
        <li key={sentence}>
          <button
            type="button"
            onClick={() => {
              perform(write, sentence);
              perform(send);
            }}
          >
            {sentence}
          </button>
        </li>
      ))}
    </ul>
  );
}
