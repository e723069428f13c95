/** A bundle behind the language model. */
import type { Bundle } from '../../model/bundle/reader.ts';
import { tableNames } from '../../model/pieces/projectors.ts';
import { BundlePrograms } from '../bundle/programs.ts';
import type { Runtime } from '../gpu/runtime.ts';
import type { LanguageWeights } from './model.ts';

export interface BundleLanguage extends LanguageWeights {
  /** Releases the programs. */
  close(): Promise<void>;
}

export function openBundleLanguage(runtime: Runtime, bundle: Bundle): BundleLanguage {
  const programs = new BundlePrograms(runtime, bundle);
  const tokens = bundle.table('token_embeddings', tableNames.tokens);
  const prefill = bundle.table('image_prefill_embeddings', tableNames.prefill);
  return {
    program: (piece) => programs.get(piece),
    tokenRows: (ids) => tokens.gather(ids),
    prefillRows: () => prefill.read(0, prefill.rows),
    close: () => programs.close(),
  };
}
