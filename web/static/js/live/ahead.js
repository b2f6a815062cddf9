// What a shopper reaches for is drawn before she takes it, so that it is there at once when she does.

const DWELL_MS = 70; // a pointer that only passes reaches for nothing

export class Ahead {
  #screen;
  #reached = null;

  constructor(screen) {
    this.#screen = screen;
  }

  /** Have the server draw what choosing an item would make of the look. */
  reach(item) {
    if (navigator.connection?.saveData) return;
    const step = `${item.name}=${item.value}`, from = this.#screen.shown;
    if (this.#reached?.step === step && this.#reached.from === from) return;
    this.leave();
    const leaving = new AbortController(), reached = { step, from, leaving, picture: null };
    reached.dwelling = setTimeout(() => this.#fetch(reached), DWELL_MS);
    this.#reached = reached;
  }

  async #fetch(reached) {
    const id = encodeURIComponent(this.#screen.dataset.id);
    const answer = await fetch(`/api/v1/coordinations/${id}/foreseen-picture?${reached.step}`, { signal: reached.leaving.signal }).catch(() => null);
    if (!answer?.ok) return;
    const blob = await answer.blob().catch(() => null);
    if (!blob || reached.leaving.signal.aborted) return;
    const recipe = new URL(answer.headers.get("Content-Location"), location.href).searchParams.get("recipe");
    reached.picture = { recipe, url: URL.createObjectURL(blob) };
  }

  /** The picture of the look with this item chosen or left, with its recipe; null where it is not there yet. */
  take(item) {
    const { step, from, picture } = this.#reached ?? {};
    const isIt = step === `${item.name}=${item.value}` && from === this.#screen.shown;
    return (isIt && picture) || null;
  }

  /** Reach for nothing any more. */
  leave() {
    if (!this.#reached) return;
    clearTimeout(this.#reached.dwelling);
    this.#reached.leaving.abort();
    if (this.#reached.picture) URL.revokeObjectURL(this.#reached.picture.url);
    this.#reached = null;
  }
}
