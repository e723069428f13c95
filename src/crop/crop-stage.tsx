import type { CSSProperties } from 'react';
import { turnsOf } from '../../model/image/crop.ts';
import type { CropWords } from '../../words/crop.ts';
import type { Grip } from './frame.ts';
import type { CropInHand } from './use-crop.ts';
import { useFrame } from './use-frame.ts';

interface CropStageProps {
  readonly crop: CropInHand;
  readonly words: CropWords;
  readonly address: string;
  readonly label: string;
}

const corners = [
  { name: 'topLeft', grip: { across: -1, down: -1 } },
  { name: 'topRight', grip: { across: 1, down: -1 } },
  { name: 'bottomLeft', grip: { across: -1, down: 1 } },
  { name: 'bottomRight', grip: { across: 1, down: 1 } },
] as const satisfies readonly { readonly name: keyof CropWords['corner']; readonly grip: Grip }[];

/** For pointers alone: what they do, corners do by keys. */
const edges: readonly Grip[] = [
  { across: 0, down: -1 },
  { across: 1, down: 0 },
  { across: 0, down: 1 },
  { across: -1, down: 0 },
];

/** The picture as it is turned, and over it the frame of what comes along. */
export function CropStage({ crop, words, address, label }: CropStageProps) {
  const { size } = crop;
  const frame = useFrame(crop, words);
  const { isMirrored, quarters } = turnsOf(crop.crop.orientation);
  const ratio = { '--ratio': size.width / size.height } as CSSProperties;
  return (
    <div className="crop-stage">
      <div ref={frame.picture} className="crop-picture" style={ratio}>
        <div className="crop-shown">
          <img src={address} alt={label} draggable={false} data-quarters={quarters} data-mirrored={isMirrored} />
          <span className="crop-veil" style={frame.place} />
        </div>
        <div
          className="crop-frame"
          style={frame.place}
          role="application"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: an application hears keys
          tabIndex={0}
          aria-label={words.frame}
          aria-describedby="crop-keys"
          {...frame.handlers(null)}
        >
          {edges.map((grip) => (
            <span
              key={`${grip.across} ${grip.down}`}
              className="crop-edge"
              data-across={grip.across}
              data-down={grip.down}
              {...frame.handlers(grip)}
            />
          ))}
          {corners.map(({ name, grip }) => (
            <button
              key={name}
              type="button"
              className="crop-corner"
              data-across={grip.across}
              data-down={grip.down}
              aria-label={words.corner[name]}
              aria-describedby="crop-keys"
              {...frame.handlers(grip)}
            />
          ))}
        </div>
      </div>
      <p className="unseen" aria-live="polite">
        {frame.told}
      </p>
    </div>
  );
}
