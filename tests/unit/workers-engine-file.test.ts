/** onnxruntime's wasm file on its way: slow, silent or not there. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { failureOf } from '../../model/failure.ts';
import { fetchEngine } from '../../workers/gpu/engine-file.ts';

let server: Server | undefined;
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: (response: ServerResponse) => void): Promise<string> {
  server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/assets/engine.wasm`;
}

test.each([
  ['before it answers', () => undefined],
  ['in the midst of it', (response: ServerResponse) => void response.write('wasm')],
])('a server that falls silent %s is not waited for without end', async (_, begin) => {
  const asked = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const address = await serve((response) => {
    begin(response);
    response.on('close', () => ended.resolve());
    asked.resolve();
  });
  const failure = fetchEngine(address, () => undefined).catch(failureOf);
  await asked.promise;
  await vi.advanceTimersByTimeAsync(40_000);
  expect(await failure).toMatchObject({ code: 'ENGINE_LOAD' });
  await ended.promise;
});

test('one that is only slow is waited for, and every piece is told', async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  const told: number[] = [];
  const arriving = fetchEngine(await serve(asked.resolve), (_, done) => told.push(done));
  const response = await asked.promise;
  for (const at of [0, 1, 2, 3]) {
    await vi.advanceTimersByTimeAsync(20_000);
    response.write(Uint8Array.of(at));
    while ((told.at(-1) ?? 0) <= at) await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
  expect(await arriving).toEqual(Uint8Array.of(0, 1, 2, 3));
});

test('one that has no such file is told as the engine, not as the model', async () => {
  const address = await serve((response) => response.writeHead(404).end());
  expect(await fetchEngine(address, () => undefined).catch(failureOf)).toMatchObject({ code: 'ENGINE_LOAD' });
});
