/** What the page and its workers asked of the network, file by file. */

export interface RequestRow {
  readonly origin: string;
  readonly path: string;
  /** How often: a large file is fetched in parts. */
  readonly count: number;
  /** Null where none of them is known. */
  readonly bytes: number | null;
  readonly purpose: Purpose;
}

/** What a file is for: the page's code; the runtime that computes; a model of the page's own; a model that a person adds. */
export type Purpose = 'page' | 'runtime' | 'model' | 'added';

interface Told {
  readonly url: string;
  readonly bytes: number | null;
}

/** @param home the page's own origin */
export function withRequests(rows: readonly RequestRow[], told: readonly Told[], home: string): readonly RequestRow[] {
  const known = new Map(rows.map((row) => [row.origin + row.path, row]));
  for (const { url, bytes } of told) {
    const { origin, pathname: path } = new URL(url);
    const before = known.get(origin + path);
    known.set(origin + path, {
      origin,
      path,
      count: (before?.count ?? 0) + 1,
      bytes: bytes === null ? (before?.bytes ?? null) : (before?.bytes ?? 0) + bytes,
      purpose: purposeOf(origin, path, home),
    });
  }
  return [...known.values()];
}

function purposeOf(origin: string, path: string, home: string): Purpose {
  if (origin !== home) return 'added';
  if (path.endsWith('.wasm')) return 'runtime';
  return path.includes('/models/') || path.endsWith('.bin') ? 'model' : 'page';
}

export interface RequestSum {
  readonly count: number;
  readonly bytes: number;
  /** Origins other than the page's own. */
  readonly others: readonly string[];
}

export function sumOf(rows: readonly RequestRow[], home: string): RequestSum {
  return {
    count: rows.reduce((sum, row) => sum + row.count, 0),
    bytes: rows.reduce((sum, row) => sum + (row.bytes ?? 0), 0),
    others: [...new Set(rows.flatMap(({ origin }) => (origin === home ? [] : origin)))],
  };
}
