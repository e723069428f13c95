/** Ids whose bytes were damaged on the disk. */

/** Shorter ids could be this near to each other by chance; those that the page makes have 36 characters. */
const shortest = 16;

/** Whether `id` is what one flipped bit leaves of another: one character differs, or has become the mark that ends it. */
export function isDamagedCopy(id: string, whole: string): boolean {
  if (whole.length < shortest || id.length > whole.length) return false;
  if (id.length < whole.length) return whole.startsWith(id);
  let differing = 0;
  for (let at = 0; at < id.length && differing < 2; at++) if (id[at] !== whole[at]) differing++;
  return differing === 1;
}
