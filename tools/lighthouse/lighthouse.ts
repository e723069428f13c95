/**
 * `npm run lighthouse`: what Lighthouse says of the page as it is built, as a phone of the middle sees it. It is fetched for the run,
 * of one version: 193 packages would be much for a report.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { chromeFlags, findChrome } from '../../cli/chrome.ts';
import { buildPage } from '../../cli/page-build.ts';
import { listenOnFreePort, serveFolders } from '../../cli/static-server.ts';
import { textTable } from '../../cli/table.ts';
import { fail } from '../../model/failure.ts';

const version = '12.8.2';

/** Of 100. What takes time is reported and judged by `nexus bench --suite page`. */
const floors: Readonly<Record<string, number | null>> = {
  accessibility: 95,
  'best-practices': 95,
  seo: 95,
  performance: null,
};

const report = z.object({
  categories: z.record(
    z.string(),
    z.object({ score: z.number().nullable(), auditRefs: z.array(z.object({ id: z.string() })) }),
  ),
  audits: z.record(
    z.string(),
    z.object({ title: z.string(), score: z.number().nullable(), displayValue: z.string().optional() }),
  ),
});

const measured = [
  'first-contentful-paint',
  'largest-contentful-paint',
  'total-blocking-time',
  'cumulative-layout-shift',
  'speed-index',
];

async function reportOf(address: string): Promise<z.infer<typeof report>> {
  const chrome = await findChrome();
  if (chrome === undefined) return fail('NO_CHROME', {});
  const folder = await mkdtemp(join(tmpdir(), 'nexus-gen-lighthouse-'));
  const file = join(folder, 'report.json');
  try {
    const flags = ['--headless=new', ...chromeFlags()].join(' ');
    const asked = [address, '--output=json', `--output-path=${file}`, '--quiet', `--chrome-flags=${flags}`];
    const exec = ['exec', '--yes', `--package=lighthouse@${version}`, '--', 'lighthouse', ...asked];
    await promisify(execFile)('npm', exec, { env: { ...process.env, CHROME_PATH: chrome } });
    return report.parse(JSON.parse(await readFile(file, 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const server = await listenOnFreePort(serveFolders([{ prefix: '/', ...(await buildPage()) }]), 4173);
try {
  const { categories, audits } = await reportOf(`http://localhost:${server.port}/`);
  const rows = Object.entries(floors).map(([name, floor]) => ({
    name,
    floor,
    score: Math.round((categories[name]?.score ?? 0) * 100),
  }));
  const table = rows.map(({ name, score, floor }) => [name, score, floor ?? '']);
  const times = measured.map((id) => [audits[id]?.title ?? id, audits[id]?.displayValue ?? '', '']);
  process.stdout.write(`${textTable([['Lighthouse', version, 'floor'], ...table, ...times])}\n`);
  for (const { name, floor } of rows) {
    const failed = (categories[name]?.auditRefs ?? []).flatMap(({ id }) => (audits[id]?.score === 0 ? audits[id] : []));
    if (floor !== null) for (const { title } of failed) process.stdout.write(`${name}: ${title}\n`);
  }
  if (rows.some(({ score, floor }) => floor !== null && score < floor)) process.exitCode = 1;
} finally {
  await server.close();
}
