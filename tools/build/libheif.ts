/**
 * libheif's glue code is one for Node and browsers, and asks for modules of Node where it finds itself in Node. In the page's build they
 * are modules that throw: a browser never gets there, and one that does is told.
 */
import type { Plugin } from 'vite';

const glue = /[\\/]libheif-js[\\/]libheif-wasm[\\/]libheif\.js$/;
const ofNode: readonly string[] = ['fs', 'path', 'crypto'];
const prefix = '\0only-in-node:';

export function libheifInBrowsers(): Plugin {
  return {
    name: 'libheif-in-browsers',
    apply: 'build',
    enforce: 'pre',
    resolveId: (source, importer) =>
      importer !== undefined && glue.test(importer) && ofNode.includes(source) ? `${prefix}${source}` : null,
    load(id) {
      if (!id.startsWith(prefix)) return null;
      const message = `libheif takes this browser for Node and asks for its module ${id.slice(prefix.length)}`;
      return `throw new Error(${JSON.stringify(message)});`;
    },
  };
}
