/** What helps others to find a fault: versions, device, plan of memory and the last errors; nothing of what was said or drawn. */
import { loggedErrors } from '../app/error-log.ts';
import type { AppState } from '../state/state.ts';
import type { Action } from './app.ts';
import { download, sayCopied } from './keep-picture.ts';

export const copyDiagnostics: Action = {
  when: () => true,
  perform({ store }) {
    const text = diagnosticsOf(store.getState());
    const copied = () => sayCopied(store, 'diagnostics');
    // Where there is no clipboard, or it is refused, they come as a file.
    if ('clipboard' in navigator) navigator.clipboard.writeText(text).then(copied, () => saveText(text));
    else saveText(text);
  },
};

export function diagnosticsOf({ model, device, silence, words }: AppState): string {
  const opened = model.phase === 'ready' ? model.opened : null;
  const versions: unknown = import.meta.env.VITE_VERSIONS;
  const report = {
    versions: typeof versions === 'string' ? versions : null,
    browser: navigator.userAgent,
    language: words.language,
    model: opened && { id: opened.bundle.id, sha256: opened.bundle.sha256 },
    state: model.phase,
    failure: model.phase === 'failed' ? model.failure : null,
    chosen: device,
    device: opened?.device ?? null,
    memory: opened?.memory ?? null,
    silence,
    errors: loggedErrors(),
  };
  return JSON.stringify(report, null, 2);
}

function saveText(text: string): void {
  download(new Blob([text], { type: 'text/plain' }), 'nexus-gen-diagnostics.txt');
}
