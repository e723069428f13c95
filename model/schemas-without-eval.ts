/** Imported before any schema is made: zod otherwise tries whether it may compile code, which the page's policy refuses. */
import { config } from 'zod';

config({ jitless: true });
