// A bench to mend cut-outs at: a brush that paints back or erases, undo and redo, and saving. No effects on import.
import { all, clearProblem, one, page, showProblem } from "./exchange.js";
import { say } from "./words.js";

/** Draws a cut-out as it would be after some strokes: each has points in pixels of the picture. */
class Outline {
  #mask = document.createElement("canvas");
  #canvas;
  #ground;
  #cutout;

  constructor(canvas, ground, cutout) {
    [this.#canvas, this.#ground, this.#cutout] = [canvas, ground, cutout];
    for (const each of [canvas, this.#mask]) [each.width, each.height] = [cutout.naturalWidth, cutout.naturalHeight];
  }

  /** Show exactly these strokes, over what there was before all of them. */
  draw(strokes) {
    const mask = this.#mask.getContext("2d");
    mask.globalCompositeOperation = "copy";
    mask.drawImage(this.#cutout, 0, 0);
    for (const stroke of strokes) this.#add(stroke, 0);
    this.#show();
  }

  /** Draw the last piece of a stroke. */
  extend(stroke) {
    this.#add(stroke, Math.max(0, stroke.points.length - 2));
    this.#show();
  }

  /** The outline as a picture: its transparency counts. */
  picture() {
    return new Promise((resolve) => this.#mask.toBlob(resolve, "image/png"));
  }

  #add({ points, size, isErasing }, from) {
    const mask = this.#mask.getContext("2d");
    mask.globalCompositeOperation = isErasing ? "destination-out" : "source-over";
    mask.lineCap = mask.lineJoin = "round";
    mask.lineWidth = size;
    mask.beginPath();
    mask.moveTo(...points[from]);
    for (const point of points.slice(from)) mask.lineTo(...point);
    mask.stroke();
  }

  #show() {
    const shown = this.#canvas.getContext("2d");
    shown.globalCompositeOperation = "copy";
    shown.drawImage(this.#ground, 0, 0, this.#canvas.width, this.#canvas.height);
    shown.globalCompositeOperation = "destination-in";
    shown.drawImage(this.#mask, 0, 0);
  }
}

/** What was done, step by step; steps of one kind in a row count as one. */
class Steps {
  #all;
  #at = 0;
  #kind = null;

  constructor(first) {
    this.#all = [first];
  }

  get now() {
    return this.#all[this.#at];
  }

  get can() {
    return { undo: this.#at > 0, redo: this.#at < this.#all.length - 1 };
  }

  take(state, kind = null) {
    this.#at += kind && kind === this.#kind && this.#at ? 0 : 1;
    this.#all.splice(this.#at, Infinity, state);
    this.#kind = kind;
  }

  go(by) {
    this.#at = Math.max(0, Math.min(this.#all.length - 1, this.#at + by));
    this.#kind = null;
  }
}

/** Follow one pointer over an element: down, moves and up, each with its place as fractions. */
function follow(element, { down, move, up }) {
  let active = null;
  const place = (event) => {
    const box = element.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  element.addEventListener("pointerdown", (event) => {
    if (active !== null || event.button || !down(place(event), event)) return;
    active = event.pointerId;
    element.setPointerCapture(active);
    event.preventDefault();
  });
  element.addEventListener("pointermove", (event) => {
    if (event.pointerId === active) move(place(event));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    element.addEventListener(end, (event) => {
      if (event.pointerId !== active) return;
      active = null;
      up(place(event));
    });
  }
}

/** Without its script there is a form only; until both pictures are there it stays so. */
export class Bench extends HTMLElement {
  #stroke = null;
  #isLeaving = false;

  async connectedCallback() {
    const [ground, cutout] = [one("[data-ground]", this), one("[data-cutout]", this)];
    [this.cloth, this.canvas] = [one("[data-cloth]", this), one("canvas", this)];
    if (!(await Promise.all([ground.decode(), cutout.decode()]).then(() => true, () => false))) return;
    this.size = [cutout.naturalWidth, cutout.naturalHeight];
    this.outline = new Outline(this.canvas, ground, cutout);
    this.cloth.style.setProperty("--ratio", this.size[0] / this.size[1]);
    this.steps = new Steps({ strokes: [], ...this.begin() });
    this.saved = this.hasAttribute("data-changed") ? null : JSON.stringify(this.steps.now);
    for (const each of [one(".tools", this), ground, this.canvas, one("[data-hint]", this)]) each.hidden = false;
    for (const each of all("[data-without-script]", this)) each.hidden = true;
    cutout.classList.add("vh");
    this.#listen();
    this.#choose(one("[aria-pressed=true][data-mode]", this));
    this.show();
  }

  // What a bench with more than a brush adds.
  begin() { return {}; }
  fill() {}
  down() { return false; }
  move() {}
  up() {}

  get isChanged() {
    return JSON.stringify(this.steps.now) !== this.saved;
  }

  take(change, kind) {
    this.steps.take({ ...this.steps.now, ...change }, kind);
    this.show();
  }

  show() {
    for (const [act, can] of Object.entries(this.steps.can)) one(`[data-${act}]`, this).setAttribute("aria-disabled", !can);
    one("[data-save]", this).toggleAttribute("data-idle", !this.isChanged);
  }

  /** What is sent: the fields of a form, and the outline if it was brushed. */
  async body(fields) {
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    if (this.steps.now.strokes.length) body.set("outline", await this.outline.picture(), "outline.png");
    return body;
  }

  /** Hand over what was mended: the boutique keeps it and says where to go on. */
  async deliver(form) {
    const { url } = await page(form.action, { body: await this.body(new FormData(form)) });
    location.assign(url);
  }

  #listen() {
    this.addEventListener("click", ({ target }) => {
      const mode = target.closest("[data-mode]");
      if (mode?.matches("button")) this.#choose(mode);
      if (target.closest("[data-undo]")) this.#go(-1);
      if (target.closest("[data-redo]")) this.#go(1);
    });
    document.addEventListener("keydown", (event) => {
      if (!this.isConnected || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.matches("input")) return;
      event.preventDefault();
      this.#go(event.shiftKey ? 1 : -1);
    });
    one("[data-thickness]", this).addEventListener("input", () => this.#cursor());
    new ResizeObserver(() => this.#cursor()).observe(this.cloth);
    one("form[data-mended]", this).addEventListener("submit", (event) => this.#save(event));
    addEventListener("beforeunload", (event) => {
      if (this.isConnected && this.isChanged && !this.#isLeaving) event.preventDefault();
    });
    follow(this.cloth, {
      down: (place, event) => (this.mode === "points" ? this.down(place, event) : this.#press(place)),
      move: (place) => (this.#stroke ? this.#draw(place) : this.move(place)),
      up: (place) => (this.#stroke ? this.#lift() : this.up(place)),
    });
    this.cloth.addEventListener("pointermove", ({ clientX, clientY }) => {
      const box = this.cloth.getBoundingClientRect();
      this.cloth.style.setProperty("--x", `${clientX - box.left}px`);
      this.cloth.style.setProperty("--y", `${clientY - box.top}px`);
    });
  }

  get #thickness() {
    return Number(one("[data-thickness]", this).value) * this.size[1] / 1000;
  }

  #choose(button) {
    this.mode = this.cloth.dataset.mode = button.dataset.mode;
    for (const each of all("button[data-mode]", this)) each.setAttribute("aria-pressed", each === button);
    one(".thickness", this).hidden = this.mode === "points";
    one("[data-hint]", this).textContent = button.dataset.says;
    this.outline.draw(this.steps.now.strokes);
    this.#cursor();
  }

  #cursor() {
    this.cloth.style.setProperty("--brush", `${this.#thickness * this.cloth.clientHeight / this.size[1]}px`);
  }

  #go(by) {
    this.steps.go(by);
    this.outline.draw(this.steps.now.strokes);
    this.show();
  }

  #pixel([x, y]) {
    return [x * this.size[0], y * this.size[1]].map((value) => Math.round(value * 10) / 10);
  }

  #press(place) {
    const [x, y] = this.#pixel(place);
    // A tap is a dot: a line of no length would not be drawn.
    this.#stroke = { points: [[x, y], [x + 0.1, y]], size: this.#thickness, isErasing: this.mode === "erase" };
    this.outline.extend(this.#stroke);
    return true;
  }

  #draw(place) {
    this.#stroke.points.push(this.#pixel(place));
    this.outline.extend(this.#stroke);
  }

  #lift() {
    const stroke = this.#stroke;
    this.#stroke = null;
    this.take({ strokes: [...this.steps.now.strokes, stroke] });
  }

  async #save(event) {
    event.preventDefault();
    const { target: form, submitter: button } = event;
    const words = button.textContent;
    clearProblem();
    [button.disabled, button.textContent] = [true, say("one-moment")];
    try {
      this.#isLeaving = true;
      await this.deliver(form);
    } catch (problem) {
      this.#isLeaving = false;
      [button.disabled, button.textContent] = [false, words];
      showProblem(problem);
    }
  }
}
