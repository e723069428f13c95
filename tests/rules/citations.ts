import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './sources.ts';

/** `docs/NAME.md`, and behind it the headings that are cited: `, "Heading"`, any number of times. */
const citation = /docs\/[a-z-]+\.md(?:, "[^"]+")*/g;
/** A document that the project does not hold is cited by its name in capitals: `NAME "Heading"`. */
const foreign = /\b[A-Z]{6,} "[^"]+"/g;

/** A file of the project by its name, in a comment or a README; `*` and capitals stand for many. */
const namedFile = /(?<![\w*@./-])(?:[\w.-]+\/)*([a-z][\w.-]*\.(?:tsx?|mjs|py|md)|[A-Z]+\.md)\b/g;

/** Each file that a text names and that is not in the project. */
export function missingFiles(path: string, text: string, present: ReadonlySet<string>): string[] {
  const said = path.endsWith('.md') ? text : (text.match(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g) ?? []).join('\n');
  return [...said.matchAll(namedFile)].flatMap(([, name = '']) =>
    present.has(name) ? [] : [`${path} names ${name}, which is not in the project`],
  );
}

/** Each citation in a comment that leads nowhere: a missing document, or a heading that it lacks. */
export function brokenCitations(path: string, text: string): string[] {
  // A citation may go on in a comment's next line.
  const joined = text.replace(/\n\s*(?:\*|\/\/) /g, ' ');
  const cited = [...joined.matchAll(citation)].flatMap(([found]) =>
    missing(found).map((what) => `${path} cites ${what}`),
  );
  const unknown = [...joined.matchAll(foreign)].map(([found]) => `${path} cites ${found}, which is not in the project`);
  return [...cited, ...unknown];
}

function missing(found: string): string[] {
  const [document = '', ...headings] = found.split(/, (?=")/);
  if (!existsSync(join(root, document))) return [document];
  const lines = readFileSync(join(root, document), 'utf8').split('\n');
  const present = new Set(lines.filter((line) => /^#+ /.test(line)).map((line) => `"${line.replace(/^#+ /, '')}"`));
  return headings.filter((heading) => !present.has(heading)).map((heading) => `${document}, ${heading}`);
}
