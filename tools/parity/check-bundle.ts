/** Whether a bundle is whole, as rows of a report. */
import { nodeSha256 } from '../../cli/bundle-sink.ts';
import { openFolder, requireBundle } from '../../cli/files.ts';
import { sentenceLine } from '../../cli/say.ts';
import { manifestFile } from '../../model/bundle/manifest.ts';
import { verifyBundle } from '../../model/bundle/verify.ts';
import { failureOf } from '../../model/failure.ts';

export interface FileRow {
  readonly file: string;
  /** As listed; null where bundle.json itself is not usable. */
  readonly bytes: number | null;
  readonly ok: boolean;
  readonly reason: string | null;
}

export interface CheckedBundle {
  /** A row for each listed file; one failed row where bundle.json itself is not usable. */
  readonly rows: readonly FileRow[];
  /** Files that bundle.json does not list: reported, and ignored. */
  readonly unlisted: readonly string[];
}

export async function checkBundle(directory: string): Promise<CheckedBundle> {
  try {
    await requireBundle(directory);
    const { files, unlisted } = await verifyBundle(openFolder(directory), nodeSha256);
    const rows = files.map(({ file: { path, bytes }, failure }) => {
      const reason = failure === null ? null : sentenceLine(failure);
      return { file: path, bytes, ok: reason === null, reason };
    });
    return { rows, unlisted };
  } catch (thrown) {
    const row = { file: manifestFile, bytes: null, ok: false, reason: sentenceLine(failureOf(thrown)) };
    return { rows: [row], unlisted: [] };
  }
}
