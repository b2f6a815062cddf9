// A cut-out under a brush: painted back out of its ground, or erased. No effects on import.

/** Draws a cut-out as it would be after some strokes: each has points in pixels of the picture. */
export class Outline {
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
    for (const stroke of strokes) this.extend(stroke, 0, false);
    this.#show();
  }

  /** Draw what was added to a stroke behind one of its points. */
  extend({ points, size, isErasing }, from = points.length - 2, isShown = true) {
    const mask = this.#mask.getContext("2d");
    mask.globalCompositeOperation = isErasing ? "destination-out" : "source-over";
    mask.lineCap = mask.lineJoin = "round";
    mask.lineWidth = size;
    mask.beginPath();
    mask.moveTo(...points[Math.max(0, from)]);
    for (const point of points.slice(Math.max(0, from))) mask.lineTo(...point);
    mask.stroke();
    if (isShown) this.#show();
  }

  /** The outline as a picture: its transparency counts. */
  picture() {
    return new Promise((resolve) => this.#mask.toBlob(resolve, "image/png"));
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
export class Steps {
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
export function follow(element, { down, move, up }) {
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
