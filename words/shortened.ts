/** So much of a long text as names it in a sentence. */
const characters = 40;

export function shortened(text: string): string {
  const all = [...text];
  return all.length <= characters ? text : `${all.slice(0, characters).join('').trimEnd()}…`;
}
