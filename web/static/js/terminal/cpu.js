// Paints a look where there is no fast WebGL2: pixel by pixel in memory, and only where something has changed.
import { rasterised } from "./raster.js";

const SHADOW_STRENGTH = 0.3;

/** Averages along rows or columns in a window of an odd size, mirrored at the ends. */
function blurred(values, width, height, size, isDown) {
  const [lines, length, step, stride] = isDown ? [width, height, width, 1] : [height, width, 1, width];
  const found = new Float32Array(values.length), radius = size >> 1;
  const mirrored = (at) => (length === 1 ? 0 : Math.abs(((at + length - 1) % (2 * length - 2) + 2 * length - 2) % (2 * length - 2) - length + 1));
  const places = Int32Array.from({ length: length + 2 * radius }, (_, index) => mirrored(index - radius) * step);
  for (let line = 0; line < lines; line += 1) {
    const start = line * stride;
    let sum = 0;
    for (let index = 0; index < 2 * radius; index += 1) sum += values[start + places[index]];
    for (let index = 0; index < length; index += 1) {
      sum += values[start + places[index + 2 * radius]];
      found[start + index * step] = sum / size;
      sum -= values[start + places[index]];
    }
  }
  return found;
}

/** What two boxes have in common. */
const common = (one, other) => ({
  top: Math.max(one.top, other.top), left: Math.max(one.left, other.left),
  bottom: Math.min(one.bottom, other.bottom), right: Math.min(one.right, other.right),
});

/** A layer that was moved by whole pixels has the pixels of the one it was. */
const unmoved = (layer) => layer.unmoved ?? layer;

/** Layers and where each lies in a window: as long as that stays the same, so does their shadow. */
const arrangement = (layers, { top, left, bottom, right }, reach) => ({
  layers: layers.map(unmoved),
  places: [bottom - top, right - left, reach, ...layers.flatMap(({ box }) => [box.top - top, box.left - left])],
});
const isSameAs = (one, other) =>
  one.layers.length === other.layers.length && one.layers.every((layer, at) => layer === other.layers[at])
  && one.places.every((place, at) => place === other.places[at]);

export class Cpu {
  name = "2d";
  #drawn = new WeakMap();
  #shaded = new WeakMap();
  #words = new WeakMap(); // four bytes of a pixel as one number

  constructor(canvas) {
    this.context = canvas.getContext("2d");
  }

  /** Starts with a person, in a window of the picture; what lies beside it stays as it was painted. */
  begin({ base, untouched, masks, width, height, window }) {
    if (this.width !== width || this.height !== height) {
      const surface = () => ({ picture: new Uint8ClampedArray(width * height * 4), untouched: new Uint8Array(width * height) });
      Object.assign(this, { width, height, now: surface(), baked: surface(), shown: new ImageData(width, height) });
      Object.assign(this.context.canvas, { width, height });
    }
    Object.assign(this, { base, masks, window });
    this.#copy({ picture: base.data, untouched }, this.now);
  }

  bake() {
    this.#copy(this.now, this.baked);
  }

  unbake() {
    this.#copy(this.baked, this.now);
  }

  #copy(from, to) {
    const { top, left, bottom, right } = this.window;
    for (let row = top; row < bottom; row += 1) {
      const start = row * this.width + left, end = row * this.width + right;
      to.picture.set(from.picture.subarray(start * 4, end * 4), start * 4);
      to.untouched.set(from.untouched.subarray(start, end), start);
    }
  }

  #wordsOf(bytes) {
    if (!this.#words.has(bytes)) this.#words.set(bytes, new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2));
    return this.#words.get(bytes);
  }

  #pixels(layer) {
    const own = unmoved(layer);
    if (!this.#drawn.has(own)) this.#drawn.set(own, rasterised(own));
    return this.#drawn.get(own);
  }

  #over(place, pixels, at, share = 1) {
    const { picture } = this.now, left = 1 - (pixels[at + 3] * share) / 255;
    for (let channel = 0; channel < 4; channel += 1) {
      picture[place * 4 + channel] = pixels[at + channel] * share + picture[place * 4 + channel] * left;
    }
  }

  lay(layer) {
    const { box } = layer, { top, left, bottom, right } = common(box, this.window), wide = box.right - box.left;
    const pixels = this.#pixels(layer), { untouched } = this.now;
    // Nearly all of a garment hides what is beneath it: that is copied.
    const whole = this.#wordsOf(pixels), under = this.#wordsOf(this.now.picture);
    for (let row = top; row < bottom; row += 1) {
      let own = (row - box.top) * wide + left - box.left, place = row * this.width + left;
      for (let col = left; col < right; col += 1, own += 1, place += 1) {
        const word = whole[own];
        if (!word) continue;
        const alpha = pixels[own * 4 + 3];
        if (!alpha) continue;
        if (alpha === 255) under[place] = word;
        else this.#over(place, pixels, own * 4);
        untouched[place] = 0;
      }
    }
  }

  /** How much layers darken each pixel of a window. */
  #shade(layers, window, reach) {
    const owner = unmoved(layers[0]), arranged = arrangement(layers, window, reach), last = this.#shaded.get(owner);
    if (last && isSameAs(last.arranged, arranged)) return last.dark;
    const { top, left, bottom, right } = window, width = right - left, height = bottom - top;
    const cover = new Uint8Array(width * height);
    for (const layer of layers) {
      const { box } = layer, within = common(box, window), pixels = this.#pixels(layer), wide = box.right - box.left;
      for (let row = within.top; row < within.bottom; row += 1) {
        let own = ((row - box.top) * wide + within.left - box.left) * 4 + 3, at = (row - top) * width + within.left - left;
        for (let col = within.left; col < within.right; col += 1, own += 4, at += 1) if (pixels[own] > cover[at]) cover[at] = pixels[own];
      }
    }
    const cols = Math.max(1, width >> 1), rows = Math.max(1, height >> 1), small = new Float32Array(cols * rows);
    const at = (row, col) => (row < 0 ? 0 : cover[Math.min(row, height - 1) * width + Math.min(col, width - 1)]);
    const quarter = (row, col) =>
      (at(row * 2, col * 2) + at(row * 2, col * 2 + 1) + at(row * 2 + 1, col * 2) + at(row * 2 + 1, col * 2 + 1)) / 4;
    const shift = reach * 0.3, whole = Math.floor(shift), rest = shift - whole;
    for (let row = 0; row < rows; row += 1) {
      for (let col = 0; col < cols; col += 1) {
        small[row * cols + col] = quarter(row - whole, col) * (1 - rest) + quarter(row - whole - 1, col) * rest;
      }
    }
    const size = 2 * Math.max(1, Math.round(reach / 2)) + 1;
    const soft = [false, true, false, true].reduce((values, isDown) => blurred(values, cols, rows, size, isDown), small);
    const dark = new Uint8Array(width * height);
    for (let row = 0; row < height; row += 1) {
      const y = Math.min(Math.max((row - 0.5) / 2, 0), rows - 1), y0 = Math.floor(y), y1 = Math.min(y0 + 1, rows - 1);
      for (let col = 0; col < width; col += 1) {
        const bare = 255 - cover[row * width + col];
        if (!bare) continue; // beneath a garment nobody sees its shadow
        const x = Math.min(Math.max((col - 0.5) / 2, 0), cols - 1), x0 = Math.floor(x), x1 = Math.min(x0 + 1, cols - 1);
        const above = soft[y0 * cols + x0] * (1 - x + x0) + soft[y0 * cols + x1] * (x - x0);
        const below = soft[y1 * cols + x0] * (1 - x + x0) + soft[y1 * cols + x1] * (x - x0);
        const mixed = above * (1 - y + y0) + below * (y - y0);
        dark[row * width + col] = Math.round((SHADOW_STRENGTH * mixed * bare) / 255);
      }
    }
    this.#shaded.set(owner, { arranged, dark });
    return dark;
  }

  shadow(layers, window, reach) {
    if (window.bottom <= window.top || window.right <= window.left) return; // moved out of the picture
    const dark = this.#shade(layers, window, reach), { picture, untouched } = this.now;
    const { top, left, bottom, right } = common(window, this.window), wide = window.right - window.left;
    for (let row = top; row < bottom; row += 1) {
      let own = (row - window.top) * wide + left - window.left, place = row * this.width + left;
      for (let col = left; col < right; col += 1, own += 1, place += 1) {
        if (!dark[own] || !picture[place * 4 + 3]) continue;
        const light = 1 - dark[own] / 255;
        for (let channel = place * 4; channel < place * 4 + 3; channel += 1) picture[channel] *= light;
        untouched[place] = 0;
      }
    }
  }

  forward(name) {
    const { data } = this.masks[name], { untouched } = this.now, { top, left, bottom, right } = this.window;
    for (let row = top; row < bottom; row += 1) {
      for (let place = row * this.width + left; place < row * this.width + right; place += 1) {
        if (!untouched[place] && data[place * 4 + 3]) this.#over(place, this.base.data, place * 4, data[place * 4 + 3] / 255);
      }
    }
  }

  finish() {
    const { top, left, bottom, right } = this.window, { data } = this.shown, { picture } = this.now;
    const whole = this.#wordsOf(picture), straight = this.#wordsOf(data);
    for (let row = top; row < bottom; row += 1) {
      for (let place = row * this.width + left; place < row * this.width + right; place += 1) {
        const at = place * 4, alpha = picture[at + 3];
        if (alpha === 255 || !alpha) straight[place] = alpha && whole[place];
        else {
          for (let channel = at; channel < at + 3; channel += 1) data[channel] = (picture[channel] * 255) / alpha;
          data[at + 3] = alpha;
        }
      }
    }
    this.context.putImageData(this.shown, 0, 0, left, top, right - left, bottom - top);
  }

  close() {}
}
