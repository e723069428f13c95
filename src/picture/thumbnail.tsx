import type { ImageId } from '../../workers/protocol.ts';
import { useWords } from '../app/context.tsx';
import { usePictureAddress } from './use-picture.ts';

export function Thumbnail({ image, label }: { readonly image: ImageId; readonly label: string }) {
  const { page } = useWords();
  const picture = usePictureAddress(image);
  if (picture.state === 'there') return <img className="thumbnail" src={picture.address} alt={label} />;
  if (picture.state === 'gone') return <span className="thumbnail gone">{page.result.gone}</span>;
  return <span className="thumbnail waiting" />;
}
