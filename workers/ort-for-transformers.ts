/**
 * onnxruntime-web as @huggingface/transformers imports it: the one that its worker loads. The build puts this module in the
 * package's place (`tools/build/one-runtime.ts`). The runtime comes with its wasm's address, so transformers sets none.
 */
import { loadOrt } from './ort.ts';

const ort = await loadOrt();

export default ort;
export const { Tensor } = ort;
