import { useWords } from '../app/context.tsx';

/** A picture of another host that a reply names: never fetched, told by its words. */
export function OutsidePicture({ alt }: { readonly alt: string }) {
  const { page } = useWords();
  return <span className="outside-picture">{page.markdown.picture(alt)}</span>;
}
