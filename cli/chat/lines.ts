import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a line of a chat asks for. */
export type ChatLine =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'turn'; readonly text: string }
  | { readonly kind: 'image'; readonly path: string }
  | { readonly kind: 'save'; readonly path: string }
  | { readonly kind: 'edit' }
  | { readonly kind: 'new' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'no-path'; readonly command: string }
  | { readonly kind: 'unknown'; readonly command: string };

export function readLine(line: string): ChatLine {
  const text = line.trim();
  if (text === '') return { kind: 'nothing' };
  if (!text.startsWith('/')) return { kind: 'turn', text: line };
  const [command = ''] = /^\S+/.exec(text) ?? [];
  const path = typedPath(text.slice(command.length).trim());
  switch (command) {
    case '/image':
    case '/save':
      if (path === '') return { kind: 'no-path', command };
      return { kind: command === '/image' ? 'image' : 'save', path };
    case '/edit':
      return { kind: 'edit' };
    case '/new':
      return { kind: 'new' };
    case '/quit':
      return { kind: 'quit' };
    default:
      return { kind: 'unknown', command };
  }
}

/**
 * A path as shells write it. What is dropped on a terminal comes in quotes, with a backslash before each special character,
 * or as the file's address; a person may begin with their home folder.
 */
function typedPath(written: string): string {
  const path = unquoted(written);
  if (/^file:\/\//i.test(path)) return pathOfAddress(path);
  return written === '~' || written.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}

function unquoted(path: string): string {
  const [, single] = /^'(.*)'$/.exec(path) ?? [];
  if (single !== undefined) return single.replaceAll("'\\''", "'");
  const [, double] = /^"(.*)"$/.exec(path) ?? [];
  if (double !== undefined) return process.platform === 'win32' ? double : double.replaceAll(/\\(["\\$`])/g, '$1');
  // On Windows a backslash parts folders. Elsewhere none is written before a letter or a digit.
  return process.platform === 'win32' ? path : path.replaceAll(/\\([^\p{L}\p{N}])/gu, '$1');
}

/** What is no address of a file of this machine stays as it is, and cannot be read by that name. */
function pathOfAddress(address: string): string {
  try {
    return fileURLToPath(address);
  } catch {
    return address;
  }
}
