import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError } from '../../model/failure.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { openChrome } from '../chrome.ts';
import { openFolder } from '../files.ts';
import { ort } from '../ort.ts';
import type { JudgeOrder } from '../page/messages.ts';
import { startPageServer } from '../page-server.ts';
import type { FoundCase } from './cases.ts';
import { findComponent } from './components.ts';
import { failedRow, judgeCase, type Row } from './judge.ts';

/** Judges cases on one device. */
export interface DeviceJudge {
  judge(found: FoundCase): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export function openDeviceJudge(device: 'wasm' | 'webgpu'): Promise<DeviceJudge> {
  return device === 'wasm' ? openNodeJudge() : openChromeJudge();
}

/** The wasm provider in this process. */
async function openNodeJudge(): Promise<DeviceJudge> {
  const runtime = new WasmRuntime(ort);
  return {
    judge: (found) => judgeCase(found.name, openFolder(found.path), runtime, findComponent),
    close: () => runtime.close(),
  };
}

/** The same code in headless Chrome; a page that dies fails its case and the next case gets a fresh one. */
async function openChromeJudge(): Promise<DeviceJudge> {
  const server = await startPageServer();
  let chrome = await openChrome(server.url).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  return {
    async judge(found) {
      const folder = openFolder(found.path);
      const paths = await folder.list();
      const files = await Promise.all(
        paths.map(async (path) => ({ path, size: (await stat(join(found.path, path))).size })),
      );
      const order: JudgeOrder = { name: found.name, base: server.publish(found.path), files };
      try {
        const judged = await chrome.page.evaluate((sent) => window.nexusTerminal.judge(sent), order);
        if ('failure' in judged) throw new FailureError(judged.failure);
        return judged.rows;
      } catch (error) {
        await chrome.close();
        chrome = await openChrome(server.url);
        return [
          failedRow('', found.name, error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error)),
        ];
      }
    },
    async close() {
      await chrome.close();
      await server.close();
    },
  };
}
