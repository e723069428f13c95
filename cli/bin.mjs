#!/usr/bin/env node
// TypeScript is loaded as it is written, here and in the tests; there is no build of the terminal's code.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./nexus.ts');
const { endWithReaders, goToCaller } = await import('./process.ts');
goToCaller();
endWithReaders();
process.exitCode = await main(process.argv.slice(2));
