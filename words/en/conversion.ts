import type { ConversionSentences } from '../conversion-sentences.ts';

export const enConversion: ConversionSentences = {
  missing: {
    generation:
      'generation_decoder.bin was not found: without it pictures are drawn by the editing decoder alone, if at all.',
    editing: 'edit_decoder.bin was not found: without it an edit redraws the whole picture, if anything can be drawn.',
    autoencoder: 'ae.safetensors (FLUX.1-dev) was not found: without it nothing can be drawn.',
    clip: 'text_encoder/ (FLUX.1-dev) was not found: the decoders need its vector of the empty text, so nothing can be drawn.',
    t5: 'text_encoder_2/ (FLUX.1-dev) was not found, nor a T5-XXL encoder in one file, nor negative_text.safetensors: without one the CFG scale has to stay 1. --only negative adds it later.',
    tokenizer: 'tokenizer.json was not found: without it the model reads and writes token ids, not words.',
  },
  columns: { part: 'part', files: 'files', stored: 'stored as', bytes: 'bytes' },
  graphs: 'graphs',
  total: 'total',
  abilities: {
    chat: 'for chat',
    draw: 'for drawing',
    edit: 'for editing',
    'other-schedules': 'for other schedules',
    negative: 'for CFG',
  },
  cost: ({ read, written, free, rate, threads, minutes }) =>
    `Reads ${gigabytes(read)} and writes ${gigabytes(written)}${free === null ? '' : `, ${gigabytes(free)} are free there`}; ${minutes < 1 ? 'less than a minute' : `${Math.ceil(minutes)} minutes or more`}, at ${Math.round(rate / 1e6)} MB a second, measured just now with ${threads === 1 ? 'one thread' : `${threads} threads`}.`,
  nothingWritten: 'Nothing was written.',
};

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
