import { describe, expect, it } from 'vitest';
import { published } from '../../model/config/published.table.ts';
import { exactOptions } from '../../model/onnx/graph.ts';
import {
  type FluxLayer,
  type FluxRunner,
  fluxLayers,
  fluxModulations,
  fluxText,
  fluxVelocity,
} from '../../model/pieces/flux.ts';
import { fluxGraph, fluxGraphNames } from '../../model/pieces/flux-graphs.ts';
import { mapTuple } from '../../model/tuple.ts';

const config = { ...published.dit, joint: 2, single: 3 };
const layers = fluxLayers(config);
const rotary = {
  text: { cosines: 'text cos', sines: 'text sin' },
  image: { cosines: 'image cos', sines: 'image sin' },
  joined: { cosines: 'joined cos', sines: 'joined sin' },
};

/** What a graph takes beside its weights, and what it answers. */
const ports = new Map(
  fluxGraphNames.map((name) => {
    const graph = fluxGraph(name, config, exactOptions);
    const weights = new Set(graph.weights.flatMap(({ stored }) => stored.map((tensor) => tensor.name)));
    const inputs = graph.inputs.map((input) => input.name).filter((input) => !weights.has(input));
    return [name, { inputs: inputs.sort(), outputs: graph.outputs.map((output) => output.name).sort() }];
  }),
);

interface Ran {
  readonly layer: FluxLayer;
  readonly inputs: Readonly<Record<string, string>>;
  readonly results: readonly string[];
}

/** Computes nothing: a value is the name of the layer that answers it. */
function recording(): { readonly ran: Ran[]; readonly runner: FluxRunner<string> } {
  const ran: Ran[] = [];
  const runner: FluxRunner<string> = {
    run: async (layer, inputs, results) => {
      ran.push({ layer, inputs, results });
      return mapTuple(results, (name) => `${layer.prefix}${layer.graph}/${name}`);
    },
    imageRows: async (joined) => `image rows of ${joined}`,
  };
  return { ran, runner };
}

async function velocity() {
  const { ran, runner } = recording();
  const modulation = ({ prefix }: FluxLayer) => `rows of ${prefix}`;
  const answer = await fluxVelocity(layers, runner, { latentTokens: 'latents', text: 'text', rotary, modulation });
  return { ran, answer };
}

describe("FLUX's forward", () => {
  it('runs its blocks in order, text first where the streams are joined', async () => {
    const { ran, answer } = await velocity();
    expect(ran.map(({ layer }) => layer.prefix + layer.graph)).toEqual([
      'pipe.dit.flux_embed_latents',
      'pipe.dit.blocks.0.flux_joint_block',
      'pipe.dit.blocks.1.flux_joint_block',
      'pipe.dit.flux_join',
      'pipe.dit.single_blocks.0.flux_single_block',
      'pipe.dit.single_blocks.1.flux_single_block',
      'pipe.dit.single_blocks.2.flux_single_block',
      'pipe.dit.flux_final',
    ]);
    expect(ran[1]?.inputs).toMatchObject({ image: 'pipe.dit.flux_embed_latents/image', text: 'text' });
    expect(ran[2]?.inputs).toMatchObject({
      image: 'pipe.dit.blocks.0.flux_joint_block/image_out',
      text: 'pipe.dit.blocks.0.flux_joint_block/text_out',
    });
    expect(ran.at(-1)?.inputs.image).toBe('image rows of pipe.dit.single_blocks.2.flux_single_block/joined_out');
    expect(answer).toBe('pipe.dit.flux_final/velocity_tokens');
  });

  it('modulates every block by rows of its own, each stream of a joint block apart', async () => {
    const { ran } = await velocity();
    const rows = ran.flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([name, value]) => (name.endsWith('modulation') ? [`${name} ${value}`] : [])),
    );
    expect(rows).toEqual([
      'image_modulation rows of pipe.dit.blocks.0.norm1_a.',
      'text_modulation rows of pipe.dit.blocks.0.norm1_b.',
      'image_modulation rows of pipe.dit.blocks.1.norm1_a.',
      'text_modulation rows of pipe.dit.blocks.1.norm1_b.',
      'modulation rows of pipe.dit.single_blocks.0.norm.',
      'modulation rows of pipe.dit.single_blocks.1.norm.',
      'modulation rows of pipe.dit.single_blocks.2.norm.',
      'modulation rows of pipe.dit.final_norm_out.',
    ]);
  });

  it('reads what a layer answers once, so that a runner may free it behind the next layer', async () => {
    const { ran } = await velocity();
    const answered = new Set(
      ran.flatMap(({ layer, results }) => results.map((name) => `${layer.prefix}${layer.graph}/${name}`)),
    );
    const read = ran.flatMap(({ inputs }) => Object.values(inputs)).filter((value) => answered.has(value));
    expect(new Set(read).size).toBe(read.length);
  });

  it('feeds each graph exactly what it takes and asks for all that it answers', async () => {
    const { ran, runner } = recording();
    const inputs = { time: 'time', guidance: 'guidance', pooled: 'pooled' };
    const rows = new Map<string, string>();
    for await (const one of fluxModulations(layers, runner.run, inputs)) rows.set(one.layer.prefix, one.rows);
    const text = await fluxText(layers, runner.run, 'context');
    const modulation = ({ prefix }: FluxLayer) => rows.get(prefix) ?? '';
    await fluxVelocity(layers, runner, { latentTokens: 'latents', text, rotary, modulation });
    for (const { layer, inputs: fed, results } of ran) {
      const asked = { inputs: Object.keys(fed).sort(), outputs: [...results].sort() };
      expect(asked, layer.graph).toEqual(ports.get(layer.graph));
      expect(Object.values(fed), layer.graph).not.toContain('');
    }
    expect(new Set(ran.map(({ layer }) => layer.graph))).toEqual(new Set(fluxGraphNames));
  });
});
