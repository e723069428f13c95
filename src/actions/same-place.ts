/** Whether what computes now gives the same bits as what began a drawing: half a picture from each would be no recipe's. */
import { fail } from '../../model/failure.ts';
import { deviceOf } from '../../session/device-of.ts';
import type { DeviceReport } from '../../workers/protocol.ts';
import type { ReachedStep } from '../storage/records.ts';
import { softwareVersions } from './sources.ts';

export type Place = Pick<ReachedStep, 'device' | 'versions'>;

export function placeOf(report: DeviceReport): Place {
  return { device: deviceOf(report), versions: softwareVersions() };
}

/** What is another than it was when a drawing was begun; null where nothing is. */
export function placeChanged(report: DeviceReport, begun: Place): 'device' | 'version' | null {
  const now = placeOf(report);
  if (!isSame(now.device, begun.device)) return 'device';
  return isSame(now.versions, begun.versions) ? null : 'version';
}

/** @throws RESUME_ELSEWHERE */
export function requireSamePlace(report: DeviceReport, begun: Place): void {
  const changed = placeChanged(report, begun);
  if (changed !== null) fail('RESUME_ELSEWHERE', { begun: changed, device: begun.device.kind });
}

function isSame(one: object, other: object): boolean {
  const sorted = (values: object) => JSON.stringify(Object.entries(values).sort());
  return sorted(one) === sorted(other);
}
