// Paints a look where there is no WebGL2: pixel by pixel, shown on a 2D canvas.
import { rasterised } from "./raster.js";

const SHADOW_STRENGTH = 0.3;

/** Averages along rows or columns in a window of an odd size, mirrored at the ends. */
function blurred(values, width, height, size, isDown) {
  const [lines, length, step, stride] = isDown ? [width, height, width, 1] : [height, width, 1, width];
  const found = new Float32Array(values.length), radius = size >> 1;
  const mirrored = (at) => (length === 1 ? 0 : Math.abs(((at + length - 1) % (2 * length - 2) + 2 * length - 2) % (2 * length - 2) - length + 1));
  for (let line = 0; line < lines; line += 1) {
    const at = (index) => line * stride + mirrored(index) * step;
    let sum = 0;
    for (let index = -radius; index < radius; index += 1) sum += values[at(index)];
    for (let index = 0; index < length; index += 1) {
      sum += values[at(index + radius)];
      found[at(index)] = sum / size;
      sum -= values[at(index - radius)];
    }
  }
  return found;
}

export class Cpu {
  name = "2d";
  #drawn = new WeakMap();
  #shaded = new WeakMap();

  constructor(canvas) {
    this.context = canvas.getContext("2d");
  }

  begin({ base, untouched, masks, width, height }) {
    Object.assign(this, { base, masks, width, height });
    Object.assign(this.context.canvas, { width, height });
    this.now = { picture: base.data.slice(), untouched: untouched.slice() };
  }

  bake() {
    this.baked = { picture: this.now.picture.slice(), untouched: this.now.untouched.slice() };
  }

  unbake() {
    this.now = { picture: this.baked.picture.slice(), untouched: this.baked.untouched.slice() };
  }

  #pixels(layer) {
    if (!this.#drawn.has(layer)) this.#drawn.set(layer, rasterised(layer));
    return this.#drawn.get(layer);
  }

  /** Calls back with the place in a layer and in the picture of each pixel of a layer's box in the frame. */
  #each({ top, left, bottom, right }, visit) {
    for (let row = Math.max(top, 0); row < Math.min(bottom, this.height); row += 1) {
      for (let col = Math.max(left, 0); col < Math.min(right, this.width); col += 1) {
        visit((row - top) * (right - left) + col - left, row * this.width + col);
      }
    }
  }

  #over(place, pixels, at, share = 1) {
    const { picture } = this.now, left = 1 - (pixels[at + 3] * share) / 255;
    for (let channel = 0; channel < 4; channel += 1) {
      picture[place * 4 + channel] = pixels[at + channel] * share + picture[place * 4 + channel] * left;
    }
  }

  lay(layer) {
    const pixels = this.#pixels(layer), { picture, untouched } = this.now;
    // Nearly all of a garment hides what is beneath it: that is copied, four bytes as one number.
    const whole = new Uint32Array(pixels.buffer), under = new Uint32Array(picture.buffer);
    this.#each(layer.box, (own, place) => {
      const alpha = pixels[own * 4 + 3];
      if (!alpha) return;
      if (alpha === 255) under[place] = whole[own];
      else this.#over(place, pixels, own * 4);
      untouched[place] = 0;
    });
  }

  /** How much layers darken each pixel of a window; kept as long as they stay the same. */
  #shade(layers, window, reach) {
    const last = this.#shaded.get(layers[0]);
    if (last?.layers.length === layers.length && layers.every((layer, index) => layer === last.layers[index])) return last.dark;
    const { top, left, bottom, right } = window, width = right - left, height = bottom - top;
    const cover = new Uint8Array(width * height);
    for (const layer of layers) {
      const pixels = this.#pixels(layer);
      this.#each(layer.box, (own, place) => {
        const at = (Math.floor(place / this.width) - top) * width + (place % this.width) - left;
        cover[at] = Math.max(cover[at], pixels[own * 4 + 3]);
      });
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
        const x = Math.min(Math.max((col - 0.5) / 2, 0), cols - 1), x0 = Math.floor(x), x1 = Math.min(x0 + 1, cols - 1);
        const above = soft[y0 * cols + x0] * (1 - x + x0) + soft[y0 * cols + x1] * (x - x0);
        const below = soft[y1 * cols + x0] * (1 - x + x0) + soft[y1 * cols + x1] * (x - x0);
        const mixed = above * (1 - y + y0) + below * (y - y0), bare = 255 - cover[row * width + col];
        dark[row * width + col] = Math.round((SHADOW_STRENGTH * mixed * bare) / 255);
      }
    }
    this.#shaded.set(layers[0], { layers, dark });
    return dark;
  }

  shadow(layers, window, reach) {
    const dark = this.#shade(layers, window, reach), { picture, untouched } = this.now;
    this.#each(window, (own, place) => {
      if (!dark[own] || !picture[place * 4 + 3]) return;
      for (let channel = place * 4; channel < place * 4 + 3; channel += 1) picture[channel] *= 1 - dark[own] / 255;
      untouched[place] = 0;
    });
  }

  forward(name) {
    const { data } = this.masks[name], { untouched } = this.now;
    for (let place = 0; place < untouched.length; place += 1) {
      if (data[place * 4 + 3] && !untouched[place]) this.#over(place, this.base.data, place * 4, data[place * 4 + 3] / 255);
    }
  }

  finish() {
    const straight = this.context.createImageData(this.width, this.height), { data } = straight, { picture } = this.now;
    for (let at = 0; at < data.length; at += 4) {
      const alpha = (data[at + 3] = picture[at + 3]);
      for (let channel = at; channel < at + 3; channel += 1) data[channel] = alpha && (picture[channel] * 255) / alpha;
    }
    this.context.putImageData(straight, 0, 0);
  }

  close() {}
}
