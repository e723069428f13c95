// As bin.mjs: a thread does not inherit how its parent loads TypeScript.
import { register } from 'tsx/esm/api';

register();
await import('./quantiser-thread.ts');
