/** What the terminal prints while a test runs a command in this process. */
import { afterEach, beforeEach, vi } from 'vitest';

export interface Terminal {
  stdout: string;
  stderr: string;
}

/** Catches both streams from test to test, in English. */
export function watchTerminal(): Terminal {
  const terminal: Terminal = { stdout: '', stderr: '' };
  const catching = (stream: keyof Terminal) => (text: string | Uint8Array) => {
    terminal[stream] += String(text);
    return true;
  };
  beforeEach(() => {
    terminal.stdout = '';
    terminal.stderr = '';
    vi.stubEnv('LC_ALL', 'en_GB.UTF-8');
    vi.spyOn(process.stdout, 'write').mockImplementation(catching('stdout'));
    vi.spyOn(process.stderr, 'write').mockImplementation(catching('stderr'));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });
  return terminal;
}
