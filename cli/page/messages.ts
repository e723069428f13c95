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
} from '../../workers/protocol.ts';

/** What the page offers to the terminal: the two workers of the model, as they run in the real page. */
export interface ModelPage {
  /** @param base address of the bundle's folder, ending with a slash */
  open(base: string): Promise<Outcome<Opened>>;
  lacking(request: TurnRequest): Promise<Outcome<readonly ImageId[]>>;
  speak(request: TurnRequest, contents: readonly ImageContent[]): Promise<Outcome<Reply>>;
  paint(order: PaintOrder): Promise<Outcome<Painting>>;
  memory(): Promise<ModelMemory>;
  /** Closes both; what they still hold then is a leak. */
  close(): Promise<void>;
}
