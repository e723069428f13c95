/** The page's first lines: they start the rest, or say why it cannot be started. */
import { loadWords } from '../words/load.ts';
import { startWords } from '../words/start.ts';
import { languageToRead } from './state/look.ts';
import './styles/index.css';

const language = languageToRead();
const words = startWords[language];

if (isSecureContext) {
  // Its words come beside it, not behind it.
  loadWords(language).catch(() => undefined);
  // A page that was built anew meanwhile has other files than the index that this browser still held.
  import('./main.tsx').catch((error: unknown) => {
    console.error(error);
    say(words.failed(error instanceof Error ? error.message : String(error)), words.reload);
  });
} else {
  // Neither WebGPU nor storage nor workers that share memory are there.
  say(words.insecure, null);
}

/** Without React, which may be what did not load. */
function say(sentence: string, again: string | null): void {
  const alert = document.createElement('div');
  alert.className = 'alert';
  alert.role = 'alert';
  alert.lang = language;
  const text = document.createElement('p');
  text.textContent = sentence;
  alert.append(text);
  if (again !== null) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = again;
    button.addEventListener('click', () => location.reload());
    alert.append(button);
  }
  const main = document.createElement('main');
  main.className = 'main';
  main.append(alert);
  // What the index painted before may have been taken away already.
  document.getElementById('root')?.append(main);
}
