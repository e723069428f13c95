import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const candidates = [
  process.env.GOLDEN_DIR ?? '',
  fileURLToPath(new URL('../../../shared/golden', import.meta.url)),
  fileURLToPath(new URL('../fixtures/golden', import.meta.url)),
];

/** The folder of a golden case, from `GOLDEN_DIR`, `../shared/golden` or the copy in `tests/fixtures`. */
export function goldenCase(name: string): string {
  const folder = candidates.filter((root) => root !== '').find((root) => existsSync(`${root}/${name}/case.json`));
  if (folder === undefined) throw new Error(`no golden case ${name}`);
  return `${folder}/${name}`;
}
