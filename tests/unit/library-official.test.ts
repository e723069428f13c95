/** The official files: listed by their hosts, asked for by the version that was listed, and opened with a person's own token. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { failure } from '../../model/failure.ts';
import { allowedHosts, askOf, keyOf, officialBase } from '../../workers/library/hosts.ts';
import { officialCheckpoint } from '../../workers/library/official-files.ts';
import { type OfficialLayoutName, officialLayouts } from '../../workers/library/official-layouts.ts';
import type { OfficialSource } from '../../workers/library/protocol.ts';
import { converted, files } from '../helpers/conversion.ts';
import { CountedFiles, fakeBundle, openLibrary } from '../helpers/fake-library.ts';
import { FaultFolder } from '../helpers/fault-folder.ts';
import { officialHost } from '../helpers/official-host.ts';
import { RangeServer } from '../helpers/range-server.ts';
import { failureFrom } from '../helpers/sources.ts';

const terminal = (await converted('q4')).files;
const connection = { ask: fetch, wait: async () => undefined };

let server: RangeServer;
beforeEach(async () => {
  server = await RangeServer.start(new Map());
});
afterEach(() => server.close());

const officialSource = (layout: OfficialLayoutName): OfficialSource => ({
  kind: 'official',
  layout,
  mirror: null,
  hosts: [],
  token: null,
});

function open(disk: FaultFolder, layout: OfficialLayoutName) {
  return openLibrary(disk, new CountedFiles(fakeBundle()), {
    checkpointOf: () => officialCheckpoint(officialLayouts[layout], server.base, connection),
  });
}

describe.each(['huggingface', 'modelscope'] as const)('%s', (layout) => {
  test('its files come to what the terminal makes of them, under the licences of their owners', async () => {
    for (const [path, bytes] of officialHost(layout, files)) server.files.set(path, bytes);
    const disk = new FaultFolder();
    const library = open(disk, layout);
    const source = officialSource(layout);
    const offer = await library.look(source, null);
    expect(offer).toMatchObject({
      of: 'checkpoint',
      abilities: { draw: expect.any(Number), edit: expect.any(Number) },
    });
    expect(offer.licences.join(' ')).toMatch(/Apache-2\.0.*Non-Commercial.*FLUX\.1-schnell/);
    expect(await library.install(source, offer.sha256)).toBe('installed');
    for (const [name, bytes] of terminal) {
      expect(Buffer.compare(disk.bytes(`${offer.key}/${name}`), bytes), name).toBe(0);
    }
    expect(await library.list(null)).toMatchObject([
      { source: { kind: 'checkpoint', from: { kind: 'official', layout } } },
    ]);
  });

  test('what it gives only to those who accepted a licence says where that is', async () => {
    for (const [path, bytes] of officialHost(layout, files)) server.files.set(path, bytes);
    server.meddle = (_, response, path) => {
      if (!path.endsWith('ae.safetensors')) return false;
      response.writeHead(403).end();
      return true;
    };
    const failed = await failureFrom(() => open(new FaultFolder(), layout).look(officialSource(layout), null));
    const gate = new URL(`${layout === 'modelscope' ? 'models/' : ''}black-forest-labs/FLUX.1-schnell`, server.base);
    const { host } = server.base;
    expect(failed).toEqual(failure('MODEL_GATED', { file: 'FLUX.1-dev/ae.safetensors', host, gate: gate.href }));
  });

  test('an answer that is no list is recognised', async () => {
    for (const text of ['<html>', '{"siblings":3}', '{"Data":null}', 'null']) {
      server.meddle = (_, response) => {
        response.end(text);
        return true;
      };
      const failed = await failureFrom(() => open(new FaultFolder(), layout).look(officialSource(layout), null));
      expect(failed).toMatchObject({ code: 'LOOK_FAILED', data: { wanted: 'official files', problem: 'page' } });
    }
  });
});

test('Hugging Face is asked for the version that it listed, also where the branch moves on', async () => {
  const host = officialHost('huggingface', files);
  for (const [path, bytes] of host) server.files.set(path, bytes);
  const source = officialSource('huggingface');
  const library = open(new FaultFolder(), 'huggingface');
  const { sha256 } = await library.look(source, null);
  for (const path of host.keys()) if (path.startsWith('api/')) server.files.set(path, encodeUtf8('{}'));
  server.asked.length = 0;
  expect(await library.install(source, sha256, ['chat'])).toBe('installed');
  expect(server.asked.every(({ path }) => /\/resolve\/[0-9a-f]{40}\//.test(path))).toBe(true);
});

describe('hosts and tokens', () => {
  const site = 'https://page.test';
  const own = officialSource('huggingface');
  const sent: { readonly host: string; readonly authorization: string | null }[] = [];
  const asking = (source: OfficialSource, answersFrom?: string) =>
    askOf(
      allowedHosts(source, site),
      site,
      async (address, { headers }) => {
        sent.push({ host: address.host, authorization: new Headers(headers).get('Authorization') });
        return Object.defineProperty(new Response('x'), 'url', { value: answersFrom ?? address.href });
      },
      keyOf(source),
    );
  beforeEach(() => void sent.splice(0));

  test('a token goes to its own host alone', async () => {
    const ask = asking({ ...own, token: 'secret' });
    for (const host of ['huggingface.co', 'cdn-lfs.huggingface.co', 'cas-bridge.xethub.hf.co', 'page.test'])
      await ask(new URL(`https://${host}/a`), { headers: { Range: 'bytes=0-1' } });
    expect(sent.map(({ authorization }) => authorization)).toEqual(['Bearer secret', null, null, null]);
  });

  test('a mirror gets no token', async () => {
    const mirrored = { ...own, mirror: 'https://mirror.test', token: 'secret' };
    expect(officialBase(mirrored, site).href).toBe('https://mirror.test/');
    await asking(mirrored)(new URL('https://mirror.test/a'), {});
    expect(sent).toEqual([{ host: 'mirror.test', authorization: null }]);
  });

  test('hosts that the layout names are read, others are not', async () => {
    const a = new URL('https://huggingface.co/a');
    for (const host of ['cdn-lfs.hf.co', 'us.aws.cdn.hf.co', 'cdn-lfs.huggingface.co'])
      expect(await (await asking(own, `https://${host}/x`)(a, {})).text()).toBe('x');
    for (const host of ['hf.co.evil.test', 'evilhf.co', 'models.test', 'huggingface.co:444']) {
      const failed = await failureFrom(() => asking(own, `https://${host}/x`)(a, {}));
      expect(failed).toEqual(failure('HOST_REFUSED', { host }));
    }
  });
});
