/** One FLUX block through Chrome against onnxruntime-node on the same driver, in turns. */
import { type BlockName, blockNames } from './block-graph.ts';
import { type AskChrome, ofKind, withChrome } from './chrome-bench.ts';
import { openNativeBlocks } from './native-blocks.ts';
import { absentRow, type BenchRow, benchRow, type Done } from './row.ts';

export async function benchBlocks(cases: number, done: Done): Promise<readonly BenchRow[]> {
  return withChrome(async (ask) => {
    const chrome = (name: BlockName) => askBlock(ask, name);
    // The first run of each loads graphs and makes kernels.
    const { adapter } = await chrome('joint');
    await chrome('single');
    const opened = await openNativeBlocks(adapter);
    const native = opened.kind === 'present' ? opened : null;
    if (opened.kind === 'absent')
      process.stderr.write(`onnxruntime-node is left out: ${opened.reason.split('\n')[0]}\n`);
    const rows: BenchRow[] = [];
    try {
      for (const [at, name] of blockNames.entries()) {
        await native?.run(name);
        const inChrome: number[] = [];
        const inNode: number[] = [];
        for (let turn = 0; turn < cases; turn += 1) {
          inChrome.push((await chrome(name)).milliseconds);
          if (native) inNode.push(await native.run(name));
          done(at * cases + turn + 1, blockNames.length * cases);
        }
        rows.push(...rowsOf(name, inChrome, inNode));
      }
    } finally {
      await native?.release();
    }
    return rows;
  });
}

async function askBlock(ask: AskChrome, block: BlockName) {
  return ofKind(await ask({ kind: 'block', block }), 'block');
}

/** @param inNode empty where there is no onnxruntime-node for Chrome's driver */
function rowsOf(name: BlockName, inChrome: readonly number[], inNode: readonly number[]): readonly BenchRow[] {
  const title = (what: string) => `FLUX ${name} block, ${what}`;
  const measured = benchRow(title('Chrome'), 'ms', inChrome);
  if (inNode.length === 0) {
    return [measured, absentRow(title('onnxruntime-node'), 'ms'), absentRow(title('onnxruntime-node / Chrome'), '1')];
  }
  const ratios = inNode.map((milliseconds, turn) => milliseconds / (inChrome[turn] ?? Number.NaN));
  return [
    measured,
    benchRow(title('onnxruntime-node'), 'ms', inNode),
    benchRow(title('onnxruntime-node / Chrome'), '1', ratios, { goal: 0.8 }),
  ];
}
