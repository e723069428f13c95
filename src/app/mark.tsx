/** The mark of the page: a picture with a sun over hills, as in public/icon.svg. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path className="mark-sky" d="M0 0h32v32H0z" />
      <circle className="mark-sun" cx="21" cy="11.5" r="5" />
      <path className="mark-far" d="M0 20c5-6 10-6 15-1s10 5 17-2v15H0z" />
      <path className="mark-near" d="M0 26c6-5 12-5 18-2s10 2 14-1v9H0z" />
    </svg>
  );
}
