/** The archive worker's functions: each worker writes one archive, or reads one. */
import { outcomeOf } from '../serve.ts';
import { ArchiveReader } from './archive-reader.ts';
import { ArchiveWriter } from './archive-writer.ts';
import type { ArchiveWorker } from './protocol.ts';

/** So many records come in one answer: the page's thread is not held up by them. */
const recordsAtOnce = 100;

export function serveArchive(): ArchiveWorker {
  const writer = new ArchiveWriter();
  let reader: ArchiveReader | null = null;
  let given = 0;
  const opened = () => {
    if (reader === null) throw new Error('no archive was opened');
    return reader;
  };
  return {
    addRecords: (records) => outcomeOf(async () => writer.addRecords(records)),
    addFile: (hash, file) => outcomeOf(() => writer.addFile(hash, file)),
    addNamed: (name, file) =>
      outcomeOf(async () => {
        await writer.addNamed(name, file);
        return null;
      }),
    addText: (name, text) =>
      outcomeOf(async () => {
        await writer.addText(name, text);
        return null;
      }),
    finish: () => outcomeOf(() => writer.finish()),
    close: () => outcomeOf(() => writer.close()),
    open: (archive, name) =>
      outcomeOf(async () => {
        reader = await ArchiveReader.open(archive, name);
        return { bytes: reader.bytes };
      }),
    records: () =>
      outcomeOf(async () => {
        const next = opened().lines.slice(given, given + recordsAtOnce);
        given += next.length;
        return next;
      }),
    file: (hash) => outcomeOf(() => opened().file(hash)),
  };
}
