#!/usr/bin/env node
import { register } from 'tsx/esm/api';

register();
const { writeIcons } = await import('./icons.ts');
await writeIcons();
