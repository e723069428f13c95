/** What foreign files turn out to be, and how tensors differ from those that are wanted. */

/** How one tensor of a checkpoint differs from the weight that a piece declares. Shapes are written "4096 × 3584". */
export type TensorDifference =
  | { readonly tensor: string; readonly problem: 'missing' }
  | { readonly tensor: string; readonly problem: 'shape'; readonly expected: string; readonly actual: string }
  | { readonly tensor: string; readonly problem: 'type'; readonly actual: string };

/** What a file that is no checkpoint of the wanted format turns out to be. */
export type FileKind =
  | 'empty'
  | 'web-page'
  | 'server-message'
  | 'json'
  | 'text'
  | 'git-lfs-pointer'
  | 'legacy-torch'
  | 'zip'
  | 'safetensors'
  | 'gguf'
  | 'gzip'
  | 'pdf'
  | 'picture'
  | 'unknown';

/** What a checkpoint's tensor names show it to be. */
export type ModelKind =
  | 'nexus-gen'
  | 'generation-decoder'
  | 'editing-decoder'
  | 'qwen-vl'
  | 'language-model'
  | 'flux'
  | 'autoencoder'
  | 'clip-text'
  | 't5'
  | 'stable-diffusion'
  | 'unknown';

/** Why something that was named cannot be read; the first three are not there, by what was looked for. */
export type ReadingProblem =
  | 'no-file'
  | 'no-folder'
  | 'nothing'
  | 'is-folder'
  | 'is-file'
  | 'not-a-file'
  | 'link-loop'
  | 'standard-input'
  | 'refused'
  | 'disk'
  | 'other';

/** Why a file cannot be written. */
export type WritingProblem =
  | 'no-folder'
  | 'is-folder'
  | 'is-file'
  | 'dangling-link'
  | 'not-a-file'
  | 'read-only'
  | 'full'
  | 'file-size'
  | 'name'
  | 'disk'
  | 'other';
