/** Whether a bundle is whole, as rows of a report. */
import { basename } from 'node:path';
import { nodeSha256 } from '../../cli/bundle-sink.ts';
import { openFolder } from '../../cli/files.ts';
import { sentenceLine } from '../../cli/say.ts';
import { verifyBundle } from '../../model/bundle/verify.ts';
import { failureOf } from '../../model/failure.ts';
import { failedRow, type Row } from './judge.ts';

export interface CheckedBundle {
  /** A row for each listed file; one failed row where bundle.json itself is not usable. */
  readonly rows: readonly Row[];
  /** Files that bundle.json does not list: reported, and ignored. */
  readonly unlisted: readonly string[];
}

export async function checkBundle(directory: string): Promise<CheckedBundle> {
  const bundle = basename(directory);
  try {
    const { files, unlisted } = await verifyBundle(openFolder(directory), nodeSha256);
    const rows = files.map(({ file, failure }): Row => {
      const reason = failure === null ? null : sentenceLine(failure);
      return { ...failedRow('bundle', bundle, reason ?? ''), output: file.path, ok: reason === null, reason };
    });
    return { rows, unlisted };
  } catch (thrown) {
    return { rows: [failedRow('bundle', bundle, sentenceLine(failureOf(thrown)))], unlisted: [] };
  }
}
