// The person on this device: cut out here, kept as a picture with joints, and dressed on the canvas.
import { say } from "../words.js";

/**
 * @typedef {object} Photo what is kept of a photograph; its cut-out lies beside it
 * @property {string} id
 * @property {string} name
 * @property {string} at ISO 8601
 * @property {{[name: string]: [number, number]}} joints row and column in px of the body frame
 * @property {number} width of the body frame, in px
 * @property {number} height
 */

const FRAME = [750, 1536];

function canvasOf(rgba) {
  const canvas = new OffscreenCanvas(rgba.width, rgba.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (rgba instanceof ImageData) context.putImageData(rgba, 0, 0);
  else context.drawImage(rgba, 0, 0);
  return canvas;
}

async function pixels(blob) {
  const bitmap = await createImageBitmap(blob);
  const canvas = canvasOf(bitmap);
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
}

export class Figure {
  #vault;
  #canvas;
  #base;
  #extractor = null;
  #dressing = null;
  #drawing = null; // the same, once it is there
  #prepared = { id: null };
  #urls = new Map();
  photos = []; // newest first

  constructor(vault, canvas, base) {
    [this.#vault, this.#canvas, this.#base] = [vault, canvas, base];
  }

  async load() {
    const kept = [...(await this.#vault.list("photo/")).values()];
    this.photos = kept.sort((one, other) => other.at.localeCompare(one.at));
  }

  /** Forget everything that is not encrypted. */
  close() {
    this.#extractor?.then((extractor) => extractor.close(), () => {});
    this.#dressing?.then((dressing) => dressing.close(), () => {});
    this.#prepared.close?.();
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
    [this.#extractor, this.#dressing, this.#drawing, this.#prepared, this.photos] = [null, null, null, { id: null }, []];
    this.#urls.clear();
    // A canvas that was drawn on by WebGL cannot be drawn on otherwise: a new one is empty in any case.
    const fresh = this.#canvas.cloneNode();
    fresh.setAttribute("aria-label", say("you"));
    this.#canvas.replaceWith(fresh);
    this.#canvas = fresh;
  }

  photo(id) {
    return this.photos.find((photo) => photo.id === id) ?? this.photos[0];
  }

  async url(id) {
    if (!this.#urls.has(id)) this.#urls.set(id, URL.createObjectURL(await this.#vault.get(`cutout/${id}`)));
    return this.#urls.get(id);
  }

  async extract(blob, { onProgress, signal }) {
    const extractor = await this.#opened({ onProgress, signal });
    return extractor.extract(blob, { onProgress, signal });
  }

  /** Give a person another outline, by the alpha of a mask. */
  async correct(person, mask, photo) {
    return (await this.#opened()).correct(person, mask, { photo });
  }

  #opened(options = {}) {
    this.#extractor ??= import("./extraction.js").then(({ openExtractor }) => openExtractor({ base: this.#base, ...options }));
    // What failed to open is opened anew the next time.
    this.#extractor.catch(() => { this.#extractor = null; });
    return this.#extractor;
  }

  async keep({ rgba, joints }, name) {
    const id = crypto.randomUUID();
    const cutout = await pictureOf(rgba);
    const photo = { id, name, at: new Date().toISOString(), joints, width: rgba.width, height: rgba.height };
    await this.#vault.put({ [`cutout/${id}`]: cutout, [`photo/${id}`]: photo });
    await this.load();
    return id;
  }

  async erase(id) {
    await this.#vault.remove(`photo/${id}`, `cutout/${id}`);
    if (this.#prepared.id === id) this.#prepared = { id: null };
    await this.load();
  }

  async #ready(id) {
    if (this.#prepared.id !== id) {
      this.#prepared.close?.();
      const { joints, width, height } = this.photo(id);
      const rgba = await pixels(await this.#vault.get(`cutout/${id}`));
      const prepared = await (await this.#opened()).prepare({ width, height, rgba, joints });
      this.#prepared = { id, prepared, joints, close: () => prepared.close?.() };
    }
    return this.#prepared;
  }

  /** Draw a person wearing garments, in the order in which they were put on. */
  async draw(id, garments, placements) {
    const { prepared, joints } = await this.#ready(id);
    this.#dressing ??= Promise.all(["dressing", "cast"].map((name) => import(`./${name}.js`)))
      .then(([{ openDressing }, { Cast }]) => openDressing(this.#canvas, { base: location.href, cast: new Cast(this.#canvas) }));
    const dressing = (this.#drawing = await this.#dressing), { height } = this.photo(id);
    const moved = ({ down, right, ...rest }) => ({ move: [down * height, right * height], ...rest });
    return dressing.show({
      prepared, joints, garments,
      placements: Object.fromEntries(Object.entries(placements).map(([piece, placement]) => [piece, moved(placement)])),
    });
  }

  get canvas() {
    return this.#canvas;
  }

  /** The id of the commodity that is seen at a row and a column of the picture. */
  pieceAt(row, col) {
    return this.#drawing?.at(row, col) ?? null;
  }

  /** Show a piece moved by rows and columns from where it was drawn. */
  slide(id, by) {
    this.#drawing?.slide(id, by);
  }

  label(words) {
    this.#canvas.setAttribute("aria-label", words);
  }
}

/** Pixels as a picture without any loss. */
export const pictureOf = (rgba) => canvasOf(rgba).convertToBlob({ type: "image/png" });

/** Show a cut-out on a canvas of the body frame. */
export function preview(canvas, { rgba }) {
  [canvas.width, canvas.height] = FRAME;
  canvas.getContext("2d").drawImage(canvasOf(rgba), 0, 0, ...FRAME);
}
