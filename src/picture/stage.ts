/** A picture on its stage: moved and zoomed by wheel, fingers, mouse, and whatever calls it. */
import type { Size } from '../../model/image/bounds.ts';
import {
  atActualSize,
  type Enlargement,
  fitted,
  moved,
  type Point,
  percentOf,
  revealing,
  type Stage,
  type View,
  zoomed,
} from './zoom.ts';

const middle: Point = { x: 0, y: 0 };
/** On a screen with room for it. */
const edge = 16;
const narrow = 480;
const zoomStep = 1.5;
const moveStep = 64;
/** Of a wheel's notch that counts in lines. */
const lineHeight = 16;

type Keys = ReadonlyMap<string, (stage: PictureStage) => void>;

const zoomKeys: Keys = new Map([
  ['+', (stage) => stage.zoomIn()],
  ['=', (stage) => stage.zoomIn()],
  ['-', (stage) => stage.zoomOut()],
  ['0', (stage) => stage.fit()],
  ['1', (stage) => stage.actualSize()],
]);

/** They move what is looked at, as a page's do: the picture goes the other way. */
const moveKeys: Keys = new Map([
  ['ArrowLeft', (stage) => stage.move({ x: moveStep, y: 0 })],
  ['ArrowRight', (stage) => stage.move({ x: -moveStep, y: 0 })],
  ['ArrowUp', (stage) => stage.move({ x: 0, y: moveStep })],
  ['ArrowDown', (stage) => stage.move({ x: 0, y: -moveStep })],
]);

/**
 * What a pointer does: it moves the picture, or it marks something on it, and two of them, the middle button and the keys of the
 * zoom are the stage's.
 */
export type Hand =
  | { readonly does: 'move' }
  | {
      readonly does: 'mark';
      /** Leaves off the mark that was begun, now that a second finger has come; whether that is no loss. */
      readonly giveUp: () => boolean;
    };

interface Staged {
  /** In the picture's own pixels. */
  readonly size: Size;
  readonly enlargement: Enlargement;
  readonly hand: Hand;
  /** The size that is shown, in hundredths of the picture's own. */
  readonly tell: (percent: number) => void;
}

const middleButton = 1;

export class PictureStage {
  readonly #stage: HTMLElement;
  readonly #picture: HTMLElement;
  readonly #size: Size;
  readonly #hand: Hand;
  readonly #tell: (percent: number) => void;
  readonly #ended = new AbortController();
  readonly #pointers = new Map<number, Point>();
  #enlargement: Enlargement;
  /** Null while it is as large as fits: then it follows the stage's size. */
  #view: View | null = null;

  /** @param picture what is shown, of the size that it is given here */
  constructor(stage: HTMLElement, picture: HTMLElement, { size, enlargement, hand, tell }: Staged) {
    this.#stage = stage;
    this.#picture = picture;
    this.#size = size;
    this.#enlargement = enlargement;
    this.#hand = hand;
    this.#tell = tell;
    this.#listen();
    const watch = new ResizeObserver(() => this.#show());
    watch.observe(stage);
    this.#ended.signal.addEventListener('abort', () => watch.disconnect());
  }

  end(): void {
    this.#ended.abort();
  }

  fit(): void {
    this.#view = null;
    this.#show();
  }

  actualSize(): void {
    this.#change((view, stage) => atActualSize(view, stage, middle));
  }

  zoomIn(): void {
    this.#zoom(zoomStep, middle);
  }

  zoomOut(): void {
    this.#zoom(1 / zoomStep, middle);
  }

  /** @param at in the window; a click's target is the stage, which captures the pointer */
  isBeside({ x, y }: Point): boolean {
    const { left, right, top, bottom } = this.#picture.getBoundingClientRect();
    return x < left || x > right || y < top || y > bottom;
  }

  move(by: Point): void {
    this.#change((view, stage) => moved(view, stage, by));
  }

  /** @param at in shares of the picture's width and height */
  reveal(at: Point): void {
    this.#change((view, stage) => revealing(view, stage, at));
  }

  enlarge(enlargement: Enlargement): void {
    this.#enlargement = enlargement;
    this.#show();
  }

  #zoom(factor: number, at: Point): void {
    this.#change((view, stage) => zoomed(view, stage, factor, at));
  }

  #measured(): Stage {
    const { clientWidth: width, clientHeight: height } = this.#stage;
    return { width, height, edge: width < narrow ? 0 : edge, ratio: devicePixelRatio, picture: this.#size };
  }

  #change(change: (view: View, stage: Stage) => View): void {
    const stage = this.#measured();
    const fit = fitted(stage, this.#enlargement);
    const view = change(this.#view ?? fit, stage);
    this.#view = view.scale === fit.scale ? null : view;
    this.#show();
  }

  #show(): void {
    const stage = this.#measured();
    if (stage.width === 0 || stage.picture.width === 0) return;
    const { scale, x, y } = this.#view === null ? fitted(stage, this.#enlargement) : moved(this.#view, stage, middle);
    const [width, height] = [stage.picture.width * scale, stage.picture.height * scale];
    // On whole device pixels, or squares would be of unequal size.
    const onPixel = (value: number) => Math.round(value * stage.ratio) / stage.ratio;
    const { style } = this.#picture;
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.left = `${onPixel((stage.width - width) / 2 + x)}px`;
    style.top = `${onPixel((stage.height - height) / 2 + y)}px`;
    this.#picture.dataset.enlargement = this.#enlargement;
    this.#stage.dataset.movable = String(width > stage.width + 1 || height > stage.height + 1);
    this.#tell(percentOf({ scale, x, y }, stage));
  }

  #listen(): void {
    const { signal } = this.#ended;
    const listen = <Type extends keyof HTMLElementEventMap>(
      type: Type,
      hear: (event: HTMLElementEventMap[Type]) => void,
    ) => this.#stage.addEventListener(type, hear, { signal, passive: false });
    listen('wheel', (event) => {
      event.preventDefault();
      const amount = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? lineHeight : 1);
      // A pinch on a touchpad comes as a wheel with Ctrl, in smaller amounts.
      this.#zoom(Math.exp(-amount * (event.ctrlKey ? 0.01 : 0.002)), this.#pointOf(event));
    });
    listen('pointerdown', (event) => this.#touch(event));
    listen('pointermove', (event) => this.#drag(event));
    const leave = ({ pointerId }: PointerEvent) => void this.#pointers.delete(pointerId);
    listen('pointerup', leave);
    listen('pointercancel', leave);
    // Wherever the focus is: over the page there is nothing else.
    addEventListener('keydown', (event) => this.#press(event), { signal });
    listen('dblclick', (event) => {
      if (this.#hand.does === 'mark') return;
      if (this.#view === null) this.#zoom(3, this.#pointOf(event));
      else this.fit();
    });
  }

  #touch(event: PointerEvent): void {
    const isMiddle = event.button === middleButton;
    if (event.button !== 0 && !isMiddle) return;
    if (this.#hand.does === 'mark') {
      // One that is far on its way is not lost to a palm.
      if (!event.isPrimary && !this.#hand.giveUp()) return;
      if (!isMiddle && event.pointerType !== 'touch') return;
    }
    // Of a touch that marks, the marks have the capture.
    if (this.#hand.does === 'move' || isMiddle) this.#stage.setPointerCapture(event.pointerId);
    if (isMiddle) event.preventDefault();
    this.#pointers.set(event.pointerId, this.#pointOf(event));
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = zoomKeys.get(event.key) ?? (this.#hand.does === 'move' ? moveKeys.get(event.key) : undefined);
    if (action === undefined) return;
    event.preventDefault();
    action(this);
  }

  /** One pointer moves the picture; two move it with their middle, and zoom with the room between them. */
  #drag(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = this.#pointOf(event);
    this.#pointers.set(event.pointerId, now);
    const by = { x: now.x - before.x, y: now.y - before.y };
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) {
      // One finger marks; a mouse is here with its middle button alone.
      if (this.#hand.does === 'move' || event.pointerType !== 'touch') this.move(by);
      return;
    }
    this.move({ x: by.x / 2, y: by.y / 2 });
    const apart = (one: Point) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
    this.#zoom(apart(now) / apart(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
  }

  /** From the stage's middle. */
  #pointOf({ clientX, clientY }: MouseEvent): Point {
    const { left, top, width, height } = this.#stage.getBoundingClientRect();
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
  }
}
