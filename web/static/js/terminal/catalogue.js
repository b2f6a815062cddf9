// The catalogue as a terminal knows it: from the network first, otherwise as it was kept last.
import { problem } from "../exchange.js";

const PATIENCE_MS = 4_000; // then what is kept is shown
const PATIENCE_MS_MAX = 30_000; // where nothing is kept
const PAGE = 24;

export class Catalogue {
  #vault;
  #urls = new Map(); // of pictures, by address
  #cloths = new Map(); // as far as they were asked for since it was unlocked
  commodities = new Map(); // all that are known, by id

  constructor(vault) {
    this.#vault = vault;
  }

  /** Remember what was kept; pictures of a vault that is locked are let go. */
  async load() {
    for (const commodity of (await this.#vault.list("commodity/")).values()) this.commodities.set(commodity.id, commodity);
  }

  close() {
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
    this.#urls.clear();
    this.#cloths.clear();
    this.commodities.clear();
  }

  /** Types with how many commodities each has. */
  async types() {
    return (await this.#known("shelf/types", "/api/v1/facets")).types;
  }

  /** Commodities of a type, and the cursor of those after them. */
  async shelf(type, after = "") {
    const query = new URLSearchParams({ type, limit: PAGE, ...(after && { after }) });
    const page = await this.#known(`shelf/${type}/${after}`, `/api/v1/commodities?${query}`, (found) =>
      Object.fromEntries(found.commodities.map((commodity) => [`commodity/${commodity.id}`, commodity])));
    for (const commodity of page.commodities) this.commodities.set(commodity.id, commodity);
    return page;
  }

  /** Ask anew for what is about to be bought: prices and sizes may have changed. */
  async refresh(ids) {
    await Promise.all(ids.map(async (id) => this.commodities.set(id, await this.#known(`commodity/${id}`, `/api/v1/commodities/${id}`))));
  }

  /** A commodity taken apart for drawing, with addresses of pictures that are on this device. */
  cloth(id) {
    if (!this.#cloths.has(id)) {
      const cloth = this.#takenApart(id);
      cloth.catch(() => this.#cloths.delete(id)); // asked for again the next time
      this.#cloths.set(id, cloth);
    }
    return this.#cloths.get(id);
  }

  async #takenApart(id) {
    const cloth = await this.#known(`cloth/${id}`, `/api/v1/commodities/${id}/cloth`);
    const parts = await Promise.all(cloth.parts.map(async (part) => ({ ...part, url: await this.picture(part.url) })));
    return { ...cloth, parts };
  }

  /** The address of a picture that is kept on this device, and is fetched where it is not yet. */
  async picture(address) {
    const known = this.#urls.get(address);
    if (known) return known;
    let kept = await this.#vault.get(`picture${address}`);
    if (!kept) {
      const response = await this.#fetched(address);
      if (!response?.ok) throw problem("not-kept");
      kept = await response.blob();
      await this.#vault.put({ [`picture${address}`]: kept });
    }
    const url = URL.createObjectURL(kept);
    this.#urls.set(address, url);
    return url;
  }

  async #known(id, url, also = () => ({})) {
    const kept = await this.#vault.get(id);
    const response = await this.#fetched(url, kept && PATIENCE_MS);
    if (response?.ok) {
      const found = await response.json();
      await this.#vault.put({ [id]: found, ...also(found) });
      return found;
    }
    if (kept) return kept;
    throw problem("not-kept");
  }

  /** The answer, or nothing where the boutique does not answer. */
  #fetched(url, patience = PATIENCE_MS_MAX) {
    return fetch(url, { signal: AbortSignal.timeout(patience) }).catch(() => null);
  }
}
