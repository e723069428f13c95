import type { Component } from '../component.ts';
import { clipPooled, t5Encoder } from './text-encoders.ts';

/** The language side's components by their names in case.json. */
export const languageComponents: Readonly<Record<string, Component>> = {
  'clip-pooled': clipPooled,
  't5-encoder': t5Encoder,
};
