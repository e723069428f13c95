/** What is to be seen together, in CSS pixels from the top of what scrolls. */
export interface Span {
  readonly top: number;
  readonly bottom: number;
}

/** From the newest question to the end of the picture that answers it, with what is done with most pictures; null where none does. */
export function newestPicture(scroller: HTMLElement): Span | null {
  const turns = scroller.querySelector('.turn-group:last-child')?.querySelectorAll('.turn') ?? [];
  const [question, answer] = [...turns].slice(-2);
  const last = [...(answer?.querySelectorAll('.frame, .main-tools') ?? [])].at(-1);
  if (question === undefined || last === undefined || !question.matches('.person')) return null;
  const begin = scroller.getBoundingClientRect().top - scroller.scrollTop;
  return { top: question.getBoundingClientRect().top - begin, bottom: last.getBoundingClientRect().bottom - begin };
}
