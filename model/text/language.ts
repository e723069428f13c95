/** The languages the model was trained to be asked in. */
export type Language = 'en' | 'zh';

/** Chinese where Han characters outnumber words in Latin letters; null where there are neither. */
export function detectLanguage(words: string): Language | null {
  const han = words.match(/\p{Script=Han}/gu)?.length ?? 0;
  const latin = words.match(/\p{Script=Latin}+/gu)?.length ?? 0;
  if (han === 0 && latin === 0) return null;
  return han > latin ? 'zh' : 'en';
}
