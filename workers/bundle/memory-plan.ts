/** How a bundle is run on a device: whether both sides stay there, and whether FLUX's layers do. */
import { planFit } from '../../model/bundle/fit.ts';
import type { Bundle } from '../../model/bundle/reader.ts';
import { fail } from '../../model/failure.ts';
import type { Runtime } from '../gpu/runtime.ts';
import type { MemoryPlan } from '../protocol.ts';

/** @throws MODEL_TOO_LARGE where not even one side after the other fits, with FLUX's layers read again for every use */
export function planMemory({ manifest, config }: Bundle, runtime: Pick<Runtime, 'memoryBytes' | 'report'>): MemoryPlan {
  const { memoryBytes: deviceBytes, report } = runtime;
  const device = { memoryBytes: deviceBytes, device: report.device, activations: report.activations };
  const { residency, language, painter, streamedPainter } = planFit(manifest, config, device);
  if (residency === 'too small') {
    const needed = Math.max(language.total, streamedPainter?.total ?? 0);
    return fail('MODEL_TOO_LARGE', { needed, available: deviceBytes });
  }
  const drawing = residency === 'streamed' ? streamedPainter : painter;
  return { residency, deviceBytes, languageBytes: language.total, painterBytes: drawing?.total ?? null };
}
