/** A name that stands apart from the direction of the words around it: whatever its script, the sentence is not turned round. */
export function setApart(name: string): string {
  return `\u2068${name}\u2069`;
}
