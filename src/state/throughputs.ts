/** What devices of this machine compute in a second, as measured here: kept from visit to visit, by the device. */
import type { Throughput } from '../../model/bundle/operations.ts';
import type { DeviceReport } from '../../workers/protocol.ts';
import type { AppState, AppStore, Throughputs } from './state.ts';

const key = 'nexus-gen throughputs';

function nameOf({ device, adapter, activations, threads }: DeviceReport): string {
  return [device, adapter, activations, threads].join(' · ');
}

/** Of the device that the open model runs on; null where there is none, or it was not measured. */
export function throughputOf({ model, throughputs }: Pick<AppState, 'model' | 'throughputs'>): Throughput | null {
  return model.phase === 'ready' ? (throughputs[nameOf(model.opened.device)] ?? null) : null;
}

export function readThroughputs(): Throughputs {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    return Object.fromEntries(
      Object.entries(stored).flatMap(([name, value]) => (isThroughput(value) ? [[name, value]] : [])),
    );
  } catch {
    return {};
  }
}

function isThroughput(value: unknown): value is Throughput {
  if (typeof value !== 'object' || value === null) return false;
  return 'weights' in value && isRate(value.weights) && 'operations' in value && isRate(value.operations);
}

const isRate = (value: unknown) => typeof value === 'number' && value > 0 && Number.isFinite(value);

export function keepThroughput(store: AppStore, device: DeviceReport, throughput: Throughput): void {
  // Another tab may have measured another device.
  const throughputs = { ...store.getState().throughputs, ...readThroughputs(), [nameOf(device)]: throughput };
  store.setState({ throughputs });
  try {
    localStorage.setItem(key, JSON.stringify(throughputs));
  } catch {
    // It is measured again next time.
  }
}
