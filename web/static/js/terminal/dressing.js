// Dresses a person on a canvas: the same picture as the server's, worked out on the terminal.
import { Gpu } from "./gpu.js";
import { drawn, replacedZones, steps } from "./layering.js";
import { Body } from "./measuring.js";
import { moved, placed, premultiplied, rasterised, shifted, unmoved } from "./raster.js";
import { counted, warp } from "./warping.js";

/**
 * @typedef {object} Garment a commodity taken apart, as `GET /api/v1/commodities/{id}/cloth` answers it
 * @property {string} commodity_id
 * @property {string} type
 * @property {number} width of the cloth, px
 * @property {number} height
 * @property {{[name: string]: [number, number]}} landmarks fractions of height and width
 * @property {number | null} rim row where a turtleneck's tube ends
 * @property {[number, number] | null} column first and last visible row where a head enters a hat
 * @property {[number, number, number] | null} extent middle row, first and last column of glasses
 * @property {Part[]} parts
 *
 * @typedef {object} Part
 * @property {string} name
 * @property {string} url of its image, which has a bare rim
 * @property {number} top of the image in the cloth, px
 * @property {number} left
 * @property {number} width
 * @property {number} height
 * @property {{share: number, edges: [[number, number], [number, number]]}[]} sources stations along a sleeve
 * @property {([number, number] | null)[]} edges first and last own column of each row of the cloth
 *
 * @typedef {object} Placement
 * @property {[number, number]} [move] rows and columns of the body frame, px
 * @property {number} [scale] about the middle of the garment
 * @property {number} [level] by how many pieces it lies further out than its type does
 * @property {boolean} [tucked] whether the hem of a top goes into the bottoms
 * @property {boolean} [opened] whether its fronts are turned aside
 * @property {[number, number]} [size] length and width of what is no sleeve, relative to how it is fitted
 *
 * @typedef {object} Prepared who wears the look; `terminal/extraction.js` prepares photographs
 * @property {ImageBitmap} person as photographed
 * @property {(zones: string[]) => Promise<ImageBitmap>} bases worn clothes replaced in zones
 * @property {{front: ImageBitmap, jaw: ImageBitmap, forearms: ImageBitmap, hands: ImageBitmap}} masks
 *   alpha of what is drawn over garments again
 *
 * @typedef {object} Shown what was drawn
 * @property {string} renderer "webgl2" or "2d"
 * @property {string[]} worn ids of the commodities, from the innermost outwards
 * @property {string[]} left_out ids of commodities that lack landmarks
 * @property {string[]} zones whose worn clothes were replaced
 * @property {{[commodity_id: string]: {top: number, left: number, bottom: number, right: number}}} boxes
 */

/** Straight pixels of a picture. */
function pixelsOf(picture) {
  const { width, height } = picture;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, width, height);
}

/** Loads a picture as premultiplied pixels. */
async function loaded(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const options = { premultiplyAlpha: "none", colorSpaceConversion: "none" };
  return premultiplied(pixelsOf(await createImageBitmap(await answer.blob(), options)));
}

/** Makes something of an object once. */
const once = (make) => {
  const made = new WeakMap();
  return (owner, ...rest) => {
    if (!made.has(owner)) made.set(owner, make(owner, ...rest));
    return made.get(owner);
  };
};

/** Lets the page answer whoever waits, between two parts of the work. */
const rest = () => new Promise((done) => setTimeout(done));

const straight = once(pixelsOf);
const premultipliedOf = once((picture) => premultiplied(pixelsOf(picture)));

/** 255 where a person's base is as photographed, else 0. */
const untouchedOf = once((base, person) => {
  const first = new Uint32Array(person.data.buffer), second = new Uint32Array(base.data.buffer);
  const found = new Uint8Array(first.length);
  for (let place = 0; place < found.length; place += 1) found[place] = first[place] === second[place] ? 255 : 0;
  return found;
});

function windowRound(layers, margin, { width, height }) {
  const of = (side) => layers.map(({ box }) => box[side]);
  return {
    top: Math.max(0, Math.min(...of("top")) - margin), left: Math.max(0, Math.min(...of("left")) - margin),
    bottom: Math.min(height, Math.max(...of("bottom")) + margin),
    right: Math.min(width, Math.max(...of("right")) + margin),
  };
}

/** The box in which layers cast a shadow. What slides takes it along, also where the picture's edge has cut it. */
const shadeRound = ({ shadow, reach }, picture) =>
  shifted(windowRound(shadow.map(unmoved), Math.trunc(2 * reach), picture), shadow[0].by ?? [0, 0]);

/** The box round all that is visible of a mask. */
const extentOf = once(({ data, width, height }) => {
  const box = { top: height, left: width, bottom: 0, right: 0 };
  for (let place = 0; place < width * height; place += 1) {
    if (!data[place * 4 + 3]) continue;
    const row = Math.floor(place / width), col = place % width;
    if (row < box.top) box.top = row;
    if (col < box.left) box.left = col;
    if (col >= box.right) box.right = col + 1;
    box.bottom = row + 1;
  }
  return box;
});

/** The box round all that a step may paint. */
function reachOf(step, { base, masks }) {
  const { layer, forward } = step;
  if (forward) return extentOf(masks[forward]);
  return layer ? layer.box : shadeRound(step, base);
}

const opening = () => import("./opening.js"); // few pieces are worn open

const NOTHING = { person: null, list: [], baked: 0 };

class Dressing {
  #turn = 0;
  #queue = Promise.resolve();
  #parts = new Map();
  #layers = new WeakMap();
  #bases = new WeakMap();
  #painted = NOTHING;
  #shown = NOTHING; // as it was fitted, before anything slid

  constructor(canvas, { base, renderer, cast }) {
    this.base = base;
    this.cast = cast;
    this.painter = renderer === "2d" ? null : Gpu.on(canvas, renderer !== "webgl2");
    if (!this.painter) this.#queue = import("./cpu.js").then(({ Cpu }) => (this.painter = new Cpu(canvas)));
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => {
      const { person, list } = this.#painted;
      this.painter = Gpu.on(canvas, false);
      this.#painted = NOTHING;
      if (person) this.#paint(person, list);
    });
  }

  /** Runs one drawing at a time; one that is overtaken by a newer one is not drawn. */
  #inTurn(draw) {
    const turn = ++this.#turn;
    const result = this.#queue.then(() => (turn === this.#turn ? draw() : null));
    this.#queue = result.catch(() => {});
    return result;
  }

  async #loadedPart(part) {
    const { href } = new URL(part.url, this.base);
    if (!this.#parts.has(href)) {
      const loading = loaded(href).then((pixels) => ({ ...part, pixels, sums: counted(pixels) }));
      loading.catch(() => this.#parts.delete(href));
      this.#parts.set(href, loading);
    }
    return this.#parts.get(href);
  }

  async #cloth(garment) {
    return { ...garment, parts: await Promise.all(garment.parts.map((part) => this.#loadedPart(part))) };
  }

  async #drawn(garment, body, { level = 0, tucked = false, ...placement }, person) {
    if (!this.#layers.has(person)) this.#layers.set(person, new Map());
    const known = this.#layers.get(person), { landmarks, parts } = garment;
    const key = JSON.stringify([landmarks, parts.map(({ url }) => url), placement]);
    const layers = known.get(key) ?? drawn(await this.#cloth(garment), body, placement, placement.opened && await opening());
    known.delete(key);
    known.set(key, layers);
    if (known.size > 24) known.delete(known.keys().next().value);
    return { garment, layers, level, tucked, opened: placement.opened };
  }

  async #base({ bases, person }, zones) {
    if (!zones.length) return person;
    if (!this.#bases.has(bases)) this.#bases.set(bases, new Map());
    const known = this.#bases.get(bases), key = zones.join();
    if (!known.has(key)) known.set(key, await bases(zones));
    return known.get(key);
  }

  /**
   * Draws a look.
   * @param {{prepared: Prepared, joints: object, garments: Garment[], placements?: {[commodity_id: string]: Placement}}} look
   *   garments in the order they were put on
   * @returns {Promise<Shown | null>} null when a newer look was asked for meanwhile
   */
  show({ prepared, joints, garments, placements = {} }) {
    return this.#inTurn(async () => {
      const { person, masks } = prepared, photographed = straight(person), body = new Body(joints, photographed);
      const pieces = await Promise.all(
        garments.map((garment) => this.#drawn(garment, body, placements[garment.commodity_id] ?? {}, person)),
      );
      await rest();
      const worn = pieces.filter((piece) => piece.layers.length), id = ({ garment }) => garment.commodity_id;
      const zones = replacedZones(worn.map(({ garment }) => garment.type));
      const base = premultipliedOf(await this.#base(prepared, zones)), own = premultipliedOf(person);
      const named = Object.entries(masks).map(([name, mask]) => [name, premultipliedOf(mask)]);
      const dressed = { base, untouched: untouchedOf(base, own), masks: Object.fromEntries(named) };
      this.#shown = { person: dressed, list: steps(pieces, body) };
      this.#paint(dressed, this.#shown.list);
      return {
        renderer: this.painter.name, zones, worn: worn.map(id),
        left_out: pieces.filter((piece) => !piece.layers.length).map(id),
        boxes: Object.fromEntries(worn.map((piece) => [id(piece), windowRound(piece.layers, 0, photographed)])),
      };
    });
  }

  /**
   * Draws a list that the server made: `GET /api/v1/coordinations/{id}/drawing`.
   * @returns {Promise<{renderer: string} | null>} null when something newer was asked for meanwhile
   */
  draw(list) {
    return this.#inTurn(async () => {
      const load = (url) => loaded(new URL(url, this.base));
      const garments = await Promise.all(list.garments.map((garment) => this.#cloth(garment)));
      const [person, base, ...masks] = await Promise.all([list.person, list.base, ...Object.values(list.masks)].map(load));
      const layers = await Promise.all(list.layers.map(async (layer) => {
        if (layer.url) return placed(layer.part, await load(layer.url), layer.box);
        const garment = garments[layer.garment], [kind, side] = layer.part.split("_");
        const part = kind === "front" ? (await opening()).front(garment, side) : garment.parts.find(({ name }) => name === layer.part);
        const kept = layer.kept && Float32Array.from(layer.kept.flat());
        return { name: layer.part, part, kept, ...warp({ ...layer, part }, garment, list) };
      }));
      const named = Object.fromEntries(Object.keys(list.masks).map((name, index) => [name, masks[index]]));
      this.#paint({ base, untouched: untouchedOf(base, person), masks: named }, list.steps.map((step) => ({
        ...step, shadow: step.shadow?.map((index) => layers[index]), layer: layers[step.layer],
      })));
      return { renderer: this.painter.name };
    });
  }

  /**
   * Shows a piece moved from where `show` has laid it, at once: nothing is fitted anew, so that a finger can be followed.
   * @param {string} id of the commodity
   * @param {[number, number]} by whole rows and columns of the body frame
   */
  slide(id, by) {
    const { person, list } = this.#shown;
    if (!person) return;
    this.#paint(person, list.map((step) => {
      if (step.of !== id) return step;
      return { ...step, layer: step.layer && moved(step.layer, by), shadow: step.shadow?.map((layer) => moved(layer, by)) };
    }), { isSliding: true });
  }

  /** The id of the commodity that shows at a pixel of the look that was shown; null where there is none. */
  at(row, col) {
    const pixel = { top: row, left: col, bottom: row + 1, right: col + 1 };
    return this.#painted.list.findLast(({ layer }) => layer && rasterised(layer, pixel)[3] > 127)?.of ?? null;
  }

  /** Paints steps, where they differ from those painted last. What lies beneath a garment that slides is baked
   *  once, and not painted again while it does. */
  #paint(person, list, { isSliding = false } = {}) {
    const { painter } = this, { base } = person, { width, height } = base, before = this.#painted;
    const found = list.findIndex((step, index) => !isSame(step, before.list[index]));
    const changed = base !== before.person?.base ? 0 : found < 0 ? list.length : found;
    if (changed === list.length && changed === before.list.length) return;
    let { baked } = before;
    if (baked > changed) baked = 0;
    this.#painted = NOTHING; // should painting fail, nothing of it is built upon
    const bakes = isSliding && changed > baked && changed < list.length;
    const isWhole = base !== before.person?.base || bakes;
    const all = { top: 0, left: 0, bottom: height, right: width };
    const window = isWhole ? all : this.#changedWindow(person, before.list, list) ?? all;
    painter.begin({ ...person, width, height, window, isBaked: baked > 0 });
    for (let index = baked; index < list.length; index += 1) {
      if (bakes && index === changed) {
        painter.bake();
        baked = changed;
      }
      const { shadow, reach, layer, forward } = list[index];
      if (forward) painter.forward(forward);
      else if (layer) painter.lay(layer);
      else if (shadow.length) painter.shadow(shadow, shadeRound(list[index], base), reach);
    }
    painter.finish();
    this.cast?.draw();
    this.#painted = { person, list, baked };
  }

  /** The box round all that differs between two lists; null where that is nothing. */
  #changedWindow(person, before, list) {
    let steps = [];
    if (before.length === list.length) {
      list.forEach((step, at) => isSame(step, before[at]) || steps.push(step, before[at]));
    } else {
      const least = Math.min(before.length, list.length);
      let first = 0, last = 0;
      while (first < least && isSame(list[first], before[first])) first += 1;
      while (last < least - first && isSame(list.at(-1 - last), before.at(-1 - last))) last += 1;
      steps = [before, list].flatMap((each) => each.slice(first, each.length - last));
    }
    const boxes = steps.filter(({ shadow }) => shadow?.length !== 0).map((step) => ({ box: reachOf(step, person) }));
    return boxes.length ? windowRound(boxes, 0, person.base) : null;
  }

  close() {
    this.#turn += 1;
    this.painter?.close();
    this.cast?.close();
  }
}

const isSame = (step, other) =>
  other !== undefined && step.layer === other.layer && step.forward === other.forward && step.reach === other.reach
  && step.shadow?.length === other.shadow?.length && (step.shadow ?? []).every((layer, at) => layer === other.shadow[at]);

/**
 * Opens a canvas for looks. It gets the size of the person's picture; a style sheet may show it smaller.
 * @param {HTMLCanvasElement} canvas that has no context yet
 * @param {{base?: string, renderer?: "webgl2" | "2d", cast?: import("./cast.js").Cast}} [options] the address that the
 *   garments' pictures are relative to; what draws: without a graphics processor the 2D canvas is the faster one, and
 *   the one that is chosen; and the shadow that follows what is drawn
 * @returns {Dressing}
 */
export const openDressing = (canvas, { base = document.baseURI, renderer, cast } = {}) =>
  new Dressing(canvas, { base, renderer, cast });
