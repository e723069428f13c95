/**
 * Which hosts the library asks. The policy of its script lets through any address that begins with https; this list is what keeps
 * it to those that the person named. Where a redirect leads a script sees only behind it: nothing of such an answer is read.
 */
import { fail } from '../../model/failure.ts';
import type { Ask } from '../download.ts';

/**
 * The address of a bundle's folder.
 *
 * @param site the page's own origin, which may be a plain one on the person's machine
 * @throws ADDRESS_INVALID
 */
export function folderAddress(text: string, site: string): URL {
  const address = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (address === null || !isAskable(address, site)) return fail('ADDRESS_INVALID', { address: text });
  const { pathname } = address;
  const isFile = pathname.endsWith('/bundle.json');
  const folder = isFile ? pathname.slice(0, pathname.lastIndexOf('/') + 1) : pathname;
  return new URL(folder.endsWith('/') ? folder : `${folder}/`, address.origin);
}

function isAskable(address: URL, site: string): boolean {
  const isSafe = address.protocol === 'https:' || address.origin === site;
  // Neither goes with a request for a file of the folder.
  return isSafe && address.username === '' && address.password === '' && address.search === '' && address.hash === '';
}

/**
 * Asks these hosts and no other.
 *
 * @param allowed names of hosts, with their port where that is not the usual one
 * @throws HOST_REFUSED where an answer comes from another
 */
export function askOf(allowed: ReadonlySet<string>, site: string, ask: Ask): Ask {
  const judge = (address: URL) => {
    if (address.origin === site) return;
    if (address.protocol !== 'https:' || !allowed.has(address.host)) fail('HOST_REFUSED', { host: address.host });
  };
  return async (address, request) => {
    judge(address);
    const response = await ask(address, {
      ...request,
      method: 'GET',
      mode: 'cors',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    try {
      judge(new URL(response.url === '' ? address : response.url));
    } catch (error) {
      await response.body?.cancel();
      throw error;
    }
    return response;
  };
}
