/** Line drawings of 20 × 20; decoration beside a name. */
const paths = {
  send: 'M10 16V4M5 9l5-5 5 5',
  stop: 'M6 6h8v8H6z',
  add: 'M4 15l4-5 3 3.500 2-2 3 3.500M4 4h12v12H4zM12.500 7.500h.01',
  chat: 'M4 5h12v8H9l-4 3v-3H4z',
  plus: 'M10 4v12M4 10h12',
  settings: 'M4 6h6M14 6h2M4 14h2M10 14h6M12 4v4M8 12v4',
  close: 'M5 5l10 10M15 5L5 15',
  edit: 'M4 16l1-4 8-8 3 3-8 8z',
  save: 'M10 3v9M6 8.500l4 4 4-4M4 16h12',
  copy: 'M7 7h9v9H7zM4 13V4h9',
  variations: 'M4 7h9l-3-3M16 13H7l3 3',
  compare: 'M10 3v14M4 6h3v8H4M16 6h-3v8h3',
  recipe: 'M5 3h10v14H5zM8 7h4M8 10h4M8 13h2',
} as const;

export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
