/** The official files, as their hosts list them: one question a repository, which names sizes, hashes and the version they are of. */
import { z } from 'zod';
import { decodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { fail } from '../../model/failure.ts';
import { fetchUpTo } from '../download.ts';
import { type Checkpoint, remoteCheckpoint } from './checkpoint.ts';
import { type OfficialLayout, type OfficialRepository, officialLicences, pageOf } from './official-layouts.ts';
import { type Connection, gatedOr, type RemoteFile } from './remote-source.ts';

/** @param base where the host, or a mirror of it, answers */
export async function officialCheckpoint(
  layout: OfficialLayout,
  base: URL,
  connection: Connection,
): Promise<Checkpoint> {
  const files: RemoteFile[] = [];
  for (const repository of layout.repositories) {
    const listed = await listings[layout.api](repository, base, connection);
    files.push(...listed.filter(({ path }) => repository.files.test(path.slice(repository.folder.length))));
  }
  return remoteCheckpoint(files, connection, officialLicences);
}

type Listing = (repository: OfficialRepository, base: URL, connection: Connection) => Promise<readonly RemoteFile[]>;

const count = z.int().nonnegative();
const hash = z.string().min(1);

const huggingFaceSchema = z.object({
  sha: hash,
  siblings: z.array(
    z.object({ rfilename: z.string(), size: count, blobId: hash, lfs: z.object({ sha256: hash }).nullish() }),
  ),
});

const modelScopeSchema = z.object({
  Data: z.object({
    Files: z.array(
      z.object({
        Path: z.string(),
        Type: z.string(),
        Size: count,
        Sha256: z.string().nullish(),
        Revision: z.string().nullish(),
      }),
    ),
  }),
});

const listings: Readonly<Record<OfficialLayout['api'], Listing>> = {
  async huggingface({ name, revision, folder }, base, connection) {
    const address = new URL(`api/models/${name}/revision/${revision}?blobs=true`, base);
    const gate = pageOf({ api: 'huggingface' }, name, base);
    const { sha, siblings } = await asked(address, gate, connection, huggingFaceSchema);
    return siblings.map(({ rfilename, size, blobId, lfs }) => ({
      path: folder + rfilename,
      // Of this version for good, whatever the branch comes to be.
      address: new URL(`${name}/resolve/${sha}/${rfilename}`, base),
      size,
      version: { by: 'list', name: lfs?.sha256 ?? blobId },
      gate,
    }));
  },
  async modelscope({ name, revision, folder }, base, connection) {
    const address = new URL(`api/v1/models/${name}/repo/files?Revision=${revision}&Recursive=true`, base);
    const gate = pageOf({ api: 'modelscope' }, name, base);
    const { Data } = await asked(address, gate, connection, modelScopeSchema);
    const files = Data.Files.filter(({ Type }) => Type === 'blob');
    return files.map(({ Path, Size, Sha256, Revision }) => {
      const version = Sha256 || Revision;
      return {
        path: folder + Path,
        address: new URL(`models/${name}/resolve/${revision}/${Path}`, base),
        size: Size,
        version: version ? { by: 'list', name: version } : null,
        gate,
      };
    });
  },
};

const listLimit = 4 * 2 ** 20;

async function asked<Schema extends z.ZodType>(
  address: URL,
  gate: string,
  { ask }: Connection,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const path = address.pathname.slice(1);
  try {
    const bytes = await fetchUpTo(listLimit, address.href, address.href, () => undefined, ask);
    const list = schema.safeParse(JSON.parse(decodeUtf8(bytes) ?? 'null'));
    return list.success ? list.data : fail('BUNDLE_FILE', { file: path, problem: 'page' });
  } catch (error) {
    if (error instanceof SyntaxError) fail('BUNDLE_FILE', { file: path, problem: 'page' });
    throw gatedOr(error, { path, address, gate });
  }
}
