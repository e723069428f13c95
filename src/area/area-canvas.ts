/** Marks that a person makes over a picture, on a canvas of the size of the mask; what is opaque in the end is selected. */
import type { Size } from '../../model/image/bounds.ts';
import type { Mark, Point } from '../state/area-marks.ts';

export type AreaTool = 'brush' | 'eraser' | 'rectangle';

/** What there is after a mark. */
export interface Selected {
  /** Of the picture, 0 … 1. */
  readonly share: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** Of an edge that is softened over a pixel, the nearer half. */
const opaqueEnough = 128;

export class AreaCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #colour: string;
  readonly #tell: (selected: Selected) => void;
  /** The mask that was there before. */
  #base: HTMLCanvasElement | null = null;
  #marks: readonly Mark[] = [];
  /** What was taken back, the last one first. */
  #undone: readonly Mark[] = [];
  #open: Mark | null = null;

  constructor(canvas: HTMLCanvasElement, { width, height }: Size, tell: (selected: Selected) => void) {
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('no canvas to draw on');
    canvas.width = width;
    canvas.height = height;
    this.#canvas = canvas;
    this.#context = context;
    this.#colour = getComputedStyle(canvas).color;
    this.#tell = tell;
  }

  get size(): Size {
    return this.#canvas;
  }

  /** Whether a mark was begun and not ended. */
  get isMarking(): boolean {
    return this.#open !== null;
  }

  /** Those that were made and not taken back, the last one last. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** Makes marks again that were made before. */
  restore(marks: readonly Mark[]): void {
    this.#marks = marks;
    this.#undone = [];
    this.#redraw();
    this.#told();
  }

  /** Takes up a mask that was made before: white where it is marked. */
  load(mask: CanvasImageSource): void {
    const [canvas, context] = canvasOf(this.size);
    context.drawImage(mask, 0, 0, canvas.width, canvas.height);
    const image = context.getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < image.data.length; at += 4) image.data[at + 3] = image.data[at] ?? 0;
    context.putImageData(image, 0, 0);
    context.globalCompositeOperation = 'source-in';
    context.fillStyle = this.#colour;
    context.fillRect(0, 0, canvas.width, canvas.height);
    this.#base = canvas;
    this.#redraw();
    this.#told();
  }

  press(tool: AreaTool, width: number, at: Point): void {
    this.#open =
      tool === 'rectangle' ? { kind: 'rectangle', from: at, to: at } : { kind: 'line', tool, width, points: [at] };
    this.move(at);
  }

  move(to: Point): void {
    const mark = this.#open;
    if (mark?.kind === 'line') {
      mark.points.push(to);
      this.#draw({ ...mark, points: mark.points.slice(-2) });
    } else if (mark?.kind === 'rectangle') {
      mark.to = to;
      this.#redraw();
      this.#draw(mark);
    }
  }

  release(): void {
    const mark = this.#open;
    this.#open = null;
    if (mark !== null) this.#keep(mark);
    this.#told();
  }

  /** Leaves off the mark that was begun. */
  cancel(): void {
    this.#open = null;
    this.#redraw();
  }

  invert(): void {
    this.#add({ kind: 'inversion' });
  }

  clear(): void {
    this.#add({ kind: 'clearing' });
  }

  /** Takes back the mark that was begun, else the last one. */
  undo(): void {
    const last = this.#open === null ? this.#marks.at(-1) : undefined;
    if (last !== undefined) {
      this.#marks = this.#marks.slice(0, -1);
      this.#undone = [last, ...this.#undone];
    }
    this.cancel();
    this.#told();
  }

  /** Makes the mark anew that was taken back last. */
  redo(): void {
    const [mark, ...others] = this.#undone;
    if (mark === undefined) return;
    this.cancel();
    this.#marks = [...this.#marks, mark];
    this.#undone = others;
    this.#draw(mark);
    this.#told();
  }

  /** The mask as a PNG, white where it is marked and black elsewhere; null where nothing is. */
  async png(): Promise<Blob | null> {
    const { width, height } = this.size;
    const image = this.#pixels();
    let isEmpty = true;
    for (let at = 0; at < image.data.length; at += 4) {
      const isMarked = (image.data[at + 3] ?? 0) >= opaqueEnough;
      isEmpty &&= !isMarked;
      image.data.fill(isMarked ? 255 : 0, at, at + 3);
      image.data[at + 3] = 255;
    }
    if (isEmpty) return null;
    const [canvas, context] = canvasOf({ width, height });
    context.putImageData(image, 0, 0);
    return new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error('the mask could not be written')) : resolve(blob)));
    });
  }

  #add(mark: Mark): void {
    this.#open = null;
    this.#keep(mark);
    this.#draw(mark);
    this.#told();
  }

  #keep(mark: Mark): void {
    this.#marks = [...this.#marks, mark];
    this.#undone = [];
  }

  #pixels(): ImageData {
    return this.#context.getImageData(0, 0, this.#canvas.width, this.#canvas.height);
  }

  #told(): void {
    const { data } = this.#pixels();
    let marked = 0;
    for (let at = 3; at < data.length; at += 4) if ((data[at] ?? 0) >= opaqueEnough) marked += 1;
    this.#tell({
      share: marked / (data.length / 4),
      canUndo: this.#marks.length > 0,
      canRedo: this.#undone.length > 0,
    });
  }

  #redraw(): void {
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    if (this.#base !== null) this.#context.drawImage(this.#base, 0, 0);
    for (const mark of this.#marks) this.#draw(mark);
  }

  #draw(mark: Mark): void {
    const context = this.#context;
    const { width, height } = this.#canvas;
    context.save();
    context.fillStyle = this.#colour;
    context.strokeStyle = this.#colour;
    if (mark.kind === 'line') drawLine(context, mark);
    else if (mark.kind === 'rectangle') context.fillRect(...boxOf(mark));
    else if (mark.kind === 'clearing') context.clearRect(0, 0, width, height);
    else {
      context.globalCompositeOperation = 'xor';
      context.fillRect(0, 0, width, height);
    }
    context.restore();
  }
}

function drawLine(context: CanvasRenderingContext2D, { tool, width, points }: Extract<Mark, { kind: 'line' }>): void {
  const [first, ...others] = points;
  if (first === undefined) return;
  context.globalCompositeOperation = tool === 'eraser' ? 'destination-out' : 'source-over';
  context.lineWidth = width;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(first.x, first.y);
  // A line to where it begins is a dot.
  for (const { x, y } of others.length === 0 ? [first] : others) context.lineTo(x, y);
  context.stroke();
}

/** Whole pixels. */
function boxOf({
  from,
  to,
}: Extract<Mark, { kind: 'rectangle' }>): [x: number, y: number, width: number, height: number] {
  const [left, right] = [Math.floor(Math.min(from.x, to.x)), Math.ceil(Math.max(from.x, to.x))];
  const [top, bottom] = [Math.floor(Math.min(from.y, to.y)), Math.ceil(Math.max(from.y, to.y))];
  return [left, top, right - left, bottom - top];
}

function canvasOf({ width, height }: Size): readonly [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas to draw on');
  return [canvas, context];
}
