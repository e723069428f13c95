/** The workers in headless Chrome, on WebGPU: a bare page starts the very files that the real page starts. */

import { fileURLToPath } from 'node:url';
import { openChrome } from '../chrome.ts';
import { startPageServer } from '../page-server.ts';
import type { Listener, StartedWorkers } from './workers.ts';

const page = fileURLToPath(new URL('../page', import.meta.url));

/** Longest time without an event: on a software adapter a block of a large picture takes its time. */
const silenceMs = 600_000;

/** @throws NO_CHROME, CHROME_ENDED */
export async function startInChrome(directory: string, tell: Listener): Promise<StartedWorkers> {
  const server = await startPageServer(page);
  try {
    const chrome = await openChrome(server.url, { silenceMs });
    await chrome.ask((page) => page.exposeFunction('nexusEvent', tell));
    const base = server.publish(directory);
    return {
      open: () => chrome.ask((page) => page.evaluate((address) => window.nexusModel.open(address), base)),
      lacking: (request) => chrome.ask((page) => page.evaluate((sent) => window.nexusModel.lacking(sent), request)),
      speak: (request, contents) =>
        chrome.ask((page) =>
          page.evaluate(([sent, pictures]) => window.nexusModel.speak(sent, pictures), [request, contents] as const),
        ),
      paint: (order) => chrome.ask((page) => page.evaluate((sent) => window.nexusModel.paint(sent), order)),
      memory: () => chrome.ask((page) => page.evaluate(() => window.nexusModel.memory())),
      async close() {
        await chrome.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}
