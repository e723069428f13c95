import type { AreaWords } from '../../words/area.ts';
import type { Point } from '../state/area-marks.ts';
import type { Area } from './use-area.ts';
import { brushWidth } from './use-area.ts';
import { useAreaKeys } from './use-area-keys.ts';
import { useAreaPointer } from './use-area-pointer.ts';

interface AreaStageProps {
  readonly area: Area;
  readonly words: AreaWords;
  readonly address: string;
  readonly label: string;
}

/** The picture, and over it the canvas that is marked by pointer or by keys. */
export function AreaStage({ area, words, address, label }: AreaStageProps) {
  const { canvas, stage } = area;
  const pointer = useAreaPointer(area);
  const keys = useAreaKeys(area, words);
  return (
    <div ref={stage.element} className="area-stage">
      <div ref={stage.picture} className="area-picture">
        <img
          src={address}
          alt={label}
          draggable={false}
          onLoad={({ currentTarget }) => void area.load(currentTarget)}
        />
        <div
          className="area-marks"
          role="application"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: an application hears keys
          tabIndex={0}
          aria-label={words.area}
          aria-describedby="area-keys"
          onPointerDown={(event) => {
            keys.leave();
            pointer.down(event);
          }}
          onPointerMove={pointer.move}
          onPointerUp={pointer.up}
          onPointerCancel={pointer.cancel}
          onPointerLeave={pointer.leave}
          onKeyDown={keys.press}
          onBlur={keys.leave}
        >
          <canvas ref={canvas} />
        </div>
        <MarkFilter />
        <Ring area={area} at={keys.cursor ?? pointer.pointed} />
      </div>
      <p className="unseen" aria-live="polite">
        {keys.told}
      </p>
    </div>
  );
}

/**
 * How what is marked looks: the picture is seen through it, and round it are a white and a black line, so that it is seen on any
 * picture. They run where the mask will, at half of an edge that is softened. A shadow would lie below the marks too, and hide the
 * picture there.
 */
function MarkFilter() {
  return (
    <svg width={0} height={0} aria-hidden="true" focusable="false">
      <filter id="mark-filter" colorInterpolationFilters="sRGB">
        <feComponentTransfer result="firm">
          <feFuncA type="linear" slope="20" intercept="-9.5" />
        </feComponentTransfer>
        <feMorphology operator="dilate" radius="2" result="wide" />
        <feFlood floodColor="#000" />
        <feComposite in2="wide" operator="in" result="black" />
        <feMorphology in="firm" operator="dilate" radius="1" result="narrow" />
        <feFlood floodColor="#fff" />
        <feComposite in2="narrow" operator="in" result="white" />
        <feMerge>
          <feMergeNode in="black" />
          <feMergeNode in="white" />
        </feMerge>
        <feComposite in2="firm" operator="out" result="edge" />
        <feComponentTransfer in="firm" result="seen-through">
          <feFuncA type="linear" slope="0.45" />
        </feComponentTransfer>
        <feMerge>
          <feMergeNode in="seen-through" />
          <feMergeNode in="edge" />
        </feMerge>
      </filter>
    </svg>
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
