import type { Component } from '../component.ts';
import { vaeDecode, vaeDecodeTiled, vaeEncode } from './autoencoder.ts';
import { checkpointDecoders } from './checkpoint-decoders.ts';
import { adapter, merger } from './conditioning.ts';
import { euler, noise, schedule } from './diffusion.ts';
import { dit } from './dit.ts';
import { ditPieces } from './dit-pieces.ts';
import { pipeline, sampleLoop } from './pipeline.ts';

/** The painter side's components by their names in case.json. */
export const painterComponents: Readonly<Record<string, Component>> = {
  adapter,
  merger,
  'dit-pieces': ditPieces,
  dit,
  'vae-decode': vaeDecode,
  'vae-decode-tiled': vaeDecodeTiled,
  'vae-encode': vaeEncode,
  schedule,
  noise,
  euler,
  'sample-loop': sampleLoop,
  pipeline,
  'checkpoint-decoders': checkpointDecoders,
};
