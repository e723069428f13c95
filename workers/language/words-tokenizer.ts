/** The tokenizers of FLUX's text encoders, which read the words of negative prompts. */
import type { OpenTokenizer } from '../../model/bundle/text-ids.ts';
import { fail } from '../../model/failure.ts';
import { loadTransformers } from './transformers.ts';

export const openTokenizer: OpenTokenizer = async (file) => {
  const { PreTrainedTokenizer } = await loadTransformers();
  try {
    const tokenizer = new PreTrainedTokenizer(file, {});
    return (words) => tokenizer.encode(words, { add_special_tokens: false });
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    return fail('TOKENIZER_INVALID', { problem });
  }
};
