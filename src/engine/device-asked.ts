import type { OpenOptions } from '../../workers/protocol.ts';

/**
 * The device that the page's address asks for: `?device=webgpu` demands WebGPU for every operator, `?device=wasm` the
 * processor. Without it the best there is serves.
 */
export function deviceAsked(search: string): OpenOptions['device'] {
  const device = new URLSearchParams(search).get('device');
  return device === 'webgpu' || device === 'wasm' ? device : 'auto';
}
