/** The `_headers` file that static hosts read: a path pattern on a line, then its headers, indented. */
export interface HeaderRule {
  readonly pattern: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function parseHeaders(text: string): readonly HeaderRule[] {
  const rules: { pattern: string; headers: Record<string, string> }[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    if (!/^\s/.test(line)) {
      rules.push({ pattern: line.trim(), headers: {} });
      continue;
    }
    const colon = line.indexOf(':');
    const rule = rules.at(-1);
    if (rule !== undefined && colon > 0) rule.headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  return rules;
}

/** All rules that fit a path, later ones over earlier; `*` stands for any characters. */
export function headersFor(rules: readonly HeaderRule[], path: string): Readonly<Record<string, string>> {
  return Object.assign({}, ...rules.filter(({ pattern }) => fits(pattern, path)).map(({ headers }) => headers));
}

function fits(pattern: string, path: string): boolean {
  return new RegExp(patternSource(pattern)).test(path);
}

/** A path pattern as the source of a regular expression. */
export function patternSource(pattern: string): string {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return `^${parts.join('.*')}$`;
}
