import { expectTensors } from '../../../model/checkpoint/expect.ts';
import { openTensorFile } from '../../../model/checkpoint/folder.ts';
import { recogniseModel } from '../../../model/checkpoint/recognise.ts';
import type { TensorSource } from '../../../model/checkpoint/tensors.ts';
import {
  readAdapterConfig,
  readAutoencoderConfig,
  readFluxConfig,
  readMergerConfig,
} from '../../../model/config/painter.ts';
import { failureOf } from '../../../model/failure.ts';
import { type BuiltGraph, exactOptions } from '../../../model/onnx/graph.ts';
import type { WeightDeclaration } from '../../../model/onnx/types.ts';
import { adapter } from '../../../model/pieces/adapter.ts';
import { autoencoderDecode, autoencoderEncode } from '../../../model/pieces/autoencoder.ts';
import { fluxDeclarations } from '../../../model/pieces/flux.ts';
import { merger } from '../../../model/pieces/merger.ts';
import type { ModelKind } from '../../../model/recognised.ts';
import { type HostTensor, hostTensor } from '../../../workers/gpu/runtime.ts';
import type { Check, Component, GoldenCase } from '../component.ts';
import { memberOf } from '../language/inputs.ts';
import { listArgument } from './inputs.ts';

/** The published decoder files: probed values, legal variants, and files that must be refused. */
export const checkpointDecoders: Component = async (golden) => {
  const outputs = new Map<string, HostTensor>();
  for (const probe of listArgument(golden, 'probes')) {
    const tensor = await probed(golden, String(memberOf(probe, 'file')), String(memberOf(probe, 'tensor')));
    if (tensor) outputs.set(String(memberOf(probe, 'output')), tensor);
  }
  const checks: Check[] = [];
  for (const file of listArgument(golden, 'files')) checks.push(await wholeFile(golden, String(file)));
  for (const entry of [...listArgument(golden, 'variants'), ...listArgument(golden, 'broken')]) {
    checks.push(await adapterFile(golden, String(memberOf(entry, 'file')), String(memberOf(entry, 'expect'))));
  }
  return { outputs, checks, computedBy: 'plain' };
};

/** Undefined where the file is refused; its own check says whether that is right. */
async function probed(golden: GoldenCase, file: string, tensor: string): Promise<HostTensor | undefined> {
  try {
    const source = await openTensorFile(await golden.files.open(file));
    return hostTensor('float32', source.find(tensor)?.shape ?? [], await source.read(tensor));
  } catch (error) {
    if (failureOf(error).code === 'UNEXPECTED') throw error;
    return undefined;
  }
}

/** A file of the checkpoint holds what the pieces declare, all of it readable, and no more than the case counts. */
async function wholeFile(golden: GoldenCase, file: string): Promise<Check> {
  try {
    const source = await openTensorFile(await golden.files.open(file));
    const kind = recogniseModel(source.list().map(({ name }) => name));
    const wanted = declarationsOf(kind, golden.config);
    await readAll(source, kind, wanted);
    const count = Number(memberOf(golden.args.counts, file) ?? source.list().length);
    const ok = source.list().length === count && wanted.length === count;
    return { output: file, ok, reason: `${kind}: ${wanted.length} weights declared, ${source.list().length} tensors` };
  } catch (error) {
    return { output: file, ok: false, reason: messageOf(error) };
  }
}

/** A variant or a broken file, which holds the adapter's tensors alone. */
async function adapterFile(golden: GoldenCase, file: string, expect: string): Promise<Check> {
  try {
    const source = await openTensorFile(await golden.files.open(file));
    const config = readAdapterConfig(memberOf(golden.config, 'adapter'));
    await readAll(source, 'generation-decoder', weightsOf(adapter(config, exactOptions)));
    return { output: file, ok: expect !== 'refuse', reason: 'read' };
  } catch (error) {
    const refused = expect !== 'read' && failureOf(error).code !== 'UNEXPECTED';
    return { output: file, ok: refused, reason: messageOf(error) };
  }
}

async function readAll(source: TensorSource, kind: ModelKind, wanted: readonly WeightDeclaration[]): Promise<void> {
  expectTensors(source, kind, wanted);
  for (const { name } of wanted) await source.read(name);
}

function declarationsOf(kind: ModelKind, config: unknown): readonly WeightDeclaration[] {
  const flux = () => fluxDeclarations(readFluxConfig(memberOf(config, 'dit')));
  switch (kind) {
    case 'generation-decoder':
      return [...weightsOf(adapter(readAdapterConfig(memberOf(config, 'adapter')), exactOptions)), ...flux()];
    case 'editing-decoder':
      return [...weightsOf(merger(readMergerConfig(memberOf(config, 'merger')), exactOptions)), ...flux()];
    case 'autoencoder': {
      const sizes = readAutoencoderConfig(memberOf(config, 'vae'));
      return [autoencoderEncode(sizes, exactOptions), autoencoderDecode(sizes, exactOptions)].flatMap(weightsOf);
    }
    default:
      return [];
  }
}

function weightsOf(graph: BuiltGraph): readonly WeightDeclaration[] {
  return graph.weights.map(({ declaration }) => declaration);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
