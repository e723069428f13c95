/** A page of a picture book: day in the light colours, night in the dark ones. Decoration. */
export function Scene() {
  return (
    <svg
      className="scene"
      viewBox="0 0 720 250"
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
      focusable="false"
    >
      <path className="sky" d="M0 0h720v250H0z" />
      <path
        className="stars"
        d="M70 44h.01M128 92h.01M204 36h.01M262 74h.01M402 40h.01M452 96h.01M478 30h.01M616 34h.01M660 84h.01M690 40h.01"
      />
      <circle className="halo" cx="556" cy="78" r="62" />
      <circle className="sun" cx="556" cy="78" r="36" />
      <path className="cloud" d="M90 78a16 16 0 0 1 30-8 15 15 0 0 1 25 9 11 11 0 0 1-2 22H92a12 12 0 0 1-2-23z" />
      <path className="cloud" d="M610 52a12 12 0 0 1 23-6 11 11 0 0 1 19 7 8 8 0 0 1-2 16h-38a9 9 0 0 1-2-17z" />
      <path className="hills" d="M0 164c70-44 148-52 232-18s146 30 220-4 182-40 268-2v110H0z" />
      <path className="sea" d="M180 190c120-18 400-22 540-8v68H180z" />
      <path className="meadow" d="M0 196c92-38 188-36 270-8s96 40 160 62H0z" />
      <path className="sand" d="M268 250c40-34 124-30 216-26s170 4 236-16v42z" />
      <House />
      <path className="trunk" d="M236 180h7v34h-7zM74 176h6v30h-6z" />
      <path className="leaves" d="M239 122c20 0 30 22 26 42s-14 26-26 26-22-8-26-26 6-42 26-42z" />
      <path className="leaves" d="M77 132c15 0 23 16 20 31s-10 20-20 20-17-6-20-20 5-31 20-31z" />
      <Boat />
      <Balloon />
    </svg>
  );
}

function House() {
  return (
    <g>
      <path className="wall" d="M130 158h60v52h-60z" />
      <path className="roof" d="M120 160l40-38 40 38z" />
      <path className="door" d="M166 182h15v28h-15z" />
      <path className="window" d="M139 170h17v15h-17z" />
    </g>
  );
}

function Boat() {
  return (
    <g>
      <path className="sail" d="M470 138v50h-30zM477 148v40h22z" />
      <path className="hull" d="M430 194h82c-4 14-14 20-24 20h-36c-10 0-18-6-22-20z" />
    </g>
  );
}

function Balloon() {
  return (
    <g className="balloon">
      <path className="string" d="M352 106c-6 18 8 26 2 48" />
      <path className="skin" d="M352 42c18 0 29 13 29 30s-14 29-25 33l3 6h-14l3-6c-11-4-25-16-25-33s11-30 29-30z" />
    </g>
  );
}
