/** The security headers, where the host cannot send them: a service worker adds them, to the workers' scripts too. */
import { scriptUrl } from '../../workers/script-url.ts';

/** A worker is not started later than this because of a service worker that does not come up. */
const readyTimeoutMs = 3000;

/** Fulfils when workers may be started. */
export async function guardHeaders(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const page = await fetch(location.href, { method: 'HEAD' }).catch(() => null);
  if (page?.headers.has('Content-Security-Policy') === true) return;
  try {
    await navigator.serviceWorker.register(scriptUrl(new URL('sw.js', document.baseURI).href));
  } catch {
    // Private windows may refuse service workers; the page's own copy of the policy still holds.
    return;
  }
  await Promise.race([navigator.serviceWorker.ready, new Promise((resolve) => setTimeout(resolve, readyTimeoutMs))]);
}
