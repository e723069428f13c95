/**
 * The page's service worker: it keeps the page for use without a network and adds the security headers where the host cannot send
 * them. Where a browser has none, or a private window refuses it, the page works as one that is fetched anew.
 */
import { scriptUrl } from '../../workers/script-url.ts';
import type { KeptState, Questions, ReleaseLock, Shared } from '../../workers/service-worker/protocol.ts';

/** A worker is not started later than this because of a service worker that does not come up. */
const readyTimeoutMs = 3000;
/** A tab that is looked at again asks whether there is a new release, not more often than this. */
const checkEveryMs = 600_000;

export interface PageServiceWorker {
  /** Fulfils when workers may be started: what they fetch is kept, and their scripts are under the policy. */
  readonly ready: Promise<void>;
  /** Keeps what is missing of the page; null where nothing keeps it. */
  keep(): Promise<KeptState | null>;
  /** What another app shared, by the name that it was given. */
  shared(name: string): Promise<Shared | null>;
  received(name: string): Promise<void>;
  /** Tells when a release is at hand that is not this page's. */
  onOtherRelease(tell: () => void): void;
  /** Has that release answer for every tab from now on, and loads this page anew; other tabs keep their own files. */
  changeRelease(): Promise<void>;
}

/** @param before settles when nothing that the service worker keeps is being removed any more */
export function registerServiceWorker(before: Promise<unknown>): PageServiceWorker {
  return new Registered(before);
}

class Registered implements PageServiceWorker {
  readonly ready: Promise<void>;
  readonly #registration: Promise<ServiceWorkerRegistration | null>;
  readonly #version = document.querySelector<HTMLMetaElement>('meta[name="version"]')?.content ?? '';

  constructor(before: Promise<unknown>) {
    const container = serviceWorkers();
    const controlled = new Promise<unknown>((resolve) =>
      container?.addEventListener('controllerchange', resolve, { once: true }),
    );
    this.#registration = before.then(() => (container === null ? null : register(container)));
    this.ready = this.#registration.then(async (registration) => {
      // One that was active before and has no say now was passed by for this once (Shift and reload).
      if (registration === null || container?.controller !== null || registration.active !== null) return;
      await Promise.race([controlled, new Promise((resolve) => setTimeout(resolve, readyTimeoutMs))]);
    });
    if (this.#version !== '') {
      const name: ReleaseLock = `nexus-gen release ${this.#version}`;
      void navigator.locks?.request(name, { mode: 'shared' }, () => new Promise(() => undefined));
    }
  }

  async keep(): Promise<KeptState | null> {
    const worker = (await this.#registration)?.active ?? null;
    return worker === null ? null : ask(worker, 'keep');
  }

  async shared(name: string): Promise<Shared | null> {
    const worker = (await this.#registration)?.active ?? null;
    return worker === null ? null : ask(worker, 'shared', name);
  }

  async received(name: string): Promise<void> {
    const worker = (await this.#registration)?.active;
    if (worker) await ask(worker, 'received', name);
  }

  async onOtherRelease(tell: () => void): Promise<void> {
    const registration = await this.#registration;
    if (registration === null) return;
    const compare = async (worker: ServiceWorker | null) => {
      if (worker === null) return;
      const version = await ask(worker, 'version');
      if (version !== this.#version) tell();
      // This page came from the host while the one before it still answered.
      else if (worker === registration.waiting) await ask(worker, 'takeOver');
    };
    const watch = (installing: ServiceWorker | null) =>
      installing?.addEventListener('statechange', () => void compare(registration.waiting));
    registration.addEventListener('updatefound', () => watch(registration.installing));
    watch(registration.installing);
    // Another tab may have changed to it.
    navigator.serviceWorker.addEventListener('controllerchange', () => void compare(registration.active));
    void compare(registration.waiting);
    checkNowAndAgain(registration);
  }

  async changeRelease(): Promise<void> {
    const waiting = (await this.#registration)?.waiting ?? null;
    if (waiting !== null) {
      const changed = new Promise((resolve) =>
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      );
      await ask(waiting, 'takeOver');
      await Promise.race([changed, new Promise((resolve) => setTimeout(resolve, readyTimeoutMs))]);
    }
    location.reload();
  }
}

function serviceWorkers(): ServiceWorkerContainer | null {
  return import.meta.env.PROD && 'serviceWorker' in navigator ? navigator.serviceWorker : null;
}

function scriptAddress(): string {
  return new URL('sw.js', document.baseURI).href;
}

async function register(container: ServiceWorkerContainer): Promise<ServiceWorkerRegistration | null> {
  try {
    await container.register(scriptUrl(scriptAddress()), { updateViaCache: 'none' });
    return (await container.getRegistration()) ?? null;
  } catch {
    // Private windows may refuse service workers; the page's own copy of the policy still holds.
    return null;
  }
}

function ask<Name extends keyof Questions>(
  worker: ServiceWorker,
  ...question: readonly [Name, ...Parameters<Questions[Name]>]
): Promise<ReturnType<Questions[Name]>> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<ReturnType<Questions[Name]>>) => {
      port1.close();
      resolve(data);
    };
    worker.postMessage(question, [port2]);
  });
}

function checkNowAndAgain(registration: ServiceWorkerRegistration): void {
  let checked = Date.now();
  // A first visit has what it just fetched.
  if (navigator.serviceWorker.controller !== null) void check(registration);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' || Date.now() - checked < checkEveryMs) return;
    checked = Date.now();
    void check(registration);
  });
}

/** A host that has this script no more is another site by now, as may be at a port of one's own machine: it is not stood in for. */
async function check(registration: ServiceWorkerRegistration): Promise<void> {
  try {
    await registration.update();
  } catch {
    const answer = await fetch(scriptAddress(), { method: 'HEAD', cache: 'no-store' }).catch(() => null);
    const isPage = answer?.headers.get('Content-Type')?.startsWith('text/html') === true;
    if (answer?.status === 404 || answer?.status === 410 || (answer?.ok === true && isPage))
      await registration.unregister();
  }
}
