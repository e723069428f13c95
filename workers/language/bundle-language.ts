/** A bundle behind the language model. */
import type { Bundle } from '../../model/bundle/reader.ts';
import { listedSegments } from '../../model/bundle/segments.ts';
import { tableNames } from '../../model/pieces/projectors.ts';
import { BundlePrograms } from '../bundle/programs.ts';
import type { Runtime } from '../gpu/runtime.ts';
import type { LanguageWeights } from './model.ts';

export interface BundleLanguage extends LanguageWeights {
  /** Releases the programs. */
  close(): Promise<void>;
}

/**
 * @param streamed pieces that are loaded for each use
 * @throws BUNDLE_MANIFEST where its segments do not make up the transformer
 */
export function openBundleLanguage(runtime: Runtime, bundle: Bundle, streamed: ReadonlySet<string>): BundleLanguage {
  const programs = new BundlePrograms(runtime, bundle, streamed);
  const tokens = bundle.table('token_embeddings', tableNames.tokens);
  const prefill = bundle.table('image_prefill_embeddings', tableNames.prefill);
  return {
    segments: listedSegments(bundle.manifest.graphs, bundle.config),
    using: (piece, run) => programs.using(piece, run),
    tokenRows: (ids) => tokens.gather(ids),
    prefillRows: () => prefill.read(0, prefill.rows),
    close: () => programs.close(),
  };
}
