/** Line drawings of 20 × 20; decoration beside a name. */
const paths = {
  send: 'M10 16V4.5M5 9.5l5-5 5 5',
  stop: 'M6.5 6.5h7v7h-7z',
  picture: 'M4 4h12v12H4zM4 13.5l3.5-4 3 3.5 2-2 3.5 3.5M12.8 7.4h.01',
  camera: 'M3.5 6.5h3l1.500-2h4l1.500 2h3v9h-13zM7.500 10.800a2.500 2.500 0 0 1 5 0 2.500 2.500 0 0 1-5 0',
  chats: 'M3.5 4.5h13v11h-13zM8 4.5v11',
  compose: 'M10.5 4H4v12h12V9.5M8.5 11.5l.5-2.3L15 3.2l1.8 1.8-6 6z',
  settings: 'M4 6h6.5M14.5 6H16M4 14h1.5M9.5 14H16M12.5 4v4M7.5 12v4',
  close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  chevron: 'M6 8.5l4 4 4-4',
  check: 'M4.5 10.5l3.6 3.6 7.4-8.2',
  again: 'M15.6 9.2a5.8 5.8 0 1 0-1.3 4.6M16 5v4.3h-4.3',
  anew: 'M4.300 9a5.800 5.800 0 0 1 10.500-2.500M15.200 3.700v3.100h-3.100M15.700 11a5.800 5.800 0 0 1-10.500 2.500M4.800 16.300v-3.100h3.100',
  earlier: 'M5 12l5-5 5 5',
  later: 'M5 8l5 5 5-5',
  pause: 'M7.5 5v10M12.5 5v10',
  play: 'M7 4.5v11l8.5-5.5z',
  down: 'M10 4v11.5M5 10.5l5 5 5-5',
  edit: 'M4 16l.9-3.9L12.8 4.2l3 3L7.9 15.1zM11 6l3 3',
  save: 'M10 3.5v9M6 9l4 4 4-4M4 16.5h12',
  copy: 'M7.5 7.5h8.5v8.5H7.5zM4 12.5V4h8.5',
  share: 'M6.500 8.500H4.500v8h11v-8h-2M10 12.500v-9M6.500 7L10 3.500 13.500 7',
  variations: 'M4 7h11M12 4l3 3-3 3M16 13H5M8 10l-3 3 3 3',
  compare: 'M10 3v14M4 6h3.5v8H4M16 6h-3.5v8H16',
  difference: 'M4 4h9v9H4zM7.5 7.5H16V16H7.5zM10 10.200h.01',
  rest: 'M3.500 10a6.500 6.500 0 0 1 13 0 6.500 6.500 0 0 1-13 0M7 10.200l2.200 2.200L13 8',
  area: 'M4 7V4h3M13 4h3v3M16 13v3h-3M7 16H4v-3M8 10h4M10 8v4',
  brush: 'M16.5 3.5L9 11l-1.500-.500L7 9l7.500-7.500M7.5 10.500c-3 .500-2 4-4.500 5 3 1.500 6.500.500 6-3.500',
  eraser: 'M7.500 16L3.500 12l8-8 5 5-7 7zM7.500 8l5 5M6 16h10.500',
  turnLeft: 'M6.500 5L3.500 8l3 3M3.500 8H12a4 4 0 0 1 0 8.500H8',
  turnRight: 'M13.500 5l3 3-3 3M16.500 8H8a4 4 0 0 0 0 8.500h4',
  mirror: 'M10 3v14M7.500 5.500v9L3 14.500zM12.500 5.500v9h4.500z',
  rectangle: 'M3.500 5.500h13v9h-13z',
  bin: 'M4.5 6h11M8 6V4h4v2M6 6l.7 10h6.6L14 6',
  undo: 'M7 4.500L3.500 8 7 11.500M4 8h8a4 4 0 0 1 0 8H8',
  redo: 'M13 4.500L16.500 8 13 11.500M16 8H8a4 4 0 0 0 0 8h4',
  pin: 'M7.5 3.5h5l-.6 5 2.6 3h-9l2.600-3zM10 11.500v5',
  expand: 'M11.500 4H16v4.500M16 4l-5 5M8.500 16H4v-4.500M4 16l5-5',
  enlarge: 'M4 11h5v5H4zM4 8V4h12v12h-4M10.500 9.500l3-3M10.500 6.500h3v3',
  plus: 'M10 4.500v11M4.500 10h11',
  minus: 'M4.500 10h11',
  fit: 'M4 7.500V4h3.500M12.500 4H16v3.500M16 12.500V16h-3.500M7.500 16H4v-3.500',
  actual: 'M5 7l2-1.500V14.500M12.500 7l2-1.500V14.500M10 8.500h.01M10 12h.01',
  pixels: 'M4 4h12v12H4zM4 10h12M10 4v12',
  back: 'M12 5l-5 5 5 5',
  forth: 'M8 5l5 5-5 5',
  slide: 'M7.5 6.5L4 10l3.5 3.5M12.5 6.5L16 10l-3.5 3.5',
  models: 'M10 3l6.5 3.5v7L10 17l-6.5-3.5v-7zM3.5 6.5L10 10l6.5-3.5M10 10v7',
  star: 'M10 3.500l2 4.200 4.500.6-3.300 3.200.8 4.500-4-2.200-4 2.200.8-4.500L3.500 8.300l4.500-.6z',
  gallery: 'M3.500 3.500h5.500v5.500H3.500zM11 3.500h5.500v5.500H11zM3.500 11h5.500v5.500H3.500zM11 11h5.500v5.500H11z',
  polish: 'M8.500 3.500l1.500 4.500 4.500 1.500-4.500 1.500-1.500 4.500L7 11l-4.500-1.500L7 8zM15.500 13v4M13.500 15h4',
  recipe: 'M5 3h10v14H5zM8 7h4M8 10h4M8 13h2',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
