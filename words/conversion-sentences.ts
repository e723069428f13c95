/** What the converter says: the columns of its table, and of each file that a checkpoint may lack, what it is for. */
export interface ConversionSentences {
  readonly missing: {
    readonly generation: string;
    readonly editing: string;
    readonly autoencoder: string;
    readonly clip: string;
    readonly t5: string;
    readonly tokenizer: string;
  };
  readonly columns: { readonly part: string; readonly files: string; readonly stored: string; readonly bytes: string };
  readonly graphs: string;
  readonly total: string;
  readonly nothingWritten: string;
}
