/** What the terminal asks of the language worker and the painter, in this process or in Chrome. */
import type {
  ImageContent,
  ImageId,
  ModelMemory,
  Opened,
  Outcome,
  Painting,
  PaintOrder,
  Reply,
  TurnRequest,
  WorkerEvent,
} from '../../workers/protocol.ts';

export type Listener = (event: WorkerEvent) => void;

/** Both, with one bundle. */
export interface StartedWorkers {
  open(): Promise<Outcome<Opened>>;
  lacking(request: TurnRequest): Promise<Outcome<readonly ImageId[]>>;
  speak(request: TurnRequest, contents: readonly ImageContent[]): Promise<Outcome<Reply>>;
  paint(order: PaintOrder): Promise<Outcome<Painting>>;
  memory(): Promise<ModelMemory>;
  close(): Promise<void>;
}
