import type { FailureSentences } from './failure-sentences.ts';

/** The failures of taking conversations along and of clearing them. */
export type ArchiveSentences = Pick<
  FailureSentences,
  | 'ARCHIVE_FILE'
  | 'PRESET_FILE'
  | 'ARCHIVE_NEWER'
  | 'ARCHIVE_RECORD'
  | 'ARCHIVE_PICTURE'
  | 'ARCHIVE_ROOM'
  | 'ARCHIVE_UNWRITTEN'
  | 'CLEAR_PARTLY'
>;

/** What an import came to. */
export interface Imported {
  readonly chats: number;
  /** In chats that were here already. */
  readonly turns: number;
  readonly pictures: number;
  /** Pictures that neither the file nor this device has. */
  readonly missing: number;
}

/** What an export could not take along. */
export interface Exported {
  /** Pictures that are stored no more. */
  readonly missing: number;
  /** Messages that cannot be read. */
  readonly unreadable: number;
}
