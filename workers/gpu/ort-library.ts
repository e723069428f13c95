/** The type of onnxruntime-web's module: the library itself is imported once a side (`ort.ts`) and handed in. */
export type Ort = Pick<typeof import('onnxruntime-web'), 'InferenceSession' | 'Tensor' | 'env'>;
