// Pieces follow hands: while they move, only the browser draws; letting go is one step.
import { one, showProblem } from "../exchange.js";
import { openCanvas, Scene } from "./scene.js";

const LEAST_PX = 3; // a hand that trembles moves nothing
const WHEEL_RATE = 0.0015, WHEEL_REST_MS = 350;

const middleOf = (points) => [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
const distance = ([row, col], [otherRow, otherCol]) => Math.hypot(row - otherRow, col - otherCol);
const isSame = (one, other) => one.move.every((value, axis) => Math.abs(value - other.move[axis]) < 0.1) && Math.abs(one.scale - other.scale) < 1e-3;

export class Hands {
  #screen;
  #stage;
  #frame;
  #dressing = null;
  #scene = null; // a promise; null: what is shown is not laid out
  #laid = null; // the scene once it is there
  #points = new Map(); // where each pointer is that is down, in px of the stage
  #held = null; // { id, from: the placement, points: of the pointers, about: what is scaled about }
  #chosen = null; // id of the piece that has a frame round it
  #own = 0; // steps of ours that are not answered yet
  #resting = 0;

  constructor(screen) {
    [this.#screen, this.#stage] = [screen, screen.stage];
    this.#frame = document.createElement("div");
    Object.assign(this.#frame, { className: "hold", hidden: true });
    this.#frame.setAttribute("aria-hidden", "true"); // the buttons under Adjust do the same
    this.#frame.append(Object.assign(document.createElement("span"), { className: "grip" }));
    this.#stage.append(this.#frame);
    const on = (name, act, options) => this.#stage.addEventListener(name, act, options);
    on("pointerenter", () => this.#ready().catch(() => {}));
    on("pointermove", (event) => this.#moved(event));
    on("pointerup", (event) => this.#lifted(event));
    on("pointercancel", () => this.#cancel());
    on("wheel", (event) => this.#turned(event), { passive: false });
    on("dragstart", (event) => event.preventDefault());
    document.addEventListener("keydown", ({ key }) => key === "Escape" && (this.#held ? this.#cancel() : this.#choose(null)));
    document.addEventListener("pointerdown", ({ target }) => this.#stage.contains(target) || this.#choose(null));
    screen.addEventListener("look", ({ detail }) => this.#changed(detail));
    this.#ready().catch(() => {});
  }

  /** Lay the look out that is shown. */
  #ready() {
    if (!this.#screen.worn.size) return Promise.resolve(null);
    this.#dressing ??= openCanvas(this.#stage);
    if (!this.#scene) {
      const opening = (this.#scene = Scene.of(this.#screen.dataset.id, this.#dressing));
      opening.then(
        (scene) => { if (this.#scene === opening) this.#laid = scene; },
        () => { if (this.#scene === opening) this.#scene = null; },
      );
    }
    return this.#scene;
  }

  /** Another look is shown than hands have made. */
  #changed({ pieces }) {
    const isOurs = this.#own > 0 && pieces.length === Object.keys(this.#laid?.placements ?? {}).length;
    if (isOurs) return;
    [this.#scene, this.#laid] = [null, null];
    if (!this.#held) this.#choose(null);
    if (this.#stage.matches(":hover")) this.#ready().catch(() => {});
  }

  #place({ clientX, clientY }) {
    const { left, top } = this.#stage.getBoundingClientRect();
    return [clientY - top, clientX - left];
  }

  #share([row, col]) {
    return [row / this.#stage.clientHeight, col / this.#stage.clientWidth];
  }

  // ------------------------------------------------------------ taking hold, moving, letting go

  /** A pointer came down. */
  async take(event) {
    if (event.button !== 0) return;
    const place = this.#place(event), isGrip = event.target.closest(".grip");
    this.#points.set(event.pointerId, place);
    try {
      this.#stage.setPointerCapture(event.pointerId);
    } catch {
      this.#points.delete(event.pointerId); // it was lifted before this program came
    }
    const scene = await this.#ready().catch((problem) => showProblem(problem));
    if (!scene) return;
    const id = (isGrip || this.#held) ? this.#chosen : scene.at(this.#share(place));
    if (!this.#held) this.#choose(id);
    if (!id || !this.#points.has(event.pointerId)) return; // nothing there, or lifted meanwhile
    this.#hold(id, isGrip);
  }

  #hold(id, isGrip = false) {
    const { top, bottom, left, right } = this.#laid.box(id), { clientHeight: height, clientWidth: width } = this.#stage;
    const about = isGrip ? [((top + bottom) / 2) * height, ((left + right) / 2) * width] : null;
    this.#held = { id, from: this.#laid.placements[id], first: this.#held?.first ?? this.#laid.placements[id], points: [...this.#points.values()], about };
    this.#screen.isHeld = true;
    this.#stage.classList.add("is-holding");
  }

  #moved(event) {
    if (!this.#points.has(event.pointerId)) return this.#hover(event);
    if (!event.buttons) return this.#lifted(event); // lifted where nobody saw it
    this.#points.set(event.pointerId, this.#place(event));
    if (!this.#held) return;
    const { id, from, points: then, about } = this.#held, now = [...this.#points.values()];
    if (then.length !== now.length) return;
    const px = this.#laid.height / this.#stage.clientHeight;
    const [before, after] = [middleOf(then), middleOf(now)];
    let { move, scale } = from;
    if (about) scale *= distance(after, about) / Math.max(distance(before, about), 1);
    else {
      move = move.map((value, axis) => value + (after[axis] - before[axis]) * px);
      if (now.length > 1) scale *= distance(...now) / Math.max(distance(...then), 1);
    }
    if (!this.#stage.matches(".is-live") && distance(before, after) < LEAST_PX && Math.abs(scale / from.scale - 1) < 0.01) return;
    this.#laid.put(id, { ...from, move, scale });
    this.#draw();
  }

  async #draw() {
    const shown = await this.#laid.follow(this.#held.id);
    if (!shown || !this.#screen.isHeld) return; // overtaken by what came after it
    this.#stage.classList.add("is-live");
    this.#outline();
  }

  #lifted(event) {
    if (!this.#points.delete(event.pointerId) || !this.#held) return;
    if (this.#points.size) this.#hold(this.#held.id); // of two fingers one goes on
    else this.#letGo();
  }

  /** Keep where the piece is now. */
  async #letGo() {
    const { id, first } = this.#held, scene = this.#laid, last = scene.placements[id];
    this.#free();
    scene.draw().catch(() => {}); // what slid is fitted where it is now
    if (isSame(first, last)) return this.#stage.classList.remove("is-live");
    const [down, right] = [0, 1].map((axis) => ((last.move[axis] - first.move[axis]) / scene.height).toFixed(5));
    this.#own += 1;
    const isTaken = await this.#screen.step("adjust", `${id}:${down},${right},${(last.scale / first.scale).toFixed(5)}`);
    this.#own -= 1;
    if (isTaken) return;
    [this.#scene, this.#laid] = [null, null];
    this.#stage.classList.remove("is-live");
    this.#choose(null);
  }

  #cancel() {
    const held = this.#held;
    this.#points.clear();
    if (!held) return;
    this.#free();
    this.#laid.put(held.id, held.first);
    this.#stage.classList.remove("is-live");
    this.#laid.draw();
    this.#outline();
  }

  #free() {
    this.#held = null;
    this.#screen.isHeld = false;
    this.#stage.classList.remove("is-holding");
  }

  #turned(event) {
    const scene = this.#laid, id = this.#held?.id ?? this.#chosen ?? (event.ctrlKey ? scene?.at(this.#share(this.#place(event))) : null);
    if (!scene || !id || this.#points.size) return;
    event.preventDefault();
    if (!this.#held) this.#hold(id);
    const put = scene.placements[id];
    scene.put(id, { ...put, scale: put.scale * Math.exp(-event.deltaY * (event.ctrlKey ? 6 : 1) * WHEEL_RATE) });
    this.#draw();
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#held && !this.#points.size && this.#letGo(), WHEEL_REST_MS);
  }

  // ------------------------------------------------------------ what can be held

  #hover(event) {
    if (event.pointerType !== "mouse" || !this.#laid) return;
    this.#stage.classList.toggle("is-holdable", Boolean(this.#laid.at(this.#share(this.#place(event)))));
  }

  #choose(id) {
    this.#chosen = id;
    this.#outline();
  }

  #outline() {
    this.#frame.hidden = !this.#chosen || !this.#laid;
    if (this.#frame.hidden) return;
    const { top, left, bottom, right } = this.#laid.box(this.#chosen);
    const percent = (share) => `${(share * 100).toFixed(2)}%`;
    Object.assign(this.#frame.style, { top: percent(top), left: percent(left), width: percent(right - left), height: percent(bottom - top) });
  }
}
