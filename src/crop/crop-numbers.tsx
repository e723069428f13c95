import { type KeyboardEvent, useId, useState } from 'react';
import type { Box } from '../../model/image/crop.ts';
import { isWithin } from '../../model/setting-ranges.ts';
import { typedWhole } from '../../model/typed-number.ts';
import type { CropWords } from '../../words/crop.ts';
import { isForInputMethod } from '../app/input-method.ts';
import { type FrameNumber, frameRanges, typedFrame } from './frame.ts';
import type { CropInHand } from './use-crop.ts';

const names: readonly FrameNumber[] = ['x', 'y', 'width', 'height'];

/** What is written and gives no frame, for as long as the frame is as it was then. */
interface Draft {
  readonly name: FrameNumber;
  readonly text: string;
  readonly beside: Box;
}

/** The frame in pixels of the picture as it is turned, to be read and to be typed. */
export function CropNumbers({ crop, words }: { readonly crop: CropInHand; readonly words: CropWords }) {
  const { crop: now, size, ratio, place } = crop;
  const { box } = now;
  const [draft, setDraft] = useState<Draft | null>(null);
  const problem = useId();
  const wrong = draft?.beside === box ? draft : null;
  const ranges = frameRanges(box, size, ratio);
  const write = (name: FrameNumber, text: string) => {
    const value = typedWhole(text);
    if (value === null || !isWithin(ranges[name], value)) return setDraft({ name, text, beside: box });
    setDraft(null);
    if (value !== box[name]) place(typedFrame(box, name, value, size, ratio));
  };
  const step = (name: FrameNumber) => (event: KeyboardEvent) => {
    if ((event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || isForInputMethod(event.nativeEvent)) return;
    event.preventDefault();
    const { low, high } = ranges[name];
    const stepped = box[name] + (event.key === 'ArrowUp' ? 1 : -1);
    write(name, String(Math.min(high, Math.max(low, stepped))));
  };
  return (
    <fieldset className="crop-numbers" aria-label={words.numbers}>
      {names.map((name) => (
        <label key={name}>
          {words.number[name]}
          <input
            // A field of type number hides what cannot be parsed, so its reason could not be told.
            type="text"
            role="spinbutton"
            inputMode="numeric"
            autoComplete="off"
            aria-valuemin={ranges[name].low}
            aria-valuemax={ranges[name].high}
            aria-valuenow={box[name]}
            aria-invalid={wrong?.name === name}
            aria-describedby={wrong?.name === name ? problem : undefined}
            value={wrong?.name === name ? wrong.text : box[name]}
            onChange={({ currentTarget }) => write(name, currentTarget.value)}
            onKeyDown={step(name)}
          />
        </label>
      ))}
      {wrong !== null && (
        <p id={problem} className="reason">
          {words.outside(words.number[wrong.name], ranges[wrong.name].low, ranges[wrong.name].high, box[wrong.name])}
        </p>
      )}
    </fieldset>
  );
}
