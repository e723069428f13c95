import type { CSSProperties, ReactNode } from 'react';
import type { ImageId } from '../../workers/protocol.ts';
import { usePictureAddress } from './use-picture.ts';

interface WithAreaProps {
  /** Null where no area is selected. */
  readonly mask: ImageId | null;
  readonly children: ReactNode;
}

/** A thumbnail with its selected area tinted. */
export function WithArea({ mask, children }: WithAreaProps) {
  const picture = usePictureAddress(mask);
  const style = picture.state === 'there' ? ({ '--mask': `url("${picture.address}")` } as CSSProperties) : undefined;
  return (
    <span className="with-area">
      {children}
      {style !== undefined && <span className="area-tint" style={style} />}
    </span>
  );
}
