// Paints a look where there is no fast WebGL2: pixel by pixel in memory, and only where something has changed.
import { rasterised, unmoved } from "./raster.js";

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

const [SOFT, SOLID] = [1, 2];

/**
 * Runs of pixels in which something is to be painted, row by row: those of row r have the places starts[r] to
 * starts[r + 1] in the other arrays. Most of a layer, of a mask and of a shadow is bare, and what is not is mostly solid.
 * @param {(place: number) => 0 | 1 | 2} kindAt what a pixel is: bare, soft, or solid
 */
function runsOf(width, height, kindAt) {
  const starts = new Int32Array(height + 1), from = [], to = [], isSolid = [];
  for (let row = 0, place = 0; row < height; row += 1) {
    let last = 0;
    for (let col = 0; col < width; col += 1, place += 1) {
      const kind = kindAt(place);
      if (kind !== last && last) to.push(col);
      if (kind !== last && kind) from.push(col), isSolid.push(kind === SOLID);
      last = kind;
    }
    if (last) to.push(width);
    starts[row + 1] = from.length;
  }
  return { starts, from, to, isSolid };
}

const kindOf = (alpha) => (alpha === 255 ? SOLID : alpha && SOFT);

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
  #masked = new WeakMap();
  #words = new WeakMap(); // four bytes of a pixel as one number

  constructor(canvas) {
    this.context = canvas.getContext("2d");
  }

  /** Starts with a person, or with what was baked, in a window of the picture; what lies beside it stays as it was. */
  begin({ base, untouched, masks, width, height, window, isBaked }) {
    if (this.width !== width || this.height !== height) {
      const surface = () => ({ picture: new Uint8ClampedArray(width * height * 4), untouched: new Uint8Array(width * height) });
      Object.assign(this, { width, height, now: surface(), baked: surface(), shown: new ImageData(width, height) });
      Object.assign(this.context.canvas, { width, height });
    }
    Object.assign(this, { base, masks, window });
    this.#copy(isBaked ? this.baked : { picture: base.data, untouched }, this.now);
  }

  bake() {
    this.#copy(this.now, this.baked);
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

  /** The pixels of a layer as it was before it slid, and their runs. */
  #pixels(layer) {
    const own = unmoved(layer);
    if (!this.#drawn.has(own)) {
      const pixels = rasterised(own), { top, left, bottom, right } = own.box;
      this.#drawn.set(own, { pixels, runs: runsOf(right - left, bottom - top, (place) => kindOf(pixels[place * 4 + 3])) });
    }
    return this.#drawn.get(own);
  }

  #over(place, pixels, at, share = 1) {
    const { picture } = this.now, left = 1 - (pixels[at + 3] * share) / 255;
    for (let channel = 0; channel < 4; channel += 1) {
      picture[place * 4 + channel] = pixels[at + channel] * share + picture[place * 4 + channel] * left;
    }
  }

  /** Does something for each run in a box of the picture, as far as the window goes: with its first pixel in the
   *  picture, its first one in the box, their number, and whether all of them are solid. */
  #run({ starts, from, to, isSolid }, box, act) {
    const { top, left, bottom, right } = common(box, this.window), wide = box.right - box.left;
    for (let row = top; row < bottom; row += 1) {
      const down = row - box.top;
      for (let run = starts[down]; run < starts[down + 1]; run += 1) {
        const first = Math.max(from[run], left - box.left), end = Math.min(to[run], right - box.left);
        if (first < end) act(row * this.width + box.left + first, down * wide + first, end - first, isSolid[run]);
      }
    }
  }

  lay(layer) {
    const { pixels, runs } = this.#pixels(layer), { untouched, picture } = this.now;
    const from = this.#wordsOf(pixels), to = this.#wordsOf(picture);
    this.#run(runs, layer.box, (place, own, count, isSolid) => {
      untouched.fill(0, place, place + count);
      for (const end = own + count; own < end; own += 1, place += 1) {
        if (isSolid) to[place] = from[own];
        else this.#over(place, pixels, own * 4);
      }
    });
  }

  /** How much layers darken each pixel of a window, and the runs of those they do. */
  #shade(layers, window, reach) {
    const owner = unmoved(layers[0]), arranged = arrangement(layers, window, reach), last = this.#shaded.get(owner);
    if (last && isSameAs(last.arranged, arranged)) return last;
    const { top, left, bottom, right } = window, width = right - left, height = bottom - top;
    const cover = new Uint8Array(width * height);
    for (const layer of layers) {
      const { box } = layer, within = common(box, window), { pixels } = this.#pixels(layer), wide = box.right - box.left;
      for (let row = within.top; row < within.bottom; row += 1) {
        let own = ((row - box.top) * wide + within.left - box.left) * 4 + 3, at = (row - top) * width + within.left - left;
        for (let col = within.left; col < within.right; col += 1, own += 4, at += 1) if (pixels[own] > cover[at]) cover[at] = pixels[own];
      }
    }
    const cols = Math.max(1, width >> 1), rows = Math.max(1, height >> 1), small = new Float32Array(cols * rows);
    const shift = reach * 0.3, whole = Math.floor(shift), rest = shift - whole, beside = Math.min(1, width - 1), beneath = Math.min(1, height - 1) * width;
    for (let row = 0; row < rows; row += 1) {
      for (let col = 0, at = row * 2 * width; col < cols; col += 1, at += 2) {
        const mean = (cover[at] + cover[at + beside] + cover[at + beneath] + cover[at + beneath + beside]) / 4;
        if (row + whole < rows) small[(row + whole) * cols + col] += mean * (1 - rest);
        if (row + whole + 1 < rows) small[(row + whole + 1) * cols + col] += mean * rest;
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
    const shaded = { arranged, dark, runs: runsOf(width, height, (place) => dark[place] && SOFT) };
    this.#shaded.set(owner, shaded);
    return shaded;
  }

  shadow(layers, window, reach) {
    if (window.bottom <= window.top || window.right <= window.left) return; // moved out of the picture
    const { dark, runs } = this.#shade(layers, window, reach), { picture, untouched } = this.now;
    this.#run(runs, window, (place, own, count) => {
      for (const end = own + count; own < end; own += 1, place += 1) {
        if (!picture[place * 4 + 3]) continue;
        const light = 1 - dark[own] / 255;
        for (let channel = place * 4; channel < place * 4 + 3; channel += 1) picture[channel] *= light;
        untouched[place] = 0;
      }
    });
  }

  forward(name) {
    const mask = this.masks[name], { data } = mask, { untouched, picture } = this.now, base = this.base.data;
    if (!this.#masked.has(mask)) this.#masked.set(mask, runsOf(this.width, this.height, (place) => kindOf(data[place * 4 + 3])));
    const from = this.#wordsOf(base), to = this.#wordsOf(picture), whole = { top: 0, left: 0, bottom: this.height, right: this.width };
    this.#run(this.#masked.get(mask), whole, (start, _, count, isSolid) => {
      for (let place = start; place < start + count; place += 1) {
        if (untouched[place]) continue;
        if (isSolid && base[place * 4 + 3] === 255) to[place] = from[place];
        else this.#over(place, base, place * 4, data[place * 4 + 3] / 255);
      }
    });
  }

  finish() {
    const { top, left, bottom, right } = this.window, { data } = this.shown, { picture } = this.now;
    const whole = this.#wordsOf(picture), straight = this.#wordsOf(data);
    for (let row = top; row < bottom; row += 1) {
      const start = row * this.width + left, end = row * this.width + right;
      straight.set(whole.subarray(start, end), start);
      for (let place = start; place < end; place += 1) {
        const alpha = whole[place] >>> 24;
        if (alpha === 255 || !alpha) continue; // nearly all are one or the other
        for (let channel = place * 4; channel < place * 4 + 3; channel += 1) data[channel] = (picture[channel] * 255) / alpha;
      }
    }
    this.context.putImageData(this.shown, 0, 0, left, top, right - left, bottom - top);
  }

  close() {}
}
