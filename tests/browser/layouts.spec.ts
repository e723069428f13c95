/** Graphics cards compute convolutions channels last; the software adapter of the other tests does not unless it is asked to. */
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { findCases } from '../../tools/parity/cases.ts';
import { openDeviceJudge } from '../../tools/parity/devices.ts';

const golden = fileURLToPath(new URL('../fixtures/golden', import.meta.url));

test('the autoencoder is the published one channels last too', async () => {
  const cases = (await findCases(golden)).filter(({ name }) => name.startsWith('vae-'));
  expect(cases.length).toBeGreaterThan(2);
  const judge = await openDeviceJudge({ kind: 'webgpu' }, 'NHWC');
  try {
    for (const found of cases) {
      for (const row of await judge.judge(found)) expect(row, found.name).toMatchObject({ ok: true });
    }
  } finally {
    await judge.close();
  }
});
