/**
 * `quantiseRows` of quantise.ts as WebAssembly, bit for bit: AssemblyScript, compiled to quantise.wasm by `npm run kernel`.
 *
 * Two neighbouring blocks of a row are worked on at once, one in each lane of float64 vectors. So every sum adds in the
 * reference's order, which lanes within one block would change. Nothing is allocated: the host says where everything lies.
 */

const blockInputs = 32;
/** Fits of the scale to its levels at 4 bits; see quantise.ts. */
const fits = 2;

/** The numbers by which the host names a source's element type. */
enum ElementType {
  float32 = 0,
  float16 = 1,
  bfloat16 = 2,
}

/** What was found in the rows, by rank: of two findings the higher is told. */
enum Finding {
  weights = 0,
  onlyZeros = 1,
  scaleOverflow = 2,
  infinite = 3,
  notANumber = 4,
}

/** Both blocks' values as float64 [32, 2]. */
const pair = memory.data(blockInputs * 16, 16);
const pairEnd: usize = pair + blockInputs * 16;

/** Added to a number below 2^51, it leaves the nearest whole number in the low bits. */
const roundingShift: f64 = 6755399441055744;

/** Of all values so far: the greatest magnitude, as float32 patterns. */
let largest: v128 = i32x4.splat(0);
/** Of both blocks, in the lanes: least and greatest value, at most and at least zero. */
let low: v128 = f64x2.splat(0);
let high: v128 = f64x2.splat(0);
/** Set by `measure`: squared error of a scale, and the scale that fits its levels best. */
let error: v128 = f64x2.splat(0);
let fitted: v128 = f64x2.splat(0);

/**
 * Quantises rows of little-endian values.
 *
 * @param inputs values of a row: a multiple of 32
 * @param source address of the values
 * @param packed address of the levels [rows, blocks, 16] at 4 bits, [rows, blocks, 32] at 8
 * @param scales address of the float16 patterns [rows, blocks]
 * @param zeros address of the zero points [rows, ceil(blocks / 2)] at 4 bits, [rows, blocks] at 8
 */
export function quantise(
  type: ElementType,
  bits: i32,
  rows: i32,
  inputs: i32,
  source: usize,
  packed: usize,
  scales: usize,
  zeros: usize,
): Finding {
  const blocks = inputs / blockInputs;
  const sourceBytes: usize = blockInputs * (type === ElementType.float32 ? 4 : 2);
  const packedBytes: usize = blockInputs / (bits === 4 ? 2 : 1);
  const highest = f64x2.splat(<f64>((1 << bits) - 1));
  let largestScale = 0;
  largest = i32x4.splat(0);
  for (let row = 0; row < rows; row += 1) {
    for (let block = 0; block < blocks; block += 2) {
      // The last of an odd number is its own neighbour.
      const next: usize = block + 1 < blocks ? 1 : 0;
      readPair(type, source, source + next * sourceBytes);
      let scale = nearestFloat16(f64x2.div(f64x2.sub(high, low), highest));
      const zero = zeroPoint(scale, highest);
      if (bits === 4) scale = refined(scale, zero, highest);
      const zeroLevels = i32x4.trunc_sat_f64x2_u_zero(zero);
      writeLevels(bits, scale, zeroLevels, packed, packed + next * packedBytes);
      const patterns = float16Patterns(scale);
      const first = i32x4.extract_lane(patterns, 0);
      const second = i32x4.extract_lane(patterns, 1);
      largestScale = max(largestScale, max(first, second));
      store<u16>(scales + next * 2, second);
      store<u16>(scales, first);
      zeros += writeZeros(bits, zeroLevels, next, zeros);
      source += (next + 1) * sourceBytes;
      packed += (next + 1) * packedBytes;
      scales += (next + 1) * 2;
    }
  }
  return findingOf(largestScale);
}

function findingOf(largestScale: i32): Finding {
  const magnitude = max(
    max(i32x4.extract_lane(largest, 0), i32x4.extract_lane(largest, 1)),
    max(i32x4.extract_lane(largest, 2), i32x4.extract_lane(largest, 3)),
  );
  if (magnitude > 0x7f800000) return Finding.notANumber;
  if (magnitude === 0x7f800000) return Finding.infinite;
  if (largestScale >= 0x7c00) return Finding.scaleOverflow;
  return magnitude === 0 ? Finding.onlyZeros : Finding.weights;
}

/** Fills `pair`, `low` and `high`, and raises `largest`. */
function readPair(type: ElementType, first: usize, second: usize): void {
  const magnitude = i32x4.splat(0x7fffffff);
  const bytes: usize = type === ElementType.float32 ? 16 : 8;
  let firstLow = f32x4.splat(0);
  let firstHigh = f32x4.splat(0);
  let secondLow = f32x4.splat(0);
  let secondHigh = f32x4.splat(0);
  let most = largest;
  for (let to: usize = pair; to < pairEnd; to += 64) {
    const a = fourValues(type, first);
    const b = fourValues(type, second);
    most = i32x4.max_s(most, i32x4.max_s(v128.and(a, magnitude), v128.and(b, magnitude)));
    firstLow = f32x4.pmin(firstLow, a);
    firstHigh = f32x4.pmax(firstHigh, a);
    secondLow = f32x4.pmin(secondLow, b);
    secondHigh = f32x4.pmax(secondHigh, b);
    v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<i32>(a, b, 0, 4, 0, 4)), 0);
    v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<i32>(a, b, 1, 5, 1, 5)), 16);
    v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<i32>(a, b, 2, 6, 2, 6)), 32);
    v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<i32>(a, b, 3, 7, 3, 7)), 48);
    first += bytes;
    second += bytes;
  }
  largest = most;
  const lows = f32x4.pmin(
    v128.shuffle<i32>(firstLow, secondLow, 0, 4, 1, 5),
    v128.shuffle<i32>(firstLow, secondLow, 2, 6, 3, 7),
  );
  const highs = f32x4.pmax(
    v128.shuffle<i32>(firstHigh, secondHigh, 0, 4, 1, 5),
    v128.shuffle<i32>(firstHigh, secondHigh, 2, 6, 3, 7),
  );
  low = f64x2.promote_low_f32x4(f32x4.pmin(lows, v128.shuffle<i64>(lows, lows, 1, 0)));
  high = f64x2.promote_low_f32x4(f32x4.pmax(highs, v128.shuffle<i64>(highs, highs, 1, 0)));
}

/** Four values as float32. */
function fourValues(type: ElementType, from: usize): v128 {
  if (type === ElementType.float32) return v128.load(from);
  const halves = v128.load_ext<u16>(from);
  // A bfloat16 is the upper half of a float32.
  if (type === ElementType.bfloat16) return i32x4.shl(halves, 16);
  // In float32's place the fraction is right and the exponent 112 too small, but for infinity's, which has all bits set.
  const magnitude = i32x4.shl(v128.and(halves, i32x4.splat(0x7fff)), 13);
  const finite = f32x4.mul(magnitude, f32x4.splat(5.192296858534828e33));
  const inRange = i32x4.lt_s(magnitude, i32x4.splat(0x7c00 << 13));
  const exponent = v128.andnot(i32x4.splat(0x7f800000), inRange);
  const sign = i32x4.shl(v128.and(halves, i32x4.splat(0x8000)), 16);
  return v128.or(v128.or(finite, exponent), sign);
}

/** The level that stands for zero, as float64. */
function zeroPoint(scale: v128, highest: v128): v128 {
  const nearest = f64x2.nearest(f64x2.div(f64x2.neg(low), scale));
  const inside = f64x2.pmin(highest, f64x2.pmax(f64x2.splat(0), nearest));
  return v128.and(inside, f64x2.ne(scale, f64x2.splat(0)));
}

/** Fits the scales to their levels, as long as that takes off some error; each lane stops by itself. */
function refined(scale: v128, zero: v128, highest: v128): v128 {
  let going = f64x2.gt(scale, f64x2.splat(0));
  measure(scale, zero, highest);
  for (let fit = 0; fit < fits; fit += 1) {
    const before = error;
    const candidate = nearestFloat16(fitted);
    going = v128.and(going, v128.and(f64x2.gt(candidate, f64x2.splat(0)), f64x2.ne(candidate, scale)));
    if (!v128.any_true(going)) break;
    measure(candidate, zero, highest);
    going = v128.and(going, f64x2.lt(error, before));
    scale = v128.bitselect(candidate, scale, going);
  }
  return scale;
}

/** Sets `error` and `fitted`. */
function measure(scale: v128, zero: v128, highest: v128): void {
  const inverse = f64x2.div(f64x2.splat(1), scale);
  const lowest = f64x2.neg(zero);
  const greatest = f64x2.sub(highest, zero);
  let squaredError = f64x2.splat(0);
  let product = f64x2.splat(0);
  let square = f64x2.splat(0);
  for (let at: usize = pair; at < pairEnd; at += 16) {
    const value = v128.load(at);
    const level = f64x2.nearest(f64x2.mul(value, inverse));
    const step = f64x2.pmax(lowest, f64x2.pmin(greatest, level));
    const difference = f64x2.sub(f64x2.mul(step, scale), value);
    squaredError = f64x2.add(squaredError, f64x2.mul(difference, difference));
    product = f64x2.add(product, f64x2.mul(step, value));
    square = f64x2.add(square, f64x2.mul(step, step));
  }
  error = squaredError;
  fitted = v128.bitselect(scale, f64x2.div(product, square), f64x2.eq(square, f64x2.splat(0)));
}

function writeLevels(bits: i32, scale: v128, zero: v128, first: usize, second: usize): void {
  const isZero = f64x2.eq(scale, f64x2.splat(0));
  const inverse = v128.andnot(f64x2.div(f64x2.splat(1), scale), isZero);
  const zeros = v128.shuffle<i32>(zero, zero, 0, 0, 1, 1);
  const a = eightLevels(pair, inverse, zeros);
  const b = eightLevels(pair + 128, inverse, zeros);
  const c = eightLevels(pair + 256, inverse, zeros);
  const d = eightLevels(pair + 384, inverse, zeros);
  if (bits === 4) {
    const ab = i8x16.narrow_i16x8_u(twoInOne(a), twoInOne(b));
    const cd = i8x16.narrow_i16x8_u(twoInOne(c), twoInOne(d));
    v128.store(second, v128.shuffle<i8>(ab, cd, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31));
    v128.store(first, v128.shuffle<i8>(ab, cd, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30));
  } else {
    v128.store(second, v128.shuffle<i16>(a, b, 1, 3, 5, 7, 9, 11, 13, 15), 0);
    v128.store(second, v128.shuffle<i16>(c, d, 1, 3, 5, 7, 9, 11, 13, 15), 16);
    v128.store(first, v128.shuffle<i16>(a, b, 0, 2, 4, 6, 8, 10, 12, 14), 0);
    v128.store(first, v128.shuffle<i16>(c, d, 0, 2, 4, 6, 8, 10, 12, 14), 16);
  }
}

/** Eight levels of each block as bytes, in the order A0 A1 B0 B1 A2 A3 B2 B3 … */
function eightLevels(from: usize, inverse: v128, zeros: v128): v128 {
  const early = i16x8.narrow_i32x4_s(twoLevels(from, inverse, zeros), twoLevels(from + 32, inverse, zeros));
  const late = i16x8.narrow_i32x4_s(twoLevels(from + 64, inverse, zeros), twoLevels(from + 96, inverse, zeros));
  return i8x16.narrow_i16x8_u(early, late);
}

/** Two levels of each block as 32-bit numbers, A0 A1 B0 B1. */
function twoLevels(from: usize, inverse: v128, zeros: v128): v128 {
  const shift = f64x2.splat(roundingShift);
  const early = f64x2.add(f64x2.mul(v128.load(from), inverse), shift);
  const late = f64x2.add(f64x2.mul(v128.load(from, 16), inverse), shift);
  return i32x4.add(v128.shuffle<i32>(early, late, 0, 4, 2, 6), zeros);
}

/** Bytes of neighbouring levels as one byte in 16 bits, the first in its low half; levels above 15 become 15. */
function twoInOne(levels: v128): v128 {
  const inside = i8x16.min_u(levels, i8x16.splat(15));
  return v128.and(v128.or(inside, i16x8.shr_u(inside, 4)), i16x8.splat(0xff));
}

/** Writes both zero points, or the first where there is no other; answers with the bytes they take. */
function writeZeros(bits: i32, zeros: v128, next: usize, to: usize): usize {
  const first = i32x4.extract_lane(zeros, 0);
  const second = i32x4.extract_lane(zeros, 1);
  if (bits === 4) {
    store<u8>(to, next === 1 ? first | (second << 4) : first);
    return 1;
  }
  store<u8>(to + next, second);
  store<u8>(to, first);
  return next + 1;
}

/** The nearest float16 (ties to even) by way of float32, as the reference rounds; infinity from 65520 on. Not below zero. */
function nearestFloat16(values: v128): v128 {
  const narrow = f32x4.demote_f64x2_zero(values);
  // Thirteen bits of the fraction are rounded away; below 2^-14 steps are of 2^-24, which is what 0.75 leaves room for.
  const isOdd = v128.and(i32x4.shr_u(narrow, 13), i32x4.splat(1));
  const raised = i32x4.add(i32x4.add(narrow, i32x4.splat(0xfff)), isOdd);
  const normal = v128.and(raised, i32x4.splat(~0x1fff));
  const tiny = f32x4.sub(f32x4.add(narrow, f32x4.splat(0.75)), f32x4.splat(0.75));
  const rounded = v128.bitselect(tiny, normal, f32x4.lt(narrow, f32x4.splat(0.00006103515625)));
  const beyond = f32x4.ge(narrow, f32x4.splat(65520));
  return f64x2.promote_low_f32x4(v128.bitselect(f32x4.splat(Infinity), rounded, beyond));
}

/** The patterns of two float16 numbers at least zero, in the lower lanes. */
function float16Patterns(values: v128): v128 {
  const narrow = f32x4.demote_f64x2_zero(values);
  const normal = i32x4.shr_u(i32x4.sub(narrow, i32x4.splat(112 << 23)), 13);
  const tiny = i32x4.trunc_sat_f32x4_u(f32x4.mul(narrow, f32x4.splat(16777216)));
  const patterns = v128.bitselect(tiny, normal, f32x4.lt(narrow, f32x4.splat(0.00006103515625)));
  return i32x4.min_u(patterns, i32x4.splat(0x7c00));
}
