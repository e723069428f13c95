/** The one Trusted Types policy of the page and of each worker that starts others: scripts come from this site alone. */
interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown;
}
interface TrustedTypeFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptUrlPolicy;
}

function ownScript(url: string): string {
  const { origin, pathname, href } = new URL(url, location.href);
  if (origin !== location.origin || !/\.(js|ts)$/.test(pathname))
    throw new TypeError(`not a script of this site: ${url}`);
  return href;
}

const factory = (globalThis as { trustedTypes?: TrustedTypeFactory }).trustedTypes;
const policy = factory?.createPolicy('app-url', { createScriptURL: ownScript });

/** A script's address, as `Worker` and `serviceWorker.register` accept it under the policy. */
export function scriptUrl(url: string): string {
  // TypeScript's DOM types know no TrustedScriptURL; where the browser has it, it stands in a string's place.
  return (policy?.createScriptURL(url) ?? ownScript(url)) as string;
}
