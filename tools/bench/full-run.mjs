// As cli/bin.mjs: a process does not inherit how its parent loads TypeScript.
import { register } from 'tsx/esm/api';

register();
const { fullRun } = await import('./full-run.ts');
process.stdout.write(JSON.stringify(await fullRun(JSON.parse(process.argv[2]))));
