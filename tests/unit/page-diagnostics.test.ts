/** An unforeseen error: the code that a person reads leads to where it arose. */
import { afterEach, expect, test, vi } from 'vitest';
import { failure, failureOf } from '../../model/failure.ts';
import { copyDiagnostics } from '../../src/actions/diagnostics.ts';
import { watchErrors } from '../../src/app/error-log.ts';
import { failureSentence } from '../../words/words.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';
import { words } from '../helpers/words.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('its code is in the sentence, in the log with a stack, and in the diagnostics', async () => {
  const written: string[] = [];
  const console = vi.spyOn(globalThis.console, 'error').mockImplementation((text: string) => void written.push(text));
  const page = openPage();
  const window = new EventTarget();
  watchErrors(window);
  page.modelIsReady();
  await until(() => page.state().model.phase === 'ready');
  page.session.answer = () => Promise.reject(new RangeError('a row that is not there'));
  page.say('draw a car');
  await page.idle();
  const shown = page.answer().failure;
  if (shown === null) throw new Error('no failure is shown');
  const [, code] = /code ([0-9A-F]{6})/.exec(failureSentence(words.en, shown)) ?? [];
  expect(code).toBeDefined();
  expect(failureSentence(words.zh, shown)).toContain(code);
  expect(console).toHaveBeenCalledTimes(1);
  expect(written[0]).toContain(`${code}: a row that is not there`);
  expect(written[0]).toContain('page-diagnostics.test.ts');

  // What nobody caught is there too, and nothing of the conversation.
  window.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason: new Error('left alone') }));
  const copied: string[] = [];
  const clipboard = { writeText: async (text: string) => void copied.push(text) };
  vi.stubGlobal('navigator', { clipboard, userAgent: 'a browser' });
  copyDiagnostics.perform(page.app);
  const report = JSON.parse(copied[0] ?? '{}');
  expect(report.errors).toMatchObject([{ code, message: 'a row that is not there' }, { message: 'left alone' }]);
  expect(report).toMatchObject({ browser: 'a browser', device: { device: 'webgpu' } });
  expect(copied[0]).not.toContain('draw a car');
});

test('the same error has the same code wherever it arises, another one another', () => {
  const code = (message: string) => /code ([0-9A-F]{6})/.exec(failureSentence(words.en, failureOf(message)))?.[1];
  vi.spyOn(globalThis.console, 'error').mockImplementation(() => undefined);
  expect(code('one')).toBe(code('one'));
  expect(code('one')).not.toBe(code('other'));
  expect(failureSentence(words.en, failure('UNEXPECTED', { message: 'one' }))).toContain(code('one'));
});
