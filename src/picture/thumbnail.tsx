import type { ImageId } from '../../workers/protocol.ts';
import { usePictureAddress } from './use-picture.ts';

export function Thumbnail({ image, label }: { readonly image: ImageId; readonly label: string }) {
  const address = usePictureAddress(image);
  if (address === null) return <span className="thumbnail waiting" />;
  return <img className="thumbnail" src={address} alt={label} />;
}
