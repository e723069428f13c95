/** The last errors that nobody foresaw, with where they arose: in the console, and in what "Copy diagnostics" copies. */
import { observeUnforeseen } from '../../model/failure.ts';
import { unforeseenCode } from '../../words/unforeseen-code.ts';

export interface LoggedError {
  /** As it was shown to the person. */
  readonly code: string;
  readonly time: string;
  readonly message: string;
  readonly stack: string;
}

const most = 20;
const logged: LoggedError[] = [];

export function loggedErrors(): readonly LoggedError[] {
  return logged;
}

/** From now on; uncaught errors are written to the console by the browser itself. */
export function watchErrors(page: EventTarget): void {
  observeUnforeseen(({ message, stack = '' }) => {
    const { code } = keep(message, stack);
    console.error(`Unforeseen error ${code}: ${message}\n${stack}`);
  });
  page.addEventListener('error', (event) => keepThrown(Reflect.get(event, 'error')));
  page.addEventListener('unhandledrejection', (event) => keepThrown(Reflect.get(event, 'reason')));
}

function keepThrown(thrown: unknown): void {
  if (thrown instanceof Error) keep(thrown.message, thrown.stack ?? '');
  else keep(String(thrown), '');
}

function keep(message: string, stack: string): LoggedError {
  const error = { code: unforeseenCode(message), time: new Date().toISOString(), message, stack };
  logged.push(error);
  logged.splice(0, logged.length - most);
  return error;
}
