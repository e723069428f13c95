/** Requests of the page and of each of its workers, in the order in which they are heard of. */
import { type ToldRequest, watchRequests } from '../../workers/requests.ts';

/** A thread by its work. */
export type RequestThread =
  | 'page'
  | 'language'
  | 'painter'
  | 'picture'
  | 'storage'
  | 'library'
  | 'archive'
  | 'upscaler';

type Hear = (by: RequestThread, requests: readonly ToldRequest[]) => void;

let waiting: (readonly [by: RequestThread, requests: readonly ToldRequest[]])[] = [];
let hearing: Hear | null = null;

/** For whoever starts a worker. */
export function passRequests(by: RequestThread, requests: readonly ToldRequest[]): void {
  if (hearing === null) waiting.push([by, requests]);
  else hearing(by, requests);
}

/** From now on they are heard, those before too. */
export function hearRequests(hear: Hear): void {
  hearing = hear;
  for (const told of waiting) hear(...told);
  waiting = [];
  watchRequests((requests) => passRequests('page', requests));
}
