import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const manifest = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) });

/** What a recipe says about the software that made a picture. */
export async function softwareVersions(): Promise<Record<string, string>> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const { version, dependencies } = manifest.parse(JSON.parse(text));
  return { 'nexus-gen-web': version, 'onnxruntime-web': dependencies['onnxruntime-web'] ?? '' };
}
