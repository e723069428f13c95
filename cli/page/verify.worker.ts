/** Judges golden cases on WebGPU: the judge and the components of the terminal, in a worker as the model's own are. */
import { failureOf } from '../../model/failure.ts';
import { openRuntime } from '../../workers/gpu/open-runtime.ts';
import type { Runtime } from '../../workers/gpu/runtime.ts';
import { loadOrt } from '../../workers/ort.ts';
import { findComponent } from '../verify/components.ts';
import { judgeCase } from '../verify/judge.ts';
import { httpFolder } from './http-folder.ts';
import type { Judged, JudgeOrder } from './messages.ts';

let opened: Promise<Runtime> | undefined;

self.onmessage = async ({ data: order }: MessageEvent<JudgeOrder>) => {
  opened ??= open();
  try {
    const rows = await judgeCase(order.name, httpFolder(order.base, order.files), await opened, findComponent);
    answer({ rows });
  } catch (thrown) {
    answer({ failure: failureOf(thrown) });
  }
};

function answer(judged: Judged): void {
  self.postMessage(judged);
}

/** As the model's own workers open it, except that no graph may fall back to the CPU. */
async function open(): Promise<Runtime> {
  return openRuntime(await loadOrt(), 'webgpu', 'refused');
}
