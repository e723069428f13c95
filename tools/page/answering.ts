/** The workers' side of the bare page: orders are answered on WebGPU, opened once and with no way back to the CPU. */
import { failureOf } from '../../model/failure.ts';
import type { Layout } from '../../workers/gpu/device.ts';
import { openRuntime } from '../../workers/gpu/open-runtime.ts';
import type { Runtime } from '../../workers/gpu/runtime.ts';
import { loadOrt } from '../../workers/ort.ts';
import type { FromWorker } from './messages.ts';
import { reporting } from './reporting-runtime.ts';

export function answering<Order, Result>(
  work: (order: Order, runtime: Runtime) => Promise<Result>,
  layoutOf: (order: Order) => Layout | undefined = () => undefined,
): void {
  let opened: Promise<Runtime> | undefined;
  const tell = (message: FromWorker<Result>) => self.postMessage(message);
  const open = async (layout: Layout | undefined) =>
    reporting(await openRuntime(await loadOrt(), 'webgpu', { layout }), () => tell({ kind: 'alive' }));
  self.onmessage = async ({ data: order }: MessageEvent<Order>) => {
    opened ??= open(layoutOf(order));
    try {
      tell({ kind: 'answer', answer: { result: await work(order, await opened) } });
    } catch (thrown) {
      tell({ kind: 'answer', answer: { failure: failureOf(thrown) } });
    }
  };
}
