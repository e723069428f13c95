#!/usr/bin/env node
import { register } from 'tsx/esm/api';

register();
const { runCommand } = await import('../../cli/nexus.ts');
const { endWithReaders } = await import('../../cli/process.ts');
const { test } = await import('./test.ts');
endWithReaders();
process.exitCode = await runCommand('npm test', () => test(process.argv.slice(2)));
