import type { FileKind } from '../recognised.ts';
import type { ByteSource } from './source.ts';

/**
 * What a file is by its first bytes. A zip archive begins with a local record (or, empty, with its end record), torch's
 * old format with a pickled magic number, and a safetensors file with a small header length and an opening brace. What a failed download left
 * behind is text.
 */
export async function fileKind(source: ByteSource): Promise<FileKind> {
  if (source.size === 0) return 'empty';
  const head = await source.read(0, Math.min(source.size, 64));
  if (startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x50, 0x4b, 5, 6])) return 'zip';
  if (startsWith(head, [0x80, 2, 0x8a, 0x0a])) return 'legacy-torch';
  if (head[8] === 0x7b && head[5] === 0 && head[6] === 0 && head[7] === 0) return 'safetensors';
  const beginning = String.fromCharCode(...head);
  const media = mediaKind(beginning);
  if (media !== null) return media;
  const text = beginning.toLowerCase();
  if (text.startsWith('version https://git-lfs')) return 'git-lfs-pointer';
  if (/^[\s\ufeff\u00ef\u00bb\u00bf]*<(!doctype|html|\?xml|head|!--)/.test(text)) return 'web-page';
  if (serverMessage.test(text)) return 'server-message';
  if (/^\s*[{[]\s*["{[\]}\d]/.test(text)) return 'json';
  return /^[\t\n\r\x20-\x7e]+$/.test(text) ? 'text' : 'unknown';
}

/** What is at hand beside weights, and may be taken for them. */
function mediaKind(beginning: string): FileKind | null {
  const isAny = (starts: readonly string[]) => starts.some((start) => beginning.startsWith(start));
  const isHeif = /^ftyp(?:avi|hei|hev|mif|msf)/.test(beginning.slice(4));
  const isWebp = beginning.startsWith('RIFF') && beginning.startsWith('WEBP', 8);
  const isBmp = beginning.startsWith('BM') && beginning.startsWith('\0\0\0\0', 6);
  if (isHeif || isWebp || isBmp || isAny(pictureStarts)) return 'picture';
  if (isAny(['GGUF'])) return 'gguf';
  if (isAny(['\x1f\x8b'])) return 'gzip';
  return isAny(['%PDF']) ? 'pdf' : null;
}

/** PNG, JPEG, GIF, TIFF in both orders of bytes, ICO. */
const pictureStarts = ['\x89PNG\r\n', '\xff\xd8\xff', 'GIF87a', 'GIF89a', 'II*\0', 'MM\0*', '\0\0\x01\0'];

/** What hosts of models answer in a file's place, as a line or as JSON. */
const serverMessage =
  /^\s*(?:\{\s*"(?:error|errors|message|detail|status)"|(?:entry |repository |file )?not found|access |forbidden|unauthori[sz]ed|invalid (?:user|credential|token)|error\b|[45]\d\d\b)/;

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
