// The seller's editor: points to drag, a brush for the outline, and three mannequins that wear it at once.
import { all, clearProblem, one, page, showProblem } from "./exchange.js";
import { follow, Outline, Steps } from "./brush.js";

const PATIENCE_MS = 350;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HINTS = {
  points: "Drag a point, or choose one and tap where it belongs. Arrows move it by a pixel, with Shift by ten.",
  paint: "Paint over what belongs to the piece: it comes back.",
  erase: "Paint over what does not belong to the piece: it goes.",
};
const within = (value) => Math.max(0, Math.min(1, value));

class BoutiqueGarment extends HTMLElement {
  #mode = "points";
  #handles = new Map();
  #chosen = null;
  #stroke = null;
  #drag = null;
  #isLeaving = false;
  #preview = null;
  #timer = 0;

  async connectedCallback() {
    const [ground, cutout] = [one("[data-ground]", this), one("[data-cutout]", this)];
    [this.cloth, this.canvas] = [one("[data-cloth]", this), one("canvas", this)];
    // Until both pictures are there, the form in numbers is all there is; without them it stays.
    if (!(await Promise.all([ground.decode(), cutout.decode()]).then(() => true, () => false))) return;
    this.size = [cutout.naturalWidth, cutout.naturalHeight];
    this.outline = new Outline(this.canvas, ground, cutout);
    this.cloth.style.setProperty("--ratio", this.size[0] / this.size[1]);
    this.steps = new Steps({ points: this.#typed(), strokes: [] });
    this.saved = this.hasAttribute("data-changed") ? null : JSON.stringify(this.steps.now);
    for (const [name, [words, isDoubted]] of this.#names()) this.#addHandle(name, words, isDoubted);
    for (const element of [one(".tools", this), ground, this.canvas, one("[data-hint]", this)]) element.hidden = false;
    cutout.classList.add("vh");
    const numbers = one("[data-numbers]", this);
    if (numbers) numbers.open = false;
    this.#listen();
    this.#choose(one("[aria-pressed=true][data-mode]", this).dataset.mode);
    this.#show();
  }

  #listen() {
    this.addEventListener("click", (event) => this.#clicked(event.target));
    this.addEventListener("input", (event) => {
      if (event.target.closest("[data-landmark]")) this.#take({ points: this.#typed() }, `typed ${event.target.name}`);
    });
    one("form", this).addEventListener("submit", (event) => this.#save(event));
    one("[data-thickness]", this).addEventListener("input", () => this.#cursor());
    document.addEventListener("keydown", (event) => this.#key(event));
    addEventListener("beforeunload", (event) => {
      if (this.isChanged && !this.#isLeaving) event.preventDefault();
    });
    new ResizeObserver(() => this.#cursor()).observe(this.cloth);
    follow(this.cloth, {
      down: (place, event) => this.#down(place, event.target.closest(".handle")),
      move: (place) => this.#move(place),
      up: (place) => this.#up(place),
    });
    this.cloth.addEventListener("pointermove", ({ clientX, clientY }) => {
      const box = this.cloth.getBoundingClientRect();
      this.cloth.style.setProperty("--x", `${clientX - box.left}px`);
      this.cloth.style.setProperty("--y", `${clientY - box.top}px`);
    });
  }

  get isChanged() {
    return JSON.stringify(this.steps.now) !== this.saved;
  }

  get thickness() {
    return Number(one("[data-thickness]", this).value) * this.size[1] / 1000;
  }

  #names() {
    return all("[data-landmark]", this).map((row) => [
      row.dataset.landmark,
      [one("span", row).firstChild.textContent.trim(), row.classList.contains("doubted")],
    ]);
  }

  #typed() {
    const places = all("[data-landmark]", this).map((row) => [row.dataset.landmark, all("input", row).map((input) => input.value)]);
    return Object.fromEntries(places.filter(([, [row, col]]) => row !== "" && col !== "").map(([name, at]) => [name, at.map((value) => within(value / 100))]));
  }

  #addHandle(name, words, isDoubted) {
    const handle = document.createElement("button");
    Object.assign(handle, { type: "button", className: `handle${isDoubted ? " doubted" : ""}` });
    handle.dataset.name = name;
    handle.setAttribute("aria-label", isDoubted ? `${words}, not sure` : words);
    const label = document.createElement("span");
    label.textContent = words;
    handle.append(label);
    handle.addEventListener("focus", () => this.#point(name));
    this.#handles.set(name, handle);
    this.cloth.append(handle);
  }

  // --- what happens ---------------------------------------------------------

  #take(change, kind) {
    this.steps.take({ ...this.steps.now, ...change }, kind);
    this.#show(kind?.startsWith("typed"));
  }

  #go(by) {
    this.steps.go(by);
    this.outline.draw(this.steps.now.strokes);
    this.#show();
  }

  #choose(mode) {
    this.#mode = mode;
    for (const button of all("[data-mode]", this)) button.setAttribute("aria-pressed", button.dataset.mode === mode);
    this.cloth.dataset.mode = mode;
    one(".thickness", this).hidden = mode === "points";
    one("[data-hint]", this).textContent = HINTS[mode];
    this.outline.draw(this.steps.now.strokes);
    this.#cursor();
  }

  #point(name) {
    this.#chosen = name;
    for (const [each, handle] of this.#handles) handle.setAttribute("aria-pressed", each === name);
    for (const row of all("[data-landmark]", this)) row.classList.toggle("chosen", row.dataset.landmark === name);
  }

  #clicked(target) {
    const mode = target.closest("[data-mode]");
    if (mode) this.#choose(mode.dataset.mode);
    if (target.closest("[data-undo]")) this.#go(-1);
    if (target.closest("[data-redo]")) this.#go(1);
    // A point that was not set yet is set by tapping where it belongs.
    const row = target.closest("[data-landmark]");
    if (row) this.#point(row.dataset.landmark);
  }

  #key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.target.matches("input")) {
      event.preventDefault();
      this.#go(event.shiftKey ? 1 : -1);
    }
    const name = event.target.closest?.(".handle")?.dataset.name;
    const by = ARROWS[event.key];
    if (!name || !by) return;
    event.preventDefault();
    const step = event.shiftKey ? 10 : 1;
    const [row, col] = this.steps.now.points[name];
    this.#put(name, [col + by[0] * step / this.size[0], row + by[1] * step / this.size[1]], `arrow ${name}`);
  }

  #put(name, [x, y], kind) {
    this.#take({ points: { ...this.steps.now.points, [name]: [within(y), within(x)] } }, kind);
  }

  #down([x, y], handle) {
    if (this.#mode === "points") {
      const name = handle?.dataset.name ?? null;
      if (!name && !this.#chosen) return false;
      const [row, col] = this.steps.now.points[name] ?? [y, x];
      // Held where it was taken: a finger beside a point does not push it away.
      this.#drag = { name, off: [col - x, row - y], start: [x, y], isMoved: false };
      handle?.focus({ preventScroll: true });
      return true;
    }
    this.#stroke = { points: [this.#pixel([x, y])], size: this.thickness, isErasing: this.#mode === "erase" };
    this.#stroke.points.push([this.#stroke.points[0][0] + 0.1, this.#stroke.points[0][1]]);
    this.outline.extend(this.#stroke);
    return true;
  }

  #pixel([x, y]) {
    return [Math.round(x * this.size[0] * 10) / 10, Math.round(y * this.size[1] * 10) / 10];
  }

  #move([x, y]) {
    if (this.#stroke) {
      this.#stroke.points.push(this.#pixel([x, y]));
      this.outline.extend(this.#stroke);
      return;
    }
    const { name, off, start } = this.#drag;
    if (Math.hypot((x - start[0]) * this.cloth.clientWidth, (y - start[1]) * this.cloth.clientHeight) > 3) this.#drag.isMoved = true;
    if (name && this.#drag.isMoved) this.#place(name, [within(y + off[1]), within(x + off[0])]);
  }

  #up([x, y]) {
    if (this.#stroke) {
      const stroke = this.#stroke;
      this.#stroke = null;
      this.#take({ strokes: [...this.steps.now.strokes, stroke] });
      return;
    }
    const { name, off, isMoved } = this.#drag;
    if (name && isMoved) this.#put(name, [x + off[0], y + off[1]]);
    if (!name && !isMoved) {
      this.#put(this.#chosen, [x, y]);
      this.#handles.get(this.#chosen).focus({ preventScroll: true });
    }
  }

  // --- what is seen ---------------------------------------------------------

  #show(isTyping = false) {
    const { points } = this.steps.now;
    for (const name of this.#handles.keys()) {
      this.#place(name, points[name]);
      if (!isTyping) all(`[data-landmark="${name}"] input`, this).forEach((input, index) => { input.value = points[name] ? (100 * points[name][index]).toFixed(3) : ""; });
    }
    for (const [act, can] of Object.entries(this.steps.can)) one(`[data-${act}]`, this).setAttribute("aria-disabled", !can);
    const approval = one("[data-approval]", this);
    if (approval) approval.hidden = this.isChanged;
    one("[data-save]", this).hidden = Boolean(approval) && !this.isChanged;
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

  #cursor() {
    const [shown, picture] = [this.cloth.clientHeight, this.size[1]];
    this.cloth.style.setProperty("--brush", `${this.thickness * shown / picture}px`);
  }

  async #body(fill) {
    const body = new FormData();
    fill(body);
    if (this.steps.now.strokes.length) body.append("outline", await this.outline.picture(), "outline.png");
    return body;
  }

  async #dress() {
    const { signal } = (this.#preview = new AbortController());
    const [progress, status] = [one("progress", this), one("[data-status]", this)];
    const pictures = all("[data-mannequin]", this);
    const body = await this.#body((form) => form.set("landmarks", JSON.stringify(this.steps.now.points)));
    [progress.value, progress.hidden, status.textContent] = [0, false, ""];
    try {
      for (const picture of pictures) {
        const url = `/api/v1/commodities/${this.dataset.id}/garment/previews/${picture.dataset.mannequin}`;
        const response = await fetch(url, { method: "POST", body, signal });
        if (!response.ok) throw await response.json();
        const old = picture.src;
        picture.src = URL.createObjectURL(await response.blob());
        if (old.startsWith("blob:")) URL.revokeObjectURL(old);
        progress.value += 1;
      }
      status.textContent = "This is how it will be worn.";
    } catch (problem) {
      if (signal.aborted) return;
      status.textContent = problem.detail ?? "The mannequins cannot be dressed just now; saving still works.";
    }
    progress.hidden = true;
  }

  async #save(event) {
    event.preventDefault();
    const { target: form, submitter: button } = event;
    const words = button.textContent;
    clearProblem();
    [button.disabled, button.textContent] = [true, "One moment…"];
    try {
      const body = await this.#body((sent) => new FormData(form).forEach((value, name) => sent.append(name, value)));
      const { url } = await page(location.pathname, { body });
      this.#isLeaving = true;
      location.assign(url);
    } catch (problem) {
      [button.disabled, button.textContent] = [false, words];
      showProblem(problem);
    }
  }
}

customElements.define("boutique-garment", BoutiqueGarment);
