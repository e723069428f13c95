/** A bundle behind the painter. */
import { servedSchedules } from '../../model/bundle/modulation-tables.ts';
import { heldNegatives } from '../../model/bundle/negative-text.ts';
import { constantNames, fluxGraphs } from '../../model/bundle/parts.ts';
import { precisionOf } from '../../model/bundle/precision.ts';
import type { Bundle } from '../../model/bundle/reader.ts';
import { fail } from '../../model/failure.ts';
import { BundlePrograms } from '../bundle/programs.ts';
import type { Runtime } from '../gpu/runtime.ts';
import type { PainterSource } from './source.ts';

export interface BundlePainter extends PainterSource {
  /** Releases the programs. */
  close(): Promise<void>;
}

/** @param streamed pieces that are loaded for each use */
export function openBundlePainter(runtime: Runtime, bundle: Bundle, streamed: ReadonlySet<string>): BundlePainter {
  const { config, manifest } = bundle;
  const programs = new BundlePrograms(runtime, bundle, streamed);
  const { activations } = runtime.report;
  const graphs = fluxGraphs(config, { activations, precision: precisionOf(manifest.precision), weights: 'input' });
  const constant = async (name: string): Promise<Float32Array> =>
    (await bundle.constant(name)) ?? fail('BUNDLE_LACKS', { part: 'constants', name });
  return {
    sizes: {
      adapter: bundle.hasGraph('generation_adapter') ? config.adapter : null,
      merger: bundle.hasGraph('editing_merger') ? config.merger : null,
      dit: config.dit,
      vae: config.vae,
      schedule: config.schedule,
    },
    using: (name, run) => programs.using(name, run),
    program: (name) => programs.kept(name),
    fluxWeights(name) {
      const graph = graphs.get(name);
      const stored = graph?.weights.flatMap((weight) => weight.stored) ?? [];
      return stored.map((tensor) => ({ ...tensor, type: graph?.values.get(tensor.name)?.type ?? tensor.type }));
    },
    modulationTable: (decoder, schedule) => bundle.modulationTable(decoder, schedule),
    readFlux: (decoder, storedName) => bundle.read(bundle.fluxTensor(decoder, storedName)),
    preview: config.nexus_gen.preview,
    pooled: () => constant(constantNames.pooled),
    async negative(prompt, decoder) {
      const held = await bundle.negative(prompt);
      if (held === null) return fail('NEGATIVE_UNAVAILABLE', { prompt, held: heldNegatives(manifest) });
      // The tables are of the empty text's vector.
      if (prompt !== '' && servedSchedules(manifest, decoder) !== null) fail('NEGATIVE_LAYERS', { prompt });
      return held;
    },
    close: () => programs.close(),
  };
}
