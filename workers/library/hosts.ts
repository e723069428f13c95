/**
 * Which hosts the library asks. The policy of its script lets through any address that begins with https; this list is what keeps
 * it to those that the person named. Where a redirect leads a script sees only behind it: nothing of such an answer is read.
 */
import { fail } from '../../model/failure.ts';
import type { Ask } from '../download.ts';
import { officialLayouts } from './official-layouts.ts';
import type { InstallSource, OfficialSource } from './protocol.ts';

/**
 * The address of a bundle's folder.
 *
 * @param site the page's own origin, which may be a plain one on the person's machine
 * @throws ADDRESS_INVALID
 */
export function folderAddress(text: string, site: string): URL {
  const address = URL.canParse(text.trim()) ? new URL(text.trim()) : fail('ADDRESS_INVALID', { problem: 'no address' });
  if (address.protocol !== 'https:' && address.origin !== site) fail('ADDRESS_INVALID', { problem: 'not https' });
  if (!isFolderAlone(address)) fail('ADDRESS_INVALID', { problem: 'more than a folder' });
  const { pathname } = address;
  const isFile = pathname.endsWith('/bundle.json');
  const folder = isFile ? pathname.slice(0, pathname.lastIndexOf('/') + 1) : pathname;
  return new URL(folder.endsWith('/') ? folder : `${folder}/`, address.origin);
}

/** What else an address can have does not go with a request for a file of the folder. */
function isFolderAlone({ username, password, search, hash }: URL): boolean {
  return [username, password, search, hash].every((part) => part === '');
}

/** What a person was given by a host, for as long as the page is open. */
export interface HostKey {
  readonly origin: string;
  readonly token: string;
}

/**
 * Asks these hosts and no other.
 *
 * @param allowed names of hosts, with their port where that is not the usual one; `*.` stands for any host below
 * @param key that opens what a host gives to some alone. It goes to that origin and no other: a browser takes it off where an
 * answer leads elsewhere (Fetch, "HTTP-redirect fetch").
 * @throws HOST_REFUSED where an answer comes from another
 */
export function askOf(allowed: ReadonlySet<string>, site: string, ask: Ask, key: HostKey | null = null): Ask {
  const isAllowed = ({ host, hostname }: URL) =>
    allowed.has(host) || hostname.split('.').some((_, at, names) => allowed.has(`*.${names.slice(at + 1).join('.')}`));
  const judge = (address: URL) => {
    if (address.origin === site) return;
    if (address.protocol !== 'https:' || !isAllowed(address)) fail('HOST_REFUSED', { host: address.host });
  };
  return async (address, request) => {
    judge(address);
    const headers = new Headers(request.headers);
    if (key !== null && key.origin === address.origin) headers.set('Authorization', `Bearer ${key.token}`);
    const response = await ask(address, {
      ...request,
      headers,
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

/** A source with another host. */
export type RemoteSource = Extract<InstallSource, { kind: 'address' | 'official' }>;

/** @throws ADDRESS_INVALID for a mirror that is none */
export function officialBase({ layout, mirror }: OfficialSource, site: string): URL {
  return mirror === null ? new URL(officialLayouts[layout].base) : folderAddress(mirror, site);
}

/** The list for a source: its own host, those that its layout names, and those that the person allowed. */
export function allowedHosts(source: RemoteSource, site: string): ReadonlySet<string> {
  if (source.kind === 'address') return new Set([folderAddress(source.address, site).host, ...source.hosts]);
  return new Set([officialBase(source, site).host, ...officialLayouts[source.layout].hosts, ...source.hosts]);
}

/** A mirror gets nothing that a person was given by the host itself. */
export function keyOf(source: RemoteSource): HostKey | null {
  if (source.kind === 'address' || source.token === null || source.mirror !== null) return null;
  return { origin: new URL(officialLayouts[source.layout].base).origin, token: source.token };
}
