/** The converter's arithmetic in the test's own thread. */
import { compileKernel } from '../../cli/quantiser.ts';
import { QuantiseKernel } from '../../model/bundle/quantise-kernel.ts';
import { type QuantiserPool, storeRows } from '../../model/bundle/row-block.ts';

export const kernel = new QuantiseKernel(new WebAssembly.Instance(await compileKernel()).exports);

export const quantiser: QuantiserPool = { atOnce: 1, store: async (block) => storeRows(kernel, block) };
