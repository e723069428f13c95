/** @huggingface/transformers: loaded when it is first needed, because its onnxruntime is the one that the worker has loaded by then. */
export async function loadTransformers() {
  const transformers = await import('#transformers');
  // Everything it reads is handed to it; it has nothing to look for, here or elsewhere.
  transformers.env.allowRemoteModels = false;
  transformers.env.allowLocalModels = false;
  return transformers;
}

export type Transformers = Awaited<ReturnType<typeof loadTransformers>>;
