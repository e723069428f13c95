/**
 * What a paste means where it holds files and text alike. Office programs put a picture of the words beside the words;
 * file managers, chats and browsers put a word or two about the picture beside the picture.
 */

/** The part of a DataTransfer that is judged. */
export interface Pasted {
  readonly files: ArrayLike<File>;
  getData(format: string): string;
}

/** The files that are meant; none where the text is. */
export function pastedFiles(pasted: Pasted | null): readonly File[] {
  if (pasted === null) return [];
  const files = Array.from(pasted.files);
  const text = visible(pasted.getData('text/plain'));
  return saysMore(text, pasted.getData('text/html'), files) ? [] : files;
}

/** Whether the text says anything beyond what the files are. */
function saysMore(text: string, html: string, files: readonly File[]): boolean {
  if (text === '') return false;
  // Cells, even one that holds an address or a file's name.
  if (/<t(able|d|r)\b/i.test(html)) return true;
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const names = files.map(({ name }) => name.normalize());
  if (lines.every((line) => names.includes(lastPart(line)))) return false;
  // A picture copied in a browser comes with its address, and its markup is that picture alone.
  return !(lines.length === 1 && isAddress(text) && (html === '' || /<img\b/i.test(html)));
}

/** Without the spaces at its ends and the characters that show nothing: U+FFFC stands where a picture was. */
function visible(text: string): string {
  return text.replace(/[\p{Cf}\uFFFC\0]/gu, '').trim();
}

/** A file's name in a name, a path, or an address, whichever a file manager gives. */
function lastPart(line: string): string {
  const path = line.replace(/^(["'])(.*)\1$/, '$2');
  const name = path.split(/[\\/]/).at(-1) ?? '';
  return (path.startsWith('file:') ? decoded(name) : name).normalize();
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function isAddress(text: string): boolean {
  return /^(https?|file|data|blob|content):\S+$/i.test(text);
}
