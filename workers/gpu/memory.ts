/** How much memory a device is taken to have: no browser says, so it is guessed from what it does say. */

const gibibyte = 2 ** 30;

/** All that wasm with 32-bit addresses can hold. */
export const wasmMemoryBytes = 4 * gibibyte;

/**
 * Chrome gives devices one of a few sizes for the largest buffer, which grow with their memory: four such buffers fit all but
 * the smallest of a class. Where graphics share the computer's memory, half of that is theirs.
 *
 * @param computerGibibytes `navigator.deviceMemory`, where the browser has it
 */
export function graphicsMemoryBytes(largestBuffer: number, computerGibibytes = 0): number {
  return Math.max(4 * largestBuffer, (computerGibibytes / 2) * gibibyte);
}
