/** Six digits by which a person can name an unforeseen error and a log can find it (FNV-1a of its message). */
export function unforeseenCode(message: string): string {
  let hash = 0x811c9dc5;
  for (const unit of message) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0').slice(0, 6).toUpperCase();
}
