// The outbox: what is bought while the boutique is away waits here, and is sent exactly once.
import { problem } from "../exchange.js";
import { say } from "../words.js";

/**
 * @typedef {object} Order
 * @property {string} id            also of its coordination and its purchase at the boutique
 * @property {string} at            when it was made, ISO 8601
 * @property {"queued"|"sign-in"|"refused"|"sent"} state
 * @property {?string} account_id   who made it, where that was known: nobody else sends it
 * @property {{commodity_id: string, variant_id: string, price_minor: number, name: string, size: string, placement?: import("./looks.js").Placement}[]} pieces
 * @property {{minor: number, currency: string}} total
 * @property {string} card
 * @property {string} [words]       why it was refused
 */

const PATIENCE_MS = 30_000;
const PAUSE_MS = 4_000;
const PAUSE_MS_MAX = 60_000;

/** The requests of an order: what is worn, and how. Who wears it is nobody's business but this device's. */
const requests = ({ id, pieces, card }) => [
  ["start", "/api/v1/coordinations", { coordination_id: id, pieces: pieces.map(({ commodity_id, variant_id, placement }) => ({ commodity_id, variant_id, placement })) }],
  ["confirm", `/api/v1/coordinations/${id}/confirmation`, { reserve: [] }],
  ["buy", "/api/v1/purchases", {
    purchase_id: id,
    coordination_id: id,
    card,
    pieces: pieces.map(({ commodity_id, variant_id, price_minor }) => ({ commodity_id, variant_id, price_minor })),
  }],
];

const ask = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });

export class Outbox extends EventTarget {
  #vault;
  #timer = 0;
  #pause = PAUSE_MS;

  constructor(vault) {
    super();
    this.#vault = vault;
    addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => document.hidden || this.send());
  }

  async list() {
    return [...(await this.#vault.list("order/")).values()].sort((one, other) => other.at.localeCompare(one.at));
  }

  /** Who is signed in; null for nobody, undefined where the boutique cannot be asked. */
  async account() {
    const response = await ask("/api/v1/accounts/me").catch(() => null);
    if (response?.status === 401) return null;
    return response?.ok ? response.json() : undefined;
  }

  /** Keep an order, whatever happens next, then send it. */
  async add(order) {
    const account = await this.account();
    await this.#keep({ ...order, state: "queued", account_id: account?.account_id ?? null });
    await this.send();
  }

  async drop(id) {
    await navigator.locks.request("boutique-outbox", async () => {
      if ((await this.#vault.get(`order/${id}`))?.state !== "sent") await this.#vault.remove(`order/${id}`);
    });
    this.dispatchEvent(new Event("change"));
  }

  /** Send what waits, in order. One tab at a time does it; what is sent twice is carried out once. */
  async send() {
    clearTimeout(this.#timer);
    if (!this.#vault?.isOpen) return;
    try {
      const isDone = await navigator.locks.request("boutique-outbox", async () => {
        const waiting = (await this.list()).reverse().filter(({ state }) => state === "queued" || state === "sign-in");
        if (!waiting.length) return true;
        const account = await this.account();
        if (account === undefined) return false;
        for (const order of waiting) {
          const mayBeSent = account && (!order.account_id || order.account_id === account.account_id);
          if (!mayBeSent) await this.#keep({ ...order, state: "sign-in" });
          else if (!(await this.#sent(order))) return false;
        }
        return true;
      });
      this.#pause = isDone ? PAUSE_MS : Math.min(PAUSE_MS_MAX, this.#pause * 2);
      if (!isDone) this.#timer = setTimeout(() => this.send(), this.#pause);
    } catch (error) {
      if (this.#vault.isOpen) throw error; // locked meanwhile: it goes on when it is unlocked
    }
  }

  /** Tell whether the boutique has answered for good. */
  async #sent(order) {
    for (const [name, url, body] of requests(order)) {
      const headers = { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": `${order.id}.${name}` };
      const response = await ask(url, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
      if (!response || response.status >= 500 || response.status === 429) return false;
      if (response.status === 401) {
        await this.#keep({ ...order, state: "sign-in" });
        return true;
      }
      if (!response.ok) {
        const { detail } = await response.json().catch(() => ({}));
        await this.#keep({ ...order, state: "refused", words: detail ?? say("not-taken") });
        return true;
      }
    }
    await this.#keep({ ...order, state: "sent" });
    return true;
  }

  async #keep(order) {
    await this.#vault.put({ [`order/${order.id}`]: order });
    this.dispatchEvent(new CustomEvent("change", { detail: order }));
  }
}

/** Make an order of a look; whatever is missing is said. */
export function orderOf(pieces, card) {
  if (!pieces.length) throw problem("nothing-to-buy");
  const without = pieces.find(({ variant }) => !variant);
  if (without) throw problem("size-missing", { name: without.commodity.name });
  return {
    id: crypto.randomUUID(),
    at: new Date().toISOString(),
    card,
    pieces: pieces.map(({ commodity, variant, placement }) => ({
      commodity_id: commodity.id, variant_id: variant.id, price_minor: commodity.price.minor, name: commodity.name, size: variant.size, placement,
    })),
    total: { minor: pieces.reduce((sum, { commodity }) => sum + commodity.price.minor, 0), currency: pieces[0].commodity.price.currency },
  };
}
