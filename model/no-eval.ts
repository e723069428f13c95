/**
 * Imported first by every entry: zod builds faster readers from strings where it may, which the page's security policy
 * forbids and reports. Schemas ask for this when they are made, so it has to come before them.
 */
import { config } from 'zod';

config({ jitless: true });
