/** What a thread asks of the network, as the browser itself tells it (Resource Timing): page and workers each see only their own. */

export interface ToldRequest {
  readonly url: string;
  /** As they came; null where another host does not let the page know. 0 where the browser had the file already. */
  readonly bytes: number | null;
}

/** What a worker says of its requests, beside Comlink's answers. */
export interface RequestsSaying {
  readonly requests: readonly ToldRequest[];
}

/** Tells of all requests from the thread's start on; of what a page makes itself (blob:) none is a request. */
export function watchRequests(tell: (requests: readonly ToldRequest[]) => void): void {
  const observer = new PerformanceObserver((list) => {
    const requests = list.getEntries().filter(isOfFile).map(told);
    if (requests.length > 0) tell(requests);
  });
  for (const type of ['navigation', 'resource']) {
    if (PerformanceObserver.supportedEntryTypes.includes(type)) observer.observe({ type, buffered: true });
  }
}

function isOfFile(entry: PerformanceEntry): entry is PerformanceResourceTiming {
  return entry instanceof PerformanceResourceTiming && /^https?:/.test(entry.name);
}

function told({ name: url, transferSize, decodedBodySize }: PerformanceResourceTiming): ToldRequest {
  const isKnown = decodedBodySize > 0 || new URL(url).origin === location.origin;
  return { url, bytes: isKnown ? transferSize : null };
}

/** For a worker's entry: its starter is told. */
export function tellRequests(): void {
  watchRequests((requests) => self.postMessage({ requests } satisfies RequestsSaying));
}
