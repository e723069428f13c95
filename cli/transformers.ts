/**
 * @huggingface/transformers in Node (`#transformers` of package.json): its build for browsers, which is what the page runs.
 * The package's own choice here would load onnxruntime-node and sharp, two native add-ons that no tokenizer needs.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

type Transformers = Pick<typeof import('@huggingface/transformers'), 'PreTrainedTokenizer' | 'Qwen2Tokenizer' | 'env'>;

const nodeBuild = pathToFileURL(createRequire(import.meta.url).resolve('@huggingface/transformers'));
const browserBuild: Transformers = await import(new URL('transformers.web.js', nodeBuild).href);

export const { PreTrainedTokenizer, Qwen2Tokenizer, env } = browserBuild;
