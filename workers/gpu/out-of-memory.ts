/** Tells a failed allocation from other failures by what was thrown: neither onnxruntime nor any browser has one error for it. */

/**
 * C++ and its checks of sizes; the heap of wasm, which may not grow any more; the browser's arrays; the graphics card. Sizes that do
 * not fit into an address at all come as an overflow.
 */
const clearSigns =
  /bad_alloc|bad_array_new_length|out of memory|\bOOM\b|enlarge memory|Maximum memory size|allocation fail|Can't allocate|SafeIntOnOverflow|shape is too large/i;

/** What is left of an exception in wasm where nothing catches it: a jump into nowhere, or its address, a bare number. */
const vagueSigns = /null function|function signature mismatch|memory access out of bounds|Aborted\(\)/i;

/**
 * @param isNearlyFull whether most of the device's memory is in use, or asked for: vague signs count only then
 */
export function isOutOfMemory(thrown: unknown, isNearlyFull: boolean): boolean {
  const text = thrown instanceof Error ? `${thrown.name} ${thrown.message}` : String(thrown);
  return clearSigns.test(text) || (isNearlyFull && (typeof thrown === 'number' || vagueSigns.test(text)));
}
