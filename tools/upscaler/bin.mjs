#!/usr/bin/env node
import { register } from 'tsx/esm/api';

register();
const { writeUpscalers } = await import('./upscaler.ts');
await writeUpscalers();
