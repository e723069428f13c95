/** What a model's turn says, where a picture stands for its mark. */
export function spoken(text: string): string {
  return text.replaceAll('<image>', '').trim();
}
