/** A build of the page is served whole or not at all, whoever starts it. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, resolveConfig } from 'vite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { wholeBuild } from '../../tools/build/whole-build.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const ownPlugin = JSON.stringify(new URL('../../tools/build/whole-build.ts', import.meta.url).href);

let root = '';
let dist = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'page-build-'));
  dist = join(root, 'dist');
  await mkdir(dist);
  await writeFile(join(dist, 'index.html'), 'old');
  await writeFile(join(dist, 'old.js'), 'old');
  await writeFile(join(root, 'index.html'), '<script type="module" src="./main.js"></script>new');
  await writeFile(join(root, 'main.js'), 'console.log("new")');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const buildIt = (...plugins: Plugin[]) =>
  build({ root, configFile: false, logLevel: 'silent', plugins: [wholeBuild(), ...plugins] });
const inFolder = async () => (await readdir(root)).sort();
const sources = ['index.html', 'main.js'];

/** Both pages are whole when their own files are beside them, and no other's. */
async function page(): Promise<'old' | 'new' | 'half'> {
  const names = (await readdir(dist)).sort().join();
  const html = await readFile(join(dist, 'index.html'), 'utf8');
  if (html === 'old' && names === 'index.html,old.js') return 'old';
  const script = /assets\/index-[\w-]+\.js/.exec(html)?.[0];
  const isThere = script !== undefined && (await readFile(join(dist, script), 'utf8')).includes('new');
  return isThere && names === 'assets,index.html' ? 'new' : 'half';
}

test('one that is made is there whole, without what was before', async () => {
  await buildIt();
  expect(await page()).toBe('new');
  expect(await inFolder()).toEqual(['dist', ...sources]);
});

test('one that breaks off half-way leaves the page that was there', async () => {
  const written: Plugin = {
    name: 'breaks',
    writeBundle() {
      throw new Error('no room');
    },
  };
  await expect(buildIt(written)).rejects.toThrow('no room');
  expect(await page()).toBe('old');
  await writeFile(join(root, 'main.js'), 'console.log(');
  await expect(buildIt()).rejects.toThrow();
  expect(await page()).toBe('old');
  expect(await inFolder()).toEqual(['dist', ...sources]);
});

test('one that is killed half-way leaves the page that was there, and the next removes what it left', async () => {
  await symlink(join(project, 'node_modules'), join(root, 'node_modules'));
  const config = `import { wholeBuild } from ${ownPlugin};
    const killed = { name: 'killed', writeBundle: () => process.kill(process.pid, 'SIGKILL') };
    export default { plugins: [wholeBuild(), killed] };`;
  await writeFile(join(root, 'vite.config.mjs'), config);
  const vite = join(project, 'node_modules/vite/bin/vite.js');
  const { signal } = spawnSync(process.execPath, ['--import', 'tsx', vite, 'build', '--configLoader', 'native'], {
    cwd: root,
  });
  expect(signal).toBe('SIGKILL');
  expect((await inFolder()).filter((name) => name.endsWith('.unfinished'))).toHaveLength(1);
  expect(await page()).toBe('old');
  await buildIt();
  expect(await page()).toBe('new');
  expect((await inFolder()).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
}, 60_000);

test('two at once do not mix', async () => {
  await Promise.all([buildIt(), buildIt()]);
  expect(await page()).toBe('new');
  expect(await inFolder()).toEqual(['dist', ...sources]);
});

test('npm run build is such a build', async () => {
  const { scripts } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
  expect(scripts.build).toBe('vite build');
  const { build: resolved } = await resolveConfig({ root: project, logLevel: 'silent' }, 'build');
  const written = resolve(project, resolved.outDir);
  expect(written).not.toBe(join(project, 'dist'));
  expect(dirname(written)).toBe(resolve(project));
});
