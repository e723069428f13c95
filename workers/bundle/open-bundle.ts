/** A bundle from where the page says it lies. */
import { Bundle } from '../../model/bundle/reader.ts';
import type { BundleLocation } from '../protocol.ts';
import type { FetchProgress } from './fetch-file.ts';
import { openHttpFolder } from './http-folder.ts';

export interface LocatedBundle {
  readonly bundle: Bundle;
  /** SHA-256 of bundle.json in hex. */
  readonly sha256: string;
}

export async function openBundle(location: BundleLocation, progress: FetchProgress): Promise<LocatedBundle> {
  const { folder, sha256 } = await openHttpFolder(location, progress);
  return { bundle: await Bundle.open(folder), sha256 };
}
