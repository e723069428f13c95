import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openChrome } from '../../cli/chrome.ts';
import type { Device } from '../../cli/draw/device.ts';
import { openFolder } from '../../cli/files.ts';
import { ortWithThreads } from '../../cli/ort.ts';
import { startPageServer } from '../../cli/page-server.ts';
import { FailureError, failureOf } from '../../model/failure.ts';
import type { Layout } from '../../workers/gpu/device.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { checksPage } from '../page/folder.ts';
import type { JudgeRequest } from '../page/messages.ts';
import type { FoundCase } from './cases.ts';
import { findComponent } from './components.ts';
import { failedRow, judgeCase, messageOf, type Row } from './judge.ts';

/** Judges cases on one device. */
export interface DeviceJudge {
  judge(found: FoundCase): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** @param layout of convolutions in Chrome, in place of what suits its adapter */
export function openDeviceJudge(device: Device, layout?: Layout): Promise<DeviceJudge> {
  return device.kind === 'wasm' ? openNodeJudge(device.threads) : openChromeJudge(layout);
}

/** The wasm provider in this process. */
async function openNodeJudge(threads: number): Promise<DeviceJudge> {
  const runtime = new WasmRuntime(ortWithThreads(threads));
  return {
    judge: (found) => judgeCase(found.name, openFolder(found.path), runtime, findComponent),
    close: () => runtime.close(),
  };
}

/**
 * The same code in headless Chrome. A case whose page dies or falls silent fails and the next one gets a fresh Chrome; where
 * that happens twice in a row it is no case's fault, and the command fails.
 */
async function openChromeJudge(layout: Layout | undefined): Promise<DeviceJudge> {
  const server = await startPageServer(checksPage);
  let chrome = await openChrome(server.url).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  let last: 'answered' | 'ended' = 'answered';
  return {
    async judge(found) {
      const { name, path } = found;
      const order: JudgeRequest = { name, base: server.publish(path), files: await filesOf(found), layout };
      try {
        const judged = await chrome.ask((page) => page.evaluate((sent) => window.nexusTerminal.judge(sent), order));
        if ('failure' in judged) throw new FailureError(judged.failure);
        last = 'answered';
        return judged.result;
      } catch (error) {
        const ended = failureOf(error).code === 'CHROME_ENDED';
        if (ended && last === 'ended') throw error;
        last = ended ? 'ended' : 'answered';
        await chrome.close();
        chrome = await openChrome(server.url);
        return [failedRow('', found.name, messageOf(error))];
      }
    },
    async close() {
      await chrome.close();
      await server.close();
    },
  };
}

async function filesOf({ path }: FoundCase): Promise<JudgeRequest['files']> {
  const paths = await openFolder(path).list();
  return Promise.all(paths.map(async (file) => ({ path: file, size: (await stat(join(path, file))).size })));
}
