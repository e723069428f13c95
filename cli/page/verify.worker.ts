/** Judges golden cases on WebGPU: the judge and the components of the terminal, in a worker as the model's own are. */
import { failureOf } from '../../model/failure.ts';
import { openRuntime } from '../../workers/gpu/open-runtime.ts';
import type { Runtime } from '../../workers/gpu/runtime.ts';
import { loadOrt } from '../../workers/ort.ts';
import { findComponent } from '../verify/components.ts';
import { judgeCase } from '../verify/judge.ts';
import { httpFolder } from './http-folder.ts';
import type { FromVerifyWorker, JudgeOrder } from './messages.ts';
import { reporting } from './reporting-runtime.ts';

let opened: Promise<Runtime> | undefined;

self.onmessage = async ({ data: order }: MessageEvent<JudgeOrder>) => {
  opened ??= open();
  try {
    const rows = await judgeCase(order.name, httpFolder(order.base, order.files), await opened, findComponent);
    tell({ kind: 'answer', judged: { rows } });
  } catch (thrown) {
    tell({ kind: 'answer', judged: { failure: failureOf(thrown) } });
  }
};

function tell(message: FromVerifyWorker): void {
  self.postMessage(message);
}

/** As the model's own workers open it, except that no graph may fall back to the CPU. */
async function open(): Promise<Runtime> {
  return reporting(await openRuntime(await loadOrt(), 'webgpu'), () => tell({ kind: 'alive' }));
}
