import type { Grid, TransformerConfig } from '../../../model/config.ts';
import type { Positions } from '../../../model/pieces/rotary-tables.ts';

export function promptPositions(
  ids: Int32Array,
  grids: readonly Grid[],
  config: Pick<TransformerConfig, 'image_token_id'>,
): Positions {
  const time: number[] = [];
  const height: number[] = [];
  const width: number[] = [];
  let next = 0;
  let image = 0;
  for (let at = 0; at < ids.length; ) {
    if (ids[at] !== config.image_token_id) {
      time.push(next);
      height.push(next);
      width.push(next);
      next++;
      at++;
      continue;
    }
    const [, h, w] = grids[image++] ?? [1, 2, 2];
    for (let y = 0; y < h / 2; y++)
      for (let x = 0; x < w / 2; x++) {
        time.push(next);
        height.push(next + y);
        width.push(next + x);
        at++;
      }
    next += Math.max(h, w) / 2;
  }
  return { time, height, width };
}
export function largest(p: Positions): number {
  return Math.max(...Array.from(p.time), ...Array.from(p.height), ...Array.from(p.width));
}
export function largestAllowed(logits: Float32Array, banned: readonly number[]): number {
  let best = -1;
  logits.forEach((v, id) => {
    if (!banned.includes(id) && (best < 0 || v > (logits[best] ?? 0))) best = id;
  });
  return best;
}
