/** What another app shares with this one: it comes as a form, and lies here as it came until a page has taken it. */
import type { Shared } from './protocol.ts';

/** As the web app manifest names them. */
const picturesField = 'pictures';
const textFields = ['title', 'text', 'url'] as const;

export class SharedPictures {
  readonly #caches: CacheStorage;
  readonly #base: string;

  constructor(caches: CacheStorage, base: string) {
    this.#caches = caches;
    this.#base = base;
  }

  /** Leads to the page, which asks for it by the name in its address; where there is no room the name leads to nothing. */
  async take(request: Request): Promise<Response> {
    const name = crypto.randomUUID();
    const type = request.headers.get('Content-Type') ?? '';
    const form = new Response(await request.arrayBuffer(), { headers: { 'Content-Type': type } });
    await this.#open()
      .then((cache) => cache.put(this.#address(name), form))
      .catch(() => undefined);
    return Response.redirect(new URL(`./?shared=${name}`, this.#base).href, 303);
  }

  async read(name: string): Promise<Shared | null> {
    const kept = await (await this.#open()).match(this.#address(name));
    const form = await kept?.formData().catch(() => undefined);
    if (form === undefined) return null;
    const files = form.getAll(picturesField).filter((entry) => entry instanceof File);
    const texts = textFields.flatMap((field) => form.getAll(field)).filter((entry) => typeof entry === 'string');
    return { files, text: texts.filter((text) => text !== '').join('\n') };
  }

  async letGo(name: string): Promise<void> {
    await (await this.#open()).delete(this.#address(name));
  }

  #open(): Promise<Cache> {
    return this.#caches.open(`nexus-gen shared ${new URL(this.#base).pathname}`);
  }

  #address(name: string): string {
    return new URL(`shared/${encodeURIComponent(name)}`, this.#base).href;
  }
}
