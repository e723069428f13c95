/** What tabs say to each other about the store. A message of a newer version means: this tab is out of date. */
import type { Outcome } from '../protocol.ts';
import type { NewChange, ReadRecord, StoredRecord } from './protocol.ts';

export type TabMessage = { readonly version: number } & TabSaying;

export type TabSaying =
  /** A tab is there. The writer answers with all there is, or with what came after a number. */
  | { readonly type: 'hello'; readonly from: string; readonly since: number | null }
  | { readonly type: 'contents'; readonly to: string; readonly contents: readonly ReadRecord[] }
  | { readonly type: 'missed'; readonly to: string; readonly records: readonly StoredRecord[] }
  /** A tab begins to write; changes that were sent to another are sent again. */
  | { readonly type: 'writer'; readonly number: number }
  /** To the writer: write these. */
  | { readonly type: 'commit'; readonly from: string; readonly id: number; readonly changes: readonly NewChange[] }
  | { readonly type: 'alive'; readonly to: string; readonly id: number }
  | {
      readonly type: 'answer';
      readonly to: string;
      readonly id: number;
      readonly outcome: Outcome<readonly StoredRecord[]>;
    }
  /** To all: these are on the disk, behind the record of that number. */
  | { readonly type: 'records'; readonly after: number; readonly records: readonly StoredRecord[] }
  /** To a tab of an older version. */
  | { readonly type: 'newer' };
