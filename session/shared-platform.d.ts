/** What browsers and Node both have of the platform: all that `session/` may use beside the language itself. */

interface EventTargetLike {
  addEventListener(type: string, listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: string, listener: () => void): void;
}

interface AbortSignal extends EventTargetLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

interface MessageEvent<Data = unknown> {
  readonly data: Data;
}

interface MessagePort {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  close(): void;
}

declare class MessageChannel {
  readonly port1: MessagePort;
  readonly port2: MessagePort;
}

interface Blob {
  readonly size: number;
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
  text(): Promise<string>;
}

/** Passed on to the workers, never used. */
interface FileSystemDirectoryHandle {
  readonly kind: 'directory';
  readonly name: string;
}

declare const performance: { now(): number };

declare const crypto: { randomUUID(): string };

interface Timer {
  readonly timer: unique symbol;
}
declare function setTimeout(callback: () => void, milliseconds?: number): Timer;
declare function clearTimeout(timer: Timer | undefined): void;
declare function setInterval(callback: () => void, milliseconds?: number): Timer;
declare function clearInterval(timer: Timer | undefined): void;
