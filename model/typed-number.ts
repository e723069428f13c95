/** Numbers as people type them, in the page's fields and on the terminal alike. */

/** Without blanks around it, and with full-width characters ("２，５") as their usual ones. */
export function halfWidth(text: string): string {
  return text.trim().replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

/** "2.5", "2,5", "2." and ".5" are numbers; null for anything else, a sign or an exponent included. */
export function typedNumber(text: string): number | null {
  const typed = halfWidth(text).replace(',', '.');
  return /^(\d+\.?\d*|\.\d+)$/.test(typed) ? Number(typed) : null;
}

/** As `typedNumber`, but whole. "1,000" is none: it means a thousand to one person and one to another. */
export function typedWhole(text: string): number | null {
  const typed = halfWidth(text);
  return /^\d+([.,]0?)?$/.test(typed) ? Number.parseInt(typed, 10) : null;
}
