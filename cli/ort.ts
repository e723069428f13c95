/** onnxruntime-web in Node: the wasm provider, no native add-on. The terminal's one import of it. */
import * as ort from 'onnxruntime-web';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export { ort };
