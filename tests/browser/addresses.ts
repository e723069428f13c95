/** Where the pages and models of the browser tests lie. */

/** `npm test` gives a free one. */
export const port = Number(process.env.BROWSER_TEST_PORT ?? 4319);
/** The page under a sub-path, without headers. */
export const bareFolder = '/some/folder/';
/** The page with the models it ships with. */
export const shippedFolder = '/shipped/';

/** The example of examples/headless, with the models of the page. */
export const headlessFolder = '/headless/';

/** The models of the tests, as they are named in the list Model: one that is whole, and damaged copies of it. */
export const bundleNames = {
  tiny: 'Tiny',
  missing: 'Without tokenizer',
  short: 'Cut off',
  changed: 'Changed',
  lying: 'Lying hash',
  newer: 'Newer version',
  page: 'Sign-in page',
} as const;
export type BundleName = keyof typeof bundleNames;
