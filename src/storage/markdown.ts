/** A conversation as Markdown, for any program that reads it. */
import type { PersonTurn, Result, TurnRecord } from './records.ts';
import { spoken } from './spoken.ts';

export interface MarkdownWords {
  readonly you: string;
  readonly model: string;
  readonly untitled: string;
  /** In place of a picture that is not there. */
  readonly noPicture: string;
}

/**
 * The path that is shown. What was typed stays as typed, but brings in no HTML and no picture from elsewhere.
 *
 * @param names where each picture lies beside the text, by its hash
 */
export function markdownOf(
  title: string,
  path: readonly TurnRecord[],
  names: ReadonlyMap<string, string>,
  words: MarkdownWords,
): string {
  const picture = (image: string | null, label: string): string => {
    const name = image === null ? undefined : names.get(image);
    return name === undefined ? `*${words.noPicture}*` : `![${inLine(label)}](${name})`;
  };
  const parts = path.flatMap((turn): readonly string[] => {
    if (turn.from === 'unreadable') return [];
    if (turn.from === 'person') return [`## ${words.you}`, ...personParts(turn, picture)];
    const done = turn.results.filter(({ state, image }) => state === 'done' || image !== null);
    const text = typed(spoken(turn.text));
    return [`## ${words.model}`, ...(text === '' ? [] : [text]), ...done.map((result) => resultPart(result, picture))];
  });
  return `${[`# ${inLine(title || words.untitled)}`, ...parts].join('\n\n')}\n`;
}

type ShowPicture = (image: string | null, label: string) => string;

function personParts({ text, pictures }: PersonTurn, picture: ShowPicture): readonly string[] {
  return [...pictures.map(({ id, name }) => picture(id, name)), ...(text === '' ? [] : [typed(text)])];
}

function resultPart({ image, prompt, seed }: Result, picture: ShowPicture): string {
  return `${picture(image, prompt)}  \n*${inLine(prompt)} (seed ${seed})*`;
}

function typed(text: string): string {
  return text.replaceAll('<', '\\<').replaceAll('![', '!\\[');
}

/** Without what would end a line, a label or an emphasis. */
function inLine(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]<>#|]/g, '\\$&')
    .trim();
}
