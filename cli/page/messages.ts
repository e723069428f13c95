import type { Throughput } from '../../model/bundle/operations.ts';
import type {
  BundleLocation,
  ImageContent,
  ImageId,
  JobId,
  ModelMemory,
  Opened,
  Outcome,
  Painting,
  PaintRequest,
  Reply,
  TurnRequest,
} from '../../workers/protocol.ts';

/** What the page offers to the terminal: its model session, with failures as data, because only data crosses. */
export interface ModelPage {
  open(location: BundleLocation): Promise<Outcome<Opened>>;
  lacking(request: TurnRequest): Promise<Outcome<readonly ImageId[]>>;
  speak(request: TurnRequest, contents: readonly ImageContent[]): Promise<Outcome<Reply>>;
  paint(request: PaintRequest): Promise<Outcome<Painting>>;
  throughput(job: JobId): Promise<Outcome<Throughput>>;
  /** Stops the calls of a job. */
  stop(job: JobId): void;
  restart(): Promise<void>;
  memory(): Promise<ModelMemory>;
  /** Closes both sides; what they still hold then is a leak. */
  close(): Promise<void>;
}
