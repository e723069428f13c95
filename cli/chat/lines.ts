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
  const path = unquoted(text.slice(command.length).trim());
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

/** Terminals put quotes around a path that is dropped on them. */
function unquoted(path: string): string {
  return /^(["']).+\1$/.test(path) ? path.slice(1, -1) : path;
}
