import type { ChatId, ChatRecord } from './records.ts';

/**
 * Where chats and pictures are kept. Blobs are found by the SHA-256 of their bytes, so writing one twice changes nothing.
 * A write either is complete afterwards or rejects with NOT_KEPT.
 */
export interface Storage {
  /** "session" lasts until the page is closed. */
  readonly lasting: 'device' | 'session';
  /** As they lie there: `restore.ts` judges them. */
  chats(): Promise<readonly unknown[]>;
  putChat(chat: ChatRecord): Promise<void>;
  deleteChat(id: ChatId): Promise<void>;
  /** A small value by its key: settings, the chat that was open. */
  value(key: string): Promise<unknown>;
  putValue(key: string, value: unknown): Promise<void>;
  blob(hash: string): Promise<Blob | null>;
  putBlob(hash: string, blob: Blob): Promise<void>;
}

/** SHA-256 of the bytes, in hexadecimal. */
export async function contentHash(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
