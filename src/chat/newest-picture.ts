/** What is to be seen together, in CSS pixels from the top of what scrolls. */
export interface Span {
  readonly top: number;
  readonly bottom: number;
}

/** What is to be seen stands so far from the edges. */
export const edgePixels = 8;

export function fitsIn({ clientHeight }: Pick<HTMLElement, 'clientHeight'>, { top, bottom }: Span): boolean {
  return bottom - top + 2 * edgePixels <= clientHeight;
}

/**
 * The picture that is drawn, or was last, with as much as fits with it: above it the question, else the answer's words; below it what
 * is offered next, else what is done with most pictures. Null where the newest answer has none, or none that fits.
 */
export function newestPicture(scroller: HTMLElement): Span | null {
  const turns = scroller.querySelector('.turn-group:last-child')?.querySelectorAll('.turn') ?? [];
  const [question, answer] = [...turns].slice(-2);
  const results = [...(answer?.querySelectorAll<HTMLElement>('.result') ?? [])];
  const picture = results.findLast(({ dataset }) => dataset.state !== 'queued') ?? results[0];
  const tools = picture?.querySelector('.main-tools') ?? picture?.querySelector('.frame');
  if (question === undefined || answer === undefined || picture === undefined || tools == null) return null;
  if (!question.matches('.person')) return null;
  const begin = scroller.getBoundingClientRect().top - scroller.scrollTop;
  const next = picture === results.at(-1) ? scroller.querySelector('.next') : null;
  const tops = [question, answer, picture].map((each) => each.getBoundingClientRect().top - begin);
  const bottoms = [next ?? [], tools].flat().map((each) => each.getBoundingClientRect().bottom - begin);
  const spans = tops.flatMap((top) => bottoms.map((bottom) => ({ top, bottom })));
  return spans.find((span) => fitsIn(scroller, span)) ?? null;
}
