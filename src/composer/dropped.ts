/** What is dropped on the page: files, or something that stands for a picture and holds none. */
import { type Failure, type FailureData, failure } from '../../model/failure.ts';
import type { ImageId } from '../../workers/protocol.ts';
import type { AppState } from '../state/state.ts';

/** What a picture of this page's own goes by while it is dragged. */
const ownType = 'application/x-nexus-gen-picture';

export function dragPicture(transfer: DataTransfer, image: ImageId): void {
  transfer.clearData();
  transfer.setData(ownType, image);
  transfer.effectAllowed = 'copy';
}

/** The picture of the page that was dropped, if it is one that its chats show. */
export function droppedPicture(transfer: DataTransfer, { chats }: Pick<AppState, 'chats'>): ImageId | null {
  const dragged = transfer.getData(ownType);
  const turns = chats.flatMap((chat) => chat.turns);
  const drawn = turns.flatMap((turn) =>
    turn.from === 'model' ? turn.results.flatMap(({ image }) => image ?? []) : [],
  );
  const brought = turns.flatMap((turn) => (turn.from === 'person' ? turn.pictures.map(({ id }) => id) : []));
  return [...drawn, ...brought].find((image) => image === dragged) ?? null;
}

export interface Dropped {
  readonly files: readonly File[];
  /** What was dropped and cannot be read, each with what to do. */
  readonly failures: readonly Failure[];
  /** An address that is no picture's; empty where there is none. */
  readonly link: string;
}

/** Whether a drag could hold a picture; while it lasts, a page may see kinds alone. */
export function mayHoldPicture(transfer: DataTransfer | null): boolean {
  return transfer?.types.some((type) => type === 'Files' || type === 'text/uri-list' || type === ownType) ?? false;
}

/** To be called while the drop is handled: afterwards a transfer is empty. */
export function dropped(transfer: DataTransfer): Dropped {
  const files: File[] = [];
  const failures: Failure[] = [];
  const refuse = (what: FailureData['DROP_UNREADABLE']['what'], name = '') =>
    failures.push(failure('DROP_UNREADABLE', { what, name }));
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (entry?.isDirectory === true) refuse('folder', entry.name);
    else if (file === null) refuse('promise');
    else files.push(file);
  }
  if (files.length + failures.length > 0) return { files, failures, link: '' };
  const promised = transfer.types.includes('Files');
  if (promised || isPictureOfPage(transfer)) refuse(promised ? 'promise' : 'address');
  return { files, failures, link: failures.length > 0 ? '' : transfer.getData('text/uri-list').trim() };
}

/** A picture of another page comes as its markup and its address. */
function isPictureOfPage(transfer: DataTransfer): boolean {
  if (/<img\b/i.test(transfer.getData('text/html'))) return true;
  return /^(data:image\/|\S+\.(png|jpe?g|webp|gif|avif|hei[cf]|bmp|svg)([?#]\S*)?\s*$)/i.test(
    transfer.getData('text/uri-list'),
  );
}
