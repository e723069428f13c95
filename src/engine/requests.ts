/** Requests of the page and of each of its workers, as they are heard of. */
import { type ToldRequest, watchRequests } from '../../workers/requests.ts';

type Hear = (requests: readonly ToldRequest[]) => void;

/** What is told in so long a time is heard at once: for a worker alone some twenty files are asked for, and many live for one call. */
const togetherMs = 250;

let waiting: ToldRequest[] = [];
let hearing: Hear | null = null;
let isDue = false;

/** For whoever starts a worker. */
export function passRequests(requests: readonly ToldRequest[]): void {
  waiting.push(...requests);
  hearSoon();
}

/** From now on they are heard, those before too. */
export function hearRequests(hear: Hear): void {
  hearing = hear;
  watchRequests(passRequests);
  hearSoon();
}

function hearSoon(): void {
  if (hearing === null || isDue) return;
  isDue = true;
  setTimeout(() => {
    const told = waiting;
    waiting = [];
    isDue = false;
    hearing?.(told);
  }, togetherMs);
}
