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
  /** What a part of the bundle is for. */
  readonly abilities: Readonly<Record<'chat' | 'draw' | 'edit' | 'other-schedules' | 'negative', string>>;
  readonly cost: (cost: ConversionCost) => string;
  readonly nothingWritten: string;
}

/** Sizes in bytes; `rate` in bytes a second, measured with this many threads. */
export interface ConversionCost {
  readonly read: number;
  readonly written: number;
  /** Null where nobody said where to, or the system does not tell. */
  readonly free: number | null;
  readonly rate: number;
  readonly threads: number;
  readonly minutes: number;
}
