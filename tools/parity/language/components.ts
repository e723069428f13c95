import type { Component } from '../component.ts';
import { chatTemplate } from './chat-template.ts';
import { checkpointQwen } from './checkpoint.ts';
import { naiveImage, prefilledImage } from './drawing.ts';
import { imageBounds, imagePatches, imageResize } from './images.ts';
import { ropeIndex } from './positions.ts';
import { samplingText } from './sampling.ts';
import { clipPooled, t5Encoder } from './text-encoders.ts';
import { tokenizer } from './tokenizer.ts';
import { transformer } from './transformer.ts';
import { visionEncoder } from './vision.ts';

/** The language side's components by their names in case.json. */
export const languageComponents: Readonly<Record<string, Component>> = {
  tokenizer,
  'chat-template': chatTemplate,
  'rope-index': ropeIndex,
  'sampling-text': samplingText,
  'image-bounds': imageBounds,
  'image-resize': imageResize,
  'image-patches': imagePatches,
  'vision-encoder': visionEncoder,
  transformer,
  'prefilled-image': prefilledImage,
  'naive-image': naiveImage,
  'checkpoint-qwen': checkpointQwen,
  'clip-pooled': clipPooled,
  't5-encoder': t5Encoder,
};
