/** What a painter is asked for where a test says no more than what it is about. */
import type { JobId, PaintRequest, Seed } from '../../workers/protocol.ts';

type Named = Pick<PaintRequest, 'drawing' | 'width' | 'height'> & Partial<PaintRequest>;

export function paintRequest(of: Named): PaintRequest {
  return {
    job: 'job' as JobId,
    steps: 3,
    seed: '7' as Seed,
    guidance: 3.5,
    cfg: 1,
    negative: '',
    start: null,
    ...of,
  };
}
