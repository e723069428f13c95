/** Both sides as one model: two workers may have opened on different devices, or with different memory. */
import type { Opened } from '../workers/protocol.ts';

const byNeed: readonly Opened['memory']['residency'][] = ['both', 'one at a time', 'streamed'];

/** The device is the one that computes pictures; of two plans of memory the one that spares more holds. */
export function openedTogether(language: Opened, painter: Opened): Opened {
  const [one, other] = [language.memory, painter.memory];
  const memory = byNeed.indexOf(one.residency) >= byNeed.indexOf(other.residency) ? one : other;
  const isOnProcessor = language.device.device === 'wasm' && language.device.notice !== null;
  const isSlower = isOnProcessor || language.device.notice === 'FLOAT16_DROPPED';
  const notice = painter.device.notice ?? (isSlower ? language.device.notice : null);
  return { bundle: language.bundle, device: { ...painter.device, notice }, memory };
}
