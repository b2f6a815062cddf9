// The soft shadow that a figure casts on the wall behind it.

const COLOUR = "#3a2a1a30", DOWN = 9, BLUR = 8; // in px of the page, as coordination.css has it for pictures
const MARGIN = 3 * BLUR;
const COARSE = 4; // softness needs few pixels

/** A canvas beneath a figure's. By a style sheet's filter, the browser would work it out from all pixels in each frame. */
export class Cast {
  #figure;
  #canvas = document.createElement("canvas");
  #sizes = new ResizeObserver(() => this.draw());

  /** @param {HTMLCanvasElement} figure in a stage */
  constructor(figure) {
    this.#figure = figure;
    this.#canvas.setAttribute("aria-hidden", "true");
    const side = `calc(100% + ${2 * MARGIN}px)`, inset = `${DOWN - MARGIN}px ${-MARGIN}px`;
    Object.assign(this.#canvas.style, { zIndex: -1, inset, width: side, height: side });
    figure.after(this.#canvas);
    this.#sizes.observe(figure);
  }

  /** Follow the figure. */
  draw() {
    const { clientWidth, clientHeight } = this.#figure, context = this.#canvas.getContext("2d");
    if (!clientWidth) return; // nobody sees it
    const [width, height] = [clientWidth, clientHeight].map((side) => Math.ceil((side + 2 * MARGIN) / COARSE));
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    context.clearRect(0, 0, width, height);
    // The figure itself is drawn beside the canvas: only its shadow falls on it.
    Object.assign(context, { shadowColor: COLOUR, shadowBlur: (2 * BLUR) / COARSE, shadowOffsetX: width });
    context.drawImage(this.#figure, MARGIN / COARSE - width, MARGIN / COARSE, clientWidth / COARSE, clientHeight / COARSE);
  }

  close() {
    this.#sizes.disconnect();
    this.#canvas.remove();
  }
}
