/** The page's first lines: they start the rest, or say why it cannot be started. */
import { words } from '../words/index.ts';
import type { PageWords } from '../words/words.ts';
import './styles/index.css';

const language = navigator.language.startsWith('zh') ? 'zh' : 'en';
const { start } = words[language].page;

if (isSecureContext) {
  // A page that was built anew meanwhile has other files than the index that this browser still held.
  import('./main.tsx').catch((error: unknown) => {
    console.error(error);
    say(start.failed(error instanceof Error ? error.message : String(error)), start);
  });
} else {
  // Neither WebGPU nor storage nor workers that share memory are there.
  say(start.insecure, null);
}

/** Without React, which may be what did not load. */
function say(sentence: string, again: Pick<PageWords['start'], 'reload'> | null): void {
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
    button.textContent = again.reload;
    button.addEventListener('click', () => location.reload());
    alert.append(button);
  }
  const main = document.createElement('main');
  main.className = 'main';
  main.append(alert);
  // What the index painted before may have been taken away already.
  document.getElementById('root')?.append(main);
}
