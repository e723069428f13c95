/** Rows stored by several threads. What a thread is and how messages reach it, the page and the terminal each know. */
import { type Failure, FailureError, fail, failureOf } from '../failure.ts';
import type { QuantiseKernel } from './quantise-kernel.ts';
import { type QuantiserPool, type RowBlock, type StoredRows, storeRows } from './row-block.ts';

/** What a thread answers to a block. */
export type StoredAnswer =
  | { readonly kind: 'stored'; readonly rows: StoredRows }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A thread that answers each block it is sent, in their order. */
export interface QuantiserThread {
  /** Sends a block, whose memory moves there. */
  send(block: RowBlock, moved: ArrayBuffer[]): void;
  onAnswer(answered: (answer: StoredAnswer) => void): void;
  /** The thread is gone, and whatever it was sent is not answered. */
  onDeath(died: (reason: string) => void): void;
}

/** The other end: what a thread does with a block, and the memory of the answer, which can move. */
export function answerTo(kernel: QuantiseKernel, block: RowBlock): { answer: StoredAnswer; moved: ArrayBuffer[] } {
  try {
    const rows = storeRows(kernel, block);
    const moved = [rows.first, rows.scales, rows.zeros].filter(({ length }) => length > 0).map(({ buffer }) => buffer);
    return { answer: { kind: 'stored', rows }, moved };
  } catch (thrown) {
    return { answer: { kind: 'failed', failure: failureOf(thrown) }, moved: [] };
  }
}

/** One block is worked on while the next lies ready. */
const blocksPerThread = 2;

export class QuantiserThreads implements QuantiserPool {
  readonly atOnce: number;
  private readonly queues: readonly ThreadQueue[];

  constructor(threads: readonly QuantiserThread[]) {
    this.atOnce = threads.length * blocksPerThread;
    this.queues = threads.map((thread) => new ThreadQueue(thread));
  }

  store(block: RowBlock): Promise<StoredRows> {
    const [first, ...others] = this.queues;
    if (first === undefined) return fail('QUANTISER_ENDED', { reason: 'no thread' });
    return others.reduce((idlest, queue) => (queue.length < idlest.length ? queue : idlest), first).store(block);
  }
}

interface Waiting {
  readonly resolve: (rows: StoredRows) => void;
  readonly reject: (error: Error) => void;
}

class ThreadQueue {
  private readonly thread: QuantiserThread;
  private readonly waiting: Waiting[] = [];
  private ended: string | null = null;

  constructor(thread: QuantiserThread) {
    this.thread = thread;
    thread.onAnswer((answer) => {
      const oldest = this.waiting.shift();
      if (answer.kind === 'stored') oldest?.resolve(answer.rows);
      else oldest?.reject(new FailureError(answer.failure));
    });
    thread.onDeath((reason) => {
      this.ended = reason;
      for (const { reject } of this.waiting.splice(0)) reject(endedError(reason));
    });
  }

  /** Blocks that are not answered. */
  get length(): number {
    return this.waiting.length;
  }

  store(block: RowBlock): Promise<StoredRows> {
    return new Promise((resolve, reject) => {
      if (this.ended !== null) return reject(endedError(this.ended));
      this.waiting.push({ resolve, reject });
      const bytes = ownMemory(block.bytes);
      this.thread.send({ ...block, bytes }, [bytes.buffer]);
    });
  }
}

/** The bytes in memory that can move: what else lies in theirs, where they do not fill it, may be in use. */
function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength;
  return isWhole ? new Uint8Array(buffer) : bytes.slice();
}

function endedError(reason: string): FailureError {
  return new FailureError({ code: 'QUANTISER_ENDED', data: { reason } });
}
