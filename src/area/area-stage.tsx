import { type CSSProperties, type PointerEvent, useState } from 'react';
import type { AreaWords } from '../../words/area.ts';
import type { Point } from './area-canvas.ts';
import type { Area } from './use-area.ts';
import { brushWidth } from './use-area.ts';
import { useAreaKeys } from './use-area-keys.ts';

interface AreaStageProps {
  readonly area: Area;
  readonly words: AreaWords;
  readonly address: string;
  readonly label: string;
}

/** The picture, and over it the canvas that is marked by pointer or by keys. */
export function AreaStage({ area, words, address, label }: AreaStageProps) {
  const { canvas, area: marks, tool } = area;
  const [shape, setShape] = useState({ width: 1, height: 1 });
  const [pointed, setPointed] = useState<Point | null>(null);
  const keys = useAreaKeys(area, words);
  const pointOf = ({ clientX, clientY, currentTarget }: PointerEvent<HTMLElement>): Point => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const size = marks.current?.size ?? { width: 0, height: 0 };
    return { x: ((clientX - left) / width) * size.width, y: ((clientY - top) / height) * size.height };
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    const at = pointOf(event);
    if (event.pointerType !== 'touch') setPointed(at);
    if (event.currentTarget.hasPointerCapture(event.pointerId)) marks.current?.move(at);
  };
  const style = { '--ratio': shape.width / shape.height } as CSSProperties;
  return (
    <div className="area-stage">
      <div className="area-picture" style={style}>
        <img
          src={address}
          alt={label}
          draggable={false}
          onLoad={({ currentTarget }) => {
            setShape({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight });
            void area.load(currentTarget);
          }}
        />
        <div
          className="area-marks"
          role="application"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: an application hears keys
          tabIndex={0}
          aria-label={words.area}
          aria-describedby="area-keys"
          onPointerDown={(event) => {
            // A second finger marks nothing of its own.
            if (event.button !== 0 || !event.isPrimary) return;
            keys.leave();
            event.currentTarget.setPointerCapture(event.pointerId);
            marks.current?.press(tool, brushWidth(area), pointOf(event));
          }}
          onPointerMove={move}
          onPointerUp={({ isPrimary }) => isPrimary && marks.current?.release()}
          onPointerCancel={({ isPrimary }) => isPrimary && marks.current?.cancel()}
          onPointerLeave={() => setPointed(null)}
          onKeyDown={keys.press}
          onBlur={keys.leave}
        >
          <canvas ref={canvas} />
        </div>
        <Ring area={area} at={keys.cursor ?? pointed} />
      </div>
      <p className="unseen" aria-live="polite">
        {keys.told}
      </p>
    </div>
  );
}

/** How large the brush is, and where. */
function Ring({ area, at }: { readonly area: Area; readonly at: Point | null }) {
  const size = area.area.current?.size;
  if (at === null || size === undefined) return null;
  const width = area.tool === 'rectangle' ? 1 : brushWidth(area);
  const style = {
    left: `${(at.x / size.width) * 100}%`,
    top: `${(at.y / size.height) * 100}%`,
    width: `${(width / size.width) * 100}%`,
  };
  return <span className="area-ring" data-tool={area.tool} style={style} />;
}
