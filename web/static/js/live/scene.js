// A look laid out on a canvas over its picture, so that pieces can be moved without asking the server.
import { problem } from "../exchange.js";
import { Cast } from "../terminal/cast.js";
import { openDressing } from "../terminal/dressing.js";

/**
 * @typedef {object} Put where a piece was put after it was fitted
 * @property {[number, number]} move rows and columns of the body frame, px
 * @property {number} scale about the middle of the piece
 * @property {number} level by how many pieces it lies further out
 * @property {boolean} tucked
 * @property {boolean} opened
 */

const NOTHING = { rim: null, column: null, extent: null }; // a list leaves out what a garment has none of
const OPTIONS = { premultiplyAlpha: "none", colorSpaceConversion: "none" };

async function fetched(url) {
  const answer = await fetch(url);
  if (answer.ok) return answer;
  throw problem("not-by-hand");
}

const picture = async (url) => createImageBitmap(await (await fetched(url)).blob(), OPTIONS);
const within = (value, least, most) => Math.max(least, Math.min(value, most));

/** The box round all points a piece was fitted to, in px of the body frame. */
function boxOf(layers) {
  const points = layers.flatMap(({ targets = [] }) => targets);
  const [rows, cols] = [0, 1].map((axis) => points.map((point) => point[axis]));
  return { top: Math.min(...rows), bottom: Math.max(...rows), left: Math.min(...cols), right: Math.max(...cols) };
}

export class Scene {
  #dressing;
  #list;
  #look;
  #laid = {}; // where pieces were put when the look was drawn last

  /** Lay out the look that is shown; `dressing` draws it, and knows the pictures of earlier ones. */
  static async of(id, dressing) {
    const list = await (await fetched(`/api/v1/coordinations/${encodeURIComponent(id)}/drawing`)).json();
    const [person, base, ...masks] = await Promise.all([list.person, list.base, ...Object.values(list.masks)].map(picture));
    const named = Object.fromEntries(Object.keys(list.masks).map((name, index) => [name, masks[index]]));
    const scene = new Scene(dressing, list, { person, bases: async () => base, masks: named });
    await scene.draw();
    return scene;
  }

  constructor(dressing, list, prepared) {
    [this.#dressing, this.#list] = [dressing, list];
    const { joints } = list;
    const garments = list.garments.map((garment) => ({ ...NOTHING, ...garment }));
    this.placements = Object.fromEntries(garments.map(({ commodity_id: id }, index) => [id, list.placements[index]]));
    this.start = { ...this.placements };
    this.#look = { prepared, joints, garments };
  }

  get height() {
    return this.#list.height;
  }

  /** Draw the look, every piece fitted to where it was put; null when a newer look was asked for meanwhile. */
  async draw() {
    const { placements } = this, shown = await this.#dressing.show({ ...this.#look, placements });
    if (shown) this.#laid = placements;
    return shown;
  }

  /** Draw the look while a piece moves: it slides, which no hand outruns, unless it is scaled too. */
  async follow(id) {
    const laid = this.#laid[id], put = this.placements[id];
    if (put.scale !== laid.scale) return this.draw();
    this.#dressing.slide(id, put.move.map((value, axis) => Math.round(value - laid.move[axis])));
    return laid;
  }

  /** The id of the piece at fractions of the picture's height and width. */
  at([row, col]) {
    return this.#dressing.at(Math.floor(row * this.#list.height), Math.floor(col * this.#list.width));
  }

  /** Put a piece somewhere: as far as it goes. */
  put(id, { move, scale, ...rest }) {
    const { shift, scale_min: least, scale_max: most } = this.#list.bounds, far = shift * this.height;
    const put = { ...rest, move: move.map((value) => within(value, -far, far)), scale: within(scale, least, most) };
    this.placements = { ...this.placements, [id]: put };
  }

  /** Where a piece lies, in fractions of the picture. */
  box(id) {
    const index = this.#list.garments.findIndex(({ commodity_id: other }) => other === id);
    const { top, left, bottom, right } = boxOf(this.#list.layers.filter(({ garment }) => garment === index));
    const from = this.start[id], to = this.placements[id], scale = to.scale / from.scale, { height, width } = this.#list;
    const side = (first, last, axis, size) => {
      const middle = (first + last) / 2 + to.move[axis] - from.move[axis], half = ((last - first) / 2) * scale;
      return [(middle - half) / size, (middle + half) / size];
    };
    const [rows, cols] = [side(top, bottom, 0, height), side(left, right, 1, width)];
    return { top: rows[0], bottom: rows[1], left: cols[0], right: cols[1] };
  }
}

/** Open a canvas of the stage for scenes. */
export function openCanvas(stage) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true"); // the picture beneath has the words
  stage.querySelector("figcaption").before(canvas);
  return openDressing(canvas, { cast: new Cast(canvas) });
}
