/** The room that a reply's words have at most: a quarter of what the model holds, the rest being the conversation's. In tokens. */
export function longestReply(slots: number): number {
  return Math.floor(slots / 4);
}
