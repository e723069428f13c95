import { type Failure, FailureError, failureOf } from '../model/failure.ts';
import { readingFailure } from './files.ts';
import { writingFailure } from './whole-file.ts';

const writing: readonly string[] = [
  'write',
  'mkdir',
  'mkdtemp',
  'rename',
  'link',
  'unlink',
  'rm',
  'rmdir',
  'fsync',
  'chmod',
];
/** Opening a file may be either: these end what would have written. */
const ofWriting: readonly string[] = ['ENOSPC', 'EDQUOT', 'EROFS'];

/** A thrown value as a failure; where Node's file system refused something that nobody looked out for, in words all the same. */
export function failureInWords(thrown: unknown): Failure {
  if (thrown instanceof FailureError || !isOfFiles(thrown)) return failureOf(thrown);
  const { path, syscall, code } = thrown;
  const wasWriting = writing.includes(syscall) || ofWriting.includes(code);
  return wasWriting ? writingFailure(path, thrown) : readingFailure(path, 'either', thrown);
}

interface FileSystemError extends Error {
  readonly path: string;
  readonly syscall: string;
  readonly code: string;
}

function isOfFiles(thrown: unknown): thrown is FileSystemError {
  const isText = (key: string) => typeof Reflect.get(Object(thrown), key) === 'string';
  return thrown instanceof Error && ['path', 'syscall', 'code'].every(isText);
}
