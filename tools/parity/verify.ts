import { relative, resolve } from 'node:path';
import { type Command, parseCommandLine, UsageError } from '../../cli/command.ts';
import { type Device, readDevice } from '../../cli/draw/device.ts';
import { openFolder, requireFolder } from '../../cli/files.ts';
import { bundleFolder, nano } from '../../cli/nano.ts';
import { progress } from '../../cli/progress.ts';
import { sentenceLine } from '../../cli/say.ts';
import { textTable } from '../../cli/table.ts';
import { jsonLine, visible } from '../../cli/visible.ts';
import { failureOf } from '../../model/failure.ts';
import { readCaseFile } from './case-file.ts';
import { findCases } from './cases.ts';
import { checkBundle } from './check-bundle.ts';
import { openDeviceJudge } from './devices.ts';
import { failedRow, type Row } from './judge.ts';
import { printRow, verdictLine } from './report.ts';

const usage = `nexus verify DIR [--device wasm|webgpu] [--threads N] [--component NAME] [--json]
nexus verify --bundle [DIR] [--json]

Judges the golden cases at or below DIR against the published model's own answers: a row for each output, and
"N passed, N failed" as the last line. With --bundle, checks the sizes and hashes of a bundle's files instead
(by default those of nano, which ships with the page). The project's own cases are in tests/fixtures/golden.

  --device wasm|webgpu  where graphs are computed (default wasm; webgpu is headless Chrome)
  --threads N           of wasm (default 1, which gives the same figures each time)
  --component NAME      only the cases of this component
  --json                one JSON object instead of the table
  --quiet               no progress on stderr

Exit: 0 all passed, 1 any failed or nothing to judge, 2 wrong usage.`;

const options = {
  device: { type: 'string', default: 'wasm' },
  threads: { type: 'string' },
  component: { type: 'string' },
  json: { type: 'boolean', default: false },
  bundle: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
} as const;

export const verify: Command = {
  usage,
  async run(argv) {
    const { values, positionals } = parseCommandLine(argv, options);
    if (positionals.length > 1) throw new UsageError('verify takes one folder');
    const device = judgingDevice(values);
    const [directory] = positionals;
    const ofCases = (['component', 'threads'] as const).find((name) => values[name] !== undefined);
    if (values.bundle && ofCases !== undefined)
      throw new UsageError(`--${ofCases} is of golden cases, not of a bundle`);
    if (values.bundle) return verifyBundle(bundleFolder(directory ?? nano), values.json);
    if (directory === undefined)
      throw new UsageError("verify needs a folder of golden cases; the project's own are in tests/fixtures/golden");
    const rows = await judgeFolder(directory, device, values.component, values.quiet);
    return report(rows, device.kind, values.json);
  },
};

/** With one thread unless more are asked for. */
function judgingDevice(values: Parameters<typeof readDevice>[0]): Device {
  const { kind, threads } = readDevice(values);
  return kind === 'webgpu' ? { kind } : { kind, threads: threads ?? 1 };
}

async function verifyBundle(directory: string, json: boolean): Promise<number> {
  const { rows, unlisted } = await checkBundle(directory);
  for (const path of unlisted) process.stderr.write(`${visible(path)} is not listed in bundle.json; it is ignored\n`);
  const { passed, failed } = counted(rows);
  if (json) {
    process.stdout.write(`${jsonLine({ rows, unlisted, passed, failed })}\n`);
  } else {
    const cells = rows.map(({ file, bytes, reason }) => [
      file,
      bytes ?? '',
      reason === null ? 'ok' : `FAILED ${reason}`,
    ]);
    process.stdout.write(`${textTable([['file', 'bytes', 'result'], ...cells])}\n${verdictLine(passed, failed)}\n`);
  }
  return failed === 0 ? 0 : 1;
}

async function judgeFolder(
  directory: string,
  device: Device,
  component: string | undefined,
  quiet: boolean,
): Promise<readonly Row[]> {
  const shown = relative('', resolve(directory)) || '.';
  const absent = await requireFolder(directory).then(() => null, failureOf);
  if (absent !== null) return [failedRow(component ?? '', shown, sentenceLine(absent))];
  const cases = await findCases(resolve(directory));
  if (cases.length === 0)
    return [failedRow(component ?? '', shown, "no golden case here; the project's own are in tests/fixtures/golden")];
  const chosen = component === undefined ? cases : await casesOf(cases, component);
  if (chosen.length === 0) return [failedRow(component ?? '', shown, `no case of component ${component}`)];
  const judge = await openDeviceJudge(device);
  const bar = progress('verify', chosen.length, quiet);
  try {
    const rows: Row[] = [];
    for (const [index, found] of chosen.entries()) {
      rows.push(...(await judge.judge(found)));
      bar.done(index + 1);
    }
    return rows;
  } finally {
    bar.end();
    await judge.close();
  }
}

async function casesOf(cases: Awaited<ReturnType<typeof findCases>>, component: string) {
  const chosen: (typeof cases)[number][] = [];
  for (const found of cases) {
    // A case that cannot be read is judged, and fails, when all are.
    const file = await readCaseFile(openFolder(found.path)).catch(() => undefined);
    if (file?.component === component) chosen.push(found);
  }
  return chosen;
}

function report(rows: readonly Row[], device: Device['kind'], json: boolean): number {
  const { passed, failed } = counted(rows);
  if (json) {
    const plain = rows.map(({ computedBy: _, ...row }) => row);
    process.stdout.write(`${jsonLine({ device, rows: plain, passed, failed })}\n`);
  } else {
    for (const row of rows) process.stdout.write(`${printRow(row)}\n`);
    process.stdout.write(`${verdictLine(passed, failed)}\n`);
  }
  return failed === 0 ? 0 : 1;
}

function counted(rows: readonly { readonly ok: boolean }[]): { readonly passed: number; readonly failed: number } {
  const passed = rows.filter(({ ok }) => ok).length;
  return { passed, failed: rows.length - passed };
}
