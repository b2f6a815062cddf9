// The seller's editor: a bench with points to drag, and three mannequins that wear it at once.
import { all, one } from "./exchange.js";
import { Bench } from "./brush.js";
import { say } from "./words.js";

const PATIENCE_MS = 350;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const within = (value) => Math.max(0, Math.min(1, value));

class BoutiqueGarment extends Bench {
  #handles = new Map();
  #chosen = null;
  #drag = null;
  #preview = null;
  #timer = 0;

  begin() {
    for (const row of this.#rows) this.#addHandle(row);
    const numbers = one("[data-numbers]", this);
    if (numbers) numbers.open = false;
    this.addEventListener("input", ({ target }) => {
      if (target.closest("[data-landmark]")) this.take({ points: this.#typed() }, `typed ${target.name}`);
    });
    // A point that was not set yet is set by tapping where it belongs.
    this.addEventListener("focusin", ({ target }) => {
      const name = target.closest(".handle")?.dataset.name ?? target.closest("[data-landmark]")?.dataset.landmark;
      if (name) this.#choose(name);
    });
    this.addEventListener("keydown", (event) => this.#arrow(event));
    return { points: this.#typed() };
  }

  get #rows() {
    return all("[data-landmark]", this);
  }

  #typed() {
    const places = this.#rows.map((row) => [row.dataset.landmark, all("input", row).map((input) => input.value)]);
    return Object.fromEntries(places.filter(([, at]) => !at.includes("")).map(([name, at]) => [name, at.map((value) => within(value / 100))]));
  }

  #addHandle(row) {
    const [handle, label] = [document.createElement("button"), document.createElement("span")];
    const isDoubted = row.classList.contains("doubted");
    label.textContent = one("span", row).firstChild.textContent.trim();
    Object.assign(handle, { type: "button", className: isDoubted ? "handle doubted" : "handle" });
    handle.dataset.name = row.dataset.landmark;
    handle.setAttribute("aria-label", isDoubted ? say("not-sure", { name: label.textContent }) : label.textContent);
    handle.append(label);
    this.#handles.set(row.dataset.landmark, handle);
    this.cloth.append(handle);
  }

  #choose(name) {
    this.#chosen = name;
    for (const [each, handle] of this.#handles) handle.setAttribute("aria-pressed", each === name);
    for (const row of this.#rows) row.classList.toggle("chosen", row.dataset.landmark === name);
  }

  #arrow(event) {
    const name = event.target.closest(".handle")?.dataset.name;
    const by = ARROWS[event.key];
    if (!name || !by) return;
    event.preventDefault();
    const step = event.shiftKey ? 10 : 1;
    const [row, col] = this.steps.now.points[name];
    this.#put(name, [col + by[0] * step / this.size[0], row + by[1] * step / this.size[1]], `arrow ${name}`);
  }

  #put(name, [x, y], kind) {
    this.take({ points: { ...this.steps.now.points, [name]: [within(y), within(x)] } }, kind);
  }

  down([x, y], { target }) {
    const handle = target.closest(".handle");
    const name = handle?.dataset.name;
    if (!name && !this.#chosen) return false;
    const [row, col] = this.steps.now.points[name] ?? [y, x];
    // Held where it was taken: a finger beside a point does not push it away.
    this.#drag = { name, off: [col - x, row - y], start: [x, y], isMoved: false };
    handle?.focus({ preventScroll: true });
    return true;
  }

  move([x, y]) {
    const { name, off, start } = this.#drag;
    this.#drag.isMoved ||= Math.hypot((x - start[0]) * this.cloth.clientWidth, (y - start[1]) * this.cloth.clientHeight) > 3;
    if (name && this.#drag.isMoved) this.#place(name, [within(y + off[1]), within(x + off[0])]);
  }

  up([x, y]) {
    const { name, off, isMoved } = this.#drag;
    if (name && isMoved) this.#put(name, [x + off[0], y + off[1]]);
    if (name || isMoved) return;
    this.#put(this.#chosen, [x, y]);
    this.#handles.get(this.#chosen).focus({ preventScroll: true });
  }

  show() {
    super.show();
    const { points } = this.steps.now;
    for (const row of this.#rows) {
      const at = points[row.dataset.landmark];
      this.#place(row.dataset.landmark, at);
      all("input", row).forEach((input, index) => {
        if (input !== document.activeElement) input.value = at ? (100 * at[index]).toFixed(3) : "";
      });
    }
    const approval = one("[data-approval]", this);
    if (approval) [approval.hidden, one("[data-save]", this).hidden] = [this.isChanged, !this.isChanged];
    clearTimeout(this.#timer);
    this.#preview?.abort();
    if (this.isChanged || this.#preview) this.#timer = setTimeout(() => this.#dress(), PATIENCE_MS);
  }

  #place(name, at) {
    const handle = this.#handles.get(name);
    handle.hidden = !at;
    if (!at) return;
    handle.style.setProperty("top", `${100 * at[0]}%`);
    handle.style.setProperty("left", `${100 * at[1]}%`);
    handle.classList.toggle("flip", at[1] > 0.7);
  }

  async #dress() {
    const { signal } = (this.#preview = new AbortController());
    const [progress, status] = [one("progress", this), one("[data-status]", this)];
    const body = await this.body([["landmarks", JSON.stringify(this.steps.now.points)]]);
    [progress.value, progress.hidden, status.textContent] = [0, false, ""];
    try {
      for (const picture of all("[data-mannequin]", this)) {
        const url = `/api/v1/commodities/${this.dataset.id}/garment/previews/${picture.dataset.mannequin}`;
        const response = await fetch(url, { method: "POST", body, signal });
        if (!response.ok) throw await response.json();
        const old = picture.src;
        picture.src = URL.createObjectURL(await response.blob());
        if (old.startsWith("blob:")) URL.revokeObjectURL(old);
        progress.value += 1;
      }
      status.textContent = say("worn-like-this");
    } catch (problem) {
      if (signal.aborted) return;
      status.textContent = problem.detail ?? say("no-mannequins");
    }
    progress.hidden = true;
  }
}

customElements.define("boutique-garment", BoutiqueGarment);
