import { fileURLToPath } from 'node:url';

/** The sources of the bare page that judges golden cases and measures. */
export const checksPage = fileURLToPath(new URL('.', import.meta.url));
