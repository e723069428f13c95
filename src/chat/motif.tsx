/** Small drawings beside the examples; decoration. */
const motifs = {
  beach: (
    <>
      <path className="sea" d="M0 0h40v26H0z" />
      <path className="sand" d="M0 24c12-4 28-4 40 0v16H0z" />
      <path className="red" d="M8 25l3-7h12l5 6 5 1v5H7z" />
      <circle className="dark" cx="13" cy="30" r="3" />
      <circle className="dark" cx="27" cy="30" r="3" />
    </>
  ),
  snow: (
    <>
      <path className="pale" d="M0 0h40v28H0z" />
      <path className="snow" d="M0 27c12-4 28-4 40 0v13H0z" />
      <path className="string" d="M15 20c-2 5 2 7 0 12" />
      <path className="yellow" d="M15 7c5 0 8 3 8 7s-4 7-7 8h-2c-3-1-7-4-7-8s3-7 8-7z" />
      <path className="red" d="M24 23h10v9H24z" />
      <path className="yellow" d="M28 23h2v9h-2z" />
    </>
  ),
  night: (
    <>
      <path className="night" d="M0 0h40v28H0z" />
      <path className="meadow" d="M0 27c12-4 28-4 40 0v13H0z" />
      <circle className="moon" cx="30" cy="10" r="4" />
      <path className="wall" d="M10 20h15v11H10z" />
      <path className="roof" d="M7 21l10.500-10L28 21z" />
      <path className="moon" d="M13 23h4v4h-4z" />
    </>
  ),
  bring: (
    <>
      <path className="paper" d="M0 0h40v40H0z" />
      <path className="frame-line" d="M9 10h22v20H9z" />
      <path className="plus" d="M20 15v10M15 20h10" />
    </>
  ),
} as const;

export function Motif({ name }: { readonly name: keyof typeof motifs }) {
  return (
    <svg className="motif" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
      {motifs[name]}
    </svg>
  );
}
