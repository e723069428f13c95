import type { Turn } from '../../model/image/crop.ts';
import type { CropWords } from '../../words/crop.ts';
import { Icon, type IconName } from '../app/icon.tsx';
import { type CropInHand, shapes } from './use-crop.ts';

const turns: readonly { readonly turn: Turn; readonly icon: IconName }[] = [
  { turn: 'left', icon: 'turnLeft' },
  { turn: 'right', icon: 'turnRight' },
  { turn: 'mirror', icon: 'mirror' },
];

export function CropBar({ crop, words }: { readonly crop: CropInHand; readonly words: CropWords }) {
  return (
    <div className="tool-bar">
      <fieldset className="tool-group" aria-label={words.shapes}>
        {shapes.map((shape) => (
          <button key={shape} type="button" aria-pressed={crop.shape === shape} onClick={() => crop.choose(shape)}>
            {words.shape[shape]}
          </button>
        ))}
      </fieldset>
      <div className="tool-group">
        {turns.map(({ turn, icon }) => (
          <button key={turn} type="button" onClick={() => crop.turn(turn)}>
            <Icon name={icon} />
            {words.turn[turn]}
          </button>
        ))}
      </div>
    </div>
  );
}
