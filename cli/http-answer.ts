/** What a request's headers ask of a file: which part, in which encoding, and only if it has changed (RFC 9110). */
import type { IncomingHttpHeaders } from 'node:http';

export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** One range of a Range header: undefined where there is none, or one that is to be ignored. */
export function byteRange(header: string | undefined, size: number): ByteRange | 'outside' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/i.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '')
    return Number(to) === 0 || size === 0 ? 'outside' : { first: Math.max(0, size - Number(to)), last: size - 1 };
  const first = Number(from);
  const last = to === '' ? Number.POSITIVE_INFINITY : Number(to);
  // A range that ends before it begins is invalid, and an invalid header is as good as none.
  if (last < first) return undefined;
  return first >= size ? 'outside' : { first, last: Math.min(size - 1, last) };
}

export type Encoding = 'br' | 'gzip';

/** The encoding to answer in: Brotli before gzip, null where neither is wanted. */
export function chosenEncoding(header: string | string[] | undefined): Encoding | null {
  const weights = new Map<string, number>();
  for (const item of String(header ?? '').split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    if (name !== '') weights.set(name, weight === undefined ? 1 : Number(weight));
  }
  const accepts = (name: string) => (weights.get(name) ?? weights.get('*') ?? 0) > 0;
  return accepts('br') ? 'br' : accepts('gzip') ? 'gzip' : null;
}

export interface Version {
  readonly etag: string;
  readonly modified: Date;
}

/** Whether the asker has this version already. */
export function isKnown(headers: IncomingHttpHeaders, { etag, modified }: Version): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined) {
    return known.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && inSeconds(modified) <= inSeconds(new Date(since));
}

/** Whether a range may be answered as one: If-Range names a version whose rest is wanted, and any other is wanted whole. */
export function rangeHolds(headers: IncomingHttpHeaders, { etag, modified }: Version): boolean {
  const wanted = headers['if-range'];
  if (wanted === undefined) return true;
  return typeof wanted === 'string' && (wanted.trim() === etag || wanted.trim() === modified.toUTCString());
}

/** HTTP's dates have no finer part. */
function inSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** Whether a Host header names this machine. A page of elsewhere whose name was made to lead here has another. */
export function isOwnHost(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host ?? '');
}
