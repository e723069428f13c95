/**
 * What goes wrong with a source, the disk, a folder or another tab while a model is installed, used or removed: each is told in a
 * plain sentence, and nothing half is a model.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { fail } from '../../model/failure.ts';
import { failureSentence } from '../../words/words.ts';
import { requireRoom } from '../../workers/bundle/memory-plan.ts';
import { filesAtAddress, filesInFolder } from '../../workers/library/bundle-files.ts';
import { checkpointAtAddress } from '../../workers/library/checkpoint-at-address.ts';
import { givenFolder } from '../../workers/library/given-folder.ts';
import type { Library } from '../../workers/library/library.ts';
import { officialCheckpoint } from '../../workers/library/official-files.ts';
import { officialLayouts } from '../../workers/library/official-layouts.ts';
import type { ModelKey } from '../../workers/library/protocol.ts';
import { files as checkpoint } from '../helpers/conversion.ts';
import { fakeDirectory, type Reach } from '../helpers/fake-directory.ts';
import { CountedFiles, fakeBundle, fakeLocks, openLibrary, source } from '../helpers/fake-library.ts';
import { FaultFolder } from '../helpers/fault-folder.ts';
import { installed } from '../helpers/moved-model.ts';
import { officialHost } from '../helpers/official-host.ts';
import { type Meddling, RangeServer } from '../helpers/range-server.ts';
import { failureFrom } from '../helpers/sources.ts';
import { words } from '../helpers/words.ts';

const bundle = fakeBundle();
const { contents } = bundle;
const key = bundle.key as ModelKey;

let server: RangeServer;
beforeEach(async () => {
  server = await RangeServer.start(contents);
});
afterEach(() => server.close());

/** What was done, and on which disk. */
interface Done {
  readonly disk: FaultFolder;
  readonly act: () => Promise<unknown>;
}

const connection = () => ({ ask: fetch, wait: async () => undefined });

/** Of a bundle at an address whose server was made to answer so. */
function fromServer(change: (server: RangeServer) => void): Done {
  change(server);
  const disk = new FaultFolder();
  return { disk, act: () => openLibrary(disk, filesAtAddress(server.base, fetch)).install(source, key) };
}

const only =
  (name: string, answer: (response: Parameters<Meddling>[1]) => void): Meddling =>
  (_, response, path) => {
    if (!path.endsWith(name)) return false;
    answer(response);
    return true;
  };

/** Of a folder that is there no more, or may not be read, once the first chunk has come. */
function fromFolder(state: Reach['state']): Done {
  const given = new FaultFolder();
  for (const [name, bytes] of contents) given.put(`given/${name}`, new Uint8Array(bytes));
  const reach: Reach = { state: 'there' };
  const disk = new FaultFolder();
  const files = filesInFolder(givenFolder(fakeDirectory(given, 'given', reach)));
  const tell = () => {
    if (disk.fileNames.some((name) => name.endsWith('large.bin'))) reach.state = state;
  };
  return { disk, act: () => openLibrary(disk, files, { tell }).install(source, key) };
}

/** Of a model that was moved to a folder, which is there no more, or may not be used. */
async function moved(state: Reach['state'], act: (library: Library) => Promise<unknown>): Promise<Done> {
  const { disk, reach, tab, toFolder } = await installed(bundle);
  await tab().move(key, toFolder);
  reach.state = state;
  return { disk, act: () => act(tab()) };
}

async function whileOpen(act: (library: Library) => Promise<unknown>): Promise<Done> {
  const { disk, locks, tab } = await installed(bundle);
  return { disk, act: () => locks.request(`nexus-gen model ${key}`, { mode: 'shared' }, () => act(tab())) };
}

function withoutRoom(): Done {
  const disk = new FaultFolder();
  disk.room = chunkBytes + 20_000;
  return { disk, act: () => openLibrary(disk, new CountedFiles(bundle)).install(source, key) };
}

function inTwoTabs(): Done {
  const disk = new FaultFolder();
  const locks = fakeLocks();
  const files = new CountedFiles(bundle);
  const act = async () => {
    let other: Promise<unknown> = Promise.resolve();
    files.before = (delivery) => {
      if (delivery !== 1) return;
      other = openLibrary(disk, new CountedFiles(bundle), { locks }).install(source, key);
      other.catch(() => undefined);
    };
    await openLibrary(disk, files, { locks }).install(source, key);
    return other;
  };
  return { disk, act };
}

/** Of official files whose host gives them only to those who accepted their licence. */
function gated(): Done {
  for (const [path, bytes] of officialHost('huggingface', checkpoint)) server.files.set(path, bytes);
  server.meddle = only('ae.safetensors', (response) => response.writeHead(403).end());
  const disk = new FaultFolder();
  const checkpointOf = () => officialCheckpoint(officialLayouts.huggingface, server.base, connection());
  const official = { kind: 'official', layout: 'huggingface', mirror: null, hosts: [], token: null } as const;
  return {
    disk,
    act: () => openLibrary(disk, new CountedFiles(bundle), { checkpointOf }).look(official, null),
  };
}

/** A look at an address whose server was made to answer so, and at which no checkpoint begins. */
function lookedAt(meddle: Meddling): Done {
  server.files.clear();
  server.meddle = meddle;
  const disk = new FaultFolder();
  const at = { ...source, address: server.base.href };
  return { disk, act: () => openLibrary(disk, filesAtAddress(server.base, fetch)).look(at, null) };
}

/** A look at a mirror that has nothing of the official files. */
function lookedAtMirror(): Done {
  server.files.clear();
  const disk = new FaultFolder();
  const checkpointOf = () => officialCheckpoint(officialLayouts.huggingface, server.base, connection());
  const mirror = server.base.href;
  const at = { kind: 'official', layout: 'huggingface', mirror, hosts: [], token: null } as const;
  return { disk, act: () => openLibrary(disk, new CountedFiles(bundle), { checkpointOf }).look(at, null) };
}

function withoutRanges(): Done {
  for (const [path, bytes] of checkpoint) server.files.set(path, bytes);
  server.meddle = (_, response, path) => {
    const bytes = server.files.get(path);
    if (bytes === undefined) return false;
    response.end(bytes);
    return true;
  };
  const disk = new FaultFolder();
  const checkpointOf = () => checkpointAtAddress(server.base, connection());
  return { disk, act: () => openLibrary(disk, new CountedFiles(bundle), { checkpointOf }).look(source, null) };
}

async function tooSmall(): Promise<never> {
  const abilities = { chat: { fit: 'too large', bytes: 5.4e9, reads: 0 }, draw: null, edit: null } as const;
  const sides = { languageBytes: 5.4e9, painterBytes: null, streamed: [], slots: 1024 } as const;
  requireRoom({ residency: 'streamed', deviceBytes: 2e9, ...sides, abilities }, 'chat');
  return fail('UNEXPECTED', { message: 'it has room' });
}

test.each<[string, () => Done | Promise<Done>, english: RegExp, chinese: RegExp]>([
  [
    'a licence that was not accepted',
    gated,
    /^A licence has to be accepted first: 127\.0\.0\.1:\d+ gives FLUX\.1-dev\/ae\.safetensors only to those who did\. What was fetched is kept\. Accept it at http:\S+black-forest-labs\/FLUX\.1-schnell, then give an access token/,
    /^需要先接受许可协议：127\.0\.0\.1:\d+ 只向已接受的人提供 FLUX\.1-dev\/ae\.safetensors。.*请在 http:\S+FLUX\.1-schnell 接受协议，然后填入/,
  ],
  [
    'an address at which nothing lies',
    () => lookedAt(() => false),
    /^No model lies there: neither bundle\.json nor config\.json is in that folder of 127\.0\.0\.1:\d+\. Nothing was fetched\. Give/,
    /^那里没有模型：127\.0\.0\.1:\d+ 的该文件夹中既没有 bundle\.json，也没有 config\.json。没有获取任何内容。请/,
  ],
  [
    'an address at which a web page lies',
    () =>
      lookedAt(
        only('bundle.json', (response) => {
          response.setHeader('Content-Type', 'text/html').end('<html>');
        }),
      ),
    /^A web page lies there and no model, on 127\.0\.0\.1:\d+\. Nothing was fetched\. Give/,
    /^那里是一个网页，不是模型（127\.0\.0\.1:\d+）。没有获取任何内容。请/,
  ],
  [
    'a site that cannot be reached',
    () => lookedAt(only('bundle.json', (response) => response.destroy())),
    /^No answer came that this page may read: 127\.0\.0\.1:\d+ cannot be reached, .* Nothing was fetched\. Check the address/,
    /^没有收到本页可读取的回应：无法连接 127\.0\.0\.1:\d+，.*没有获取任何内容。请检查地址/,
  ],
  [
    'a site that refuses',
    () => lookedAt(only('bundle.json', (response) => response.writeHead(403).end())),
    /^The answer was a refusal, with status 403 from 127\.0\.0\.1:\d+\. Nothing was fetched\. Check the address/,
    /^请求被拒绝：127\.0\.0\.1:\d+ 返回状态 403。没有获取任何内容。请检查地址/,
  ],
  [
    'a mirror without the official files',
    lookedAtMirror,
    /^The official files are not there: 127\.0\.0\.1:\d+ lists none, or not all of them\. Nothing was fetched\. Choose/,
    /^那里没有官方文件：127\.0\.0\.1:\d+ 没有列出它们，或列出的不全。没有获取任何内容。请选择/,
  ],
  [
    'a server that sends no parts of files',
    withoutRanges,
    /^Nexus-GenV2\/config\.json of the model did not arrive: its server does not send the parts of large files that are asked for\. .*Use a server that answers byte ranges, or download/,
    /^模型文件 Nexus-GenV2\/config\.json 没有收到：其服务器不按请求发送大文件的片段。.*请使用支持字节范围请求的服务器，或/,
  ],
  [
    'a page in the place of weights',
    () =>
      fromServer((host) => {
        host.meddle = only('large.bin', (response) => response.setHeader('Content-Type', 'text/html').end('<html>'));
      }),
    /^large\.bin of the model is not there: a web page came in its place, perhaps a login\. Nothing was lost\. Try again\./,
    /^模型文件 large\.bin 不存在：收到的是一个网页（可能是登录页）。没有丢失任何内容。请重试/,
  ],
  [
    'a file with another hash',
    () => fromServer((host) => host.files.set('large.bin', new Uint8Array(contents.get('large.bin') ?? []).fill(7))),
    /^large\.bin of the model was changed\. Nothing was lost\. Try again\./,
    /^模型文件 large\.bin 已被改动。没有丢失任何内容。请重试/,
  ],
  [
    'no room',
    withoutRoom,
    /^There is no room for Tiny: \S+ MB more are needed\. What was fetched is kept\. Free some space, then press Resume\.$/,
    /^空间不足，无法安装 Tiny：还需要 \S+ MB。已获取的内容已保留。请释放空间，然后按“继续”。$/,
  ],
  [
    'a folder that may not be read any more',
    () => fromFolder('refused'),
    /^The browser does not let the page read large\.bin of your folder any more\. .* Open the folder again and allow reading it\.$/,
    /^浏览器不再允许本页读取您文件夹中的 large\.bin。.*请重新打开该文件夹并允许读取。$/,
  ],
  [
    'a folder whose disk was unplugged',
    () => fromFolder('gone'),
    /^The folder given, from which the model comes, cannot be reached: .*its disk is not connected\. What was checked is kept\. Connect the disk/,
    /^无法访问提供模型的文件夹 given：.*磁盘未连接。核对过的内容已保留。请连接磁盘/,
  ],
  [
    'two tabs',
    inTwoTabs,
    /^Another tab is at work on Tiny\. Nothing was changed here\. Go on in that tab, or wait until it is done\.$/,
    /^另一个标签页正在处理 Tiny。这里没有改动任何内容。请到那个标签页继续，或等它完成。$/,
  ],
])('%s, while it is installed', async (_, prepare, english, chinese) => {
  const { disk, act } = await prepare();
  const failure = await failureFrom(act);
  expect(failureSentence(words.en, failure)).toMatch(english);
  expect(failureSentence(words.zh, failure)).toMatch(chinese);
  if (failure.code === 'MODEL_BUSY') return;
  const later = openLibrary(disk, new CountedFiles(bundle));
  await later.sweep();
  expect((await later.list(null)).filter(({ state }) => state === 'installed')).toEqual([]);
  expect(disk.fileNames.filter((name) => name.endsWith('/bundle.json'))).toEqual([]);
});

test.each<[string, () => Done | Promise<Done>, english: RegExp, chinese: RegExp]>([
  [
    'removed while it is used',
    () => whileOpen((opened) => opened.remove(key)),
    /^Tiny is open, here or in another tab\. It was left as it is\. Choose another model in each tab, then try again\.$/,
    /^Tiny 正在本标签页或其他标签页中打开，保持原样。请先在各标签页选择其他模型，然后重试。$/,
  ],
  [
    'in a folder that may not be used any more',
    () => moved('refused', (opened) => opened.verify(key)),
    /^The browser does not let the page use the folder tiny-\w+ of Tiny\. Nothing of the model was changed\. .*and allow it\.$/,
    /^浏览器不允许本页使用 Tiny 的文件夹 tiny-\w+。模型未作任何更改。.*并允许访问。$/,
  ],
  [
    'in a folder whose disk was unplugged',
    () => moved('gone', (opened) => opened.verify(key)),
    /^The folder tiny-\w+ of Tiny cannot be reached: .*its disk is not connected\. Nothing of the model was changed\. Connect/,
    /^无法访问 Tiny 的文件夹 tiny-\w+：.*磁盘未连接。模型未作任何更改。请连接/,
  ],
])('an installed model, %s', async (_, prepare, english, chinese) => {
  const { disk, act } = await prepare();
  const failure = await failureFrom(act);
  expect(failureSentence(words.en, failure)).toMatch(english);
  expect(failureSentence(words.zh, failure)).toMatch(chinese);
  const kept = [...contents].filter(([name, bytes]) =>
    disk.fileNames.some((path) => path.endsWith(`/${name}`) && Buffer.compare(disk.bytes(path), bytes) === 0),
  );
  expect(kept.map(([name]) => name)).toEqual([...contents.keys()]);
});

test('a device that is too small, where it is opened', async () => {
  const failure = await failureFrom(tooSmall);
  expect(failureSentence(words.en, failure)).toMatch(
    /^To answer, this model needs 5\.4 GB on the device, which is taken to have 2\.0 GB\. Nothing was lost\. Choose a smaller/,
  );
  expect(failureSentence(words.zh, failure)).toMatch(/5\.4 GB.*2\.0 GB.*请选择/);
});
