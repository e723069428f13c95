import type { OpenOptions } from '../../workers/protocol.ts';

/**
 * The device that the page's address asks for, in place of the settings: `?device=webgpu` demands WebGPU for every operator,
 * `?device=wasm` the processor. Null where it asks for none.
 */
export function deviceAsked(search: string): OpenOptions['device'] | null {
  const device = new URLSearchParams(search).get('device');
  return device === 'webgpu' || device === 'wasm' ? device : null;
}
