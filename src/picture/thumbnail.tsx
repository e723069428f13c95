import type { ImageId } from '../../workers/protocol.ts';
import { useWords } from '../app/context.tsx';
import { type PictureAddress, usePictureAddress } from './use-picture.ts';

export function Thumbnail({ image, label }: { readonly image: ImageId; readonly label: string }) {
  const picture = usePictureAddress(image);
  return <StatedThumbnail picture={picture} label={label} />;
}

/** Says so where the picture is no longer stored. */
export function StatedThumbnail({ picture, label }: PictureThumbnailProps) {
  const { page } = useWords();
  if (picture.state === 'gone') return <span className="thumbnail gone">{page.result.gone}</span>;
  return <PictureThumbnail picture={picture} label={label} />;
}

interface PictureThumbnailProps {
  readonly picture: PictureAddress;
  readonly label: string;
}

/** An empty place where there is no picture. */
export function PictureThumbnail({ picture, label }: PictureThumbnailProps) {
  if (picture.state === 'there') return <img className="thumbnail" src={picture.address} alt={label} />;
  return <span className="thumbnail waiting" />;
}
