/** What the terminal prints while a test runs a command in this process. */
import { PassThrough } from 'node:stream';
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

/** What a person types, or another program hands over: all of it, and then no more. */
export function typeIn(text: string): void {
  const stdin = new PassThrough();
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as unknown as typeof process.stdin);
  stdin.end(text);
}
