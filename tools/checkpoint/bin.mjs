#!/usr/bin/env node
import { register } from 'tsx/esm/api';

register();
const { runCommand } = await import('../../cli/nexus.ts');
const { endWithReaders } = await import('../../cli/process.ts');
const { makeCheckpoint } = await import('./make.ts');
endWithReaders();
process.exitCode = await runCommand('npm run make-checkpoint', () => makeCheckpoint(process.argv.slice(2)));
