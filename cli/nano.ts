import { fileURLToPath } from 'node:url';

/** The folder of the bundle that ships with the page. */
export const nano = fileURLToPath(new URL('../public/models/nano', import.meta.url));
