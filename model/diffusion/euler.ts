/** Steps along the flow. The velocity points from the clean picture to noise: x = clean + sigma · velocity. */

/** x + velocity · (next − sigma). */
export function eulerStep(x: Float32Array, velocity: Float32Array, sigma: number, next: number): Float32Array {
  return x.map((value, index) => value + (velocity[index] ?? 0) * (next - sigma));
}

/** The clean latents the flow points to from here. */
export function predictedClean(x: Float32Array, velocity: Float32Array, sigma: number): Float32Array {
  return eulerStep(x, velocity, sigma, 0);
}

/** Where a picture that is only partly to change starts: (1 − sigma) · picture + sigma · noise. */
export function partlyNoisy(picture: Float32Array, noise: Float32Array, sigma: number): Float32Array {
  return picture.map((value, index) => (1 - sigma) * value + sigma * (noise[index] ?? 0));
}
