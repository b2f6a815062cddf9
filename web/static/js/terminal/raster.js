// Layers in pixels, on the processor: for outlines and seams, and for browsers without WebGL.
import { STEP } from "./warping.js";

/** Multiplies the colours of straight pixels by their alpha, in place. */
export function premultiplied(pixels) {
  const { data } = pixels, whole = new Uint32Array(data.buffer);
  for (let place = 0; place < whole.length; place += 1) {
    const at = place * 4, alpha = data[at + 3];
    if (alpha === 255 || !whole[place]) continue; // nearly all are one or the other
    for (let channel = at; channel < at + 3; channel += 1) data[channel] = (data[channel] * alpha) / 255;
  }
  return pixels;
}

const OUTER = (STEP + 1) / 2 / STEP; // a box's first pixel lies so many cells from the grid's first node

/**
 * Draws a window of a layer.
 * @returns {Uint8ClampedArray} premultiplied, the size of the window
 */
export function rasterised({ box, grid, part, kept }, window = box) {
  const { top, left, bottom, right } = window, width = right - left;
  const drawn = new Uint8ClampedArray(width * (bottom - top) * 4);
  const { data, width: cols, height: rows } = part.pixels, { values } = grid;
  for (let row = Math.max(top, box.top); row < Math.min(bottom, box.bottom); row += 1) {
    const down = (row - box.top) / STEP + OUTER, above = Math.floor(down), v = down - above;
    const first = kept ? kept[(row - box.top) * 2] : 0, end = kept ? kept[(row - box.top) * 2 + 1] : Infinity;
    const stop = Math.min(right, box.right, end);
    let col = Math.max(left, box.left, first);
    while (col < stop) {
      // Within a cell the place in the cloth changes by the same from pixel to pixel.
      const over = (col - box.left) / STEP + OUTER, before = Math.floor(over);
      const a = (above * grid.cols + before) * 2, b = a + grid.cols * 2;
      const y1 = values[a] + (values[b] - values[a]) * v - part.top, x1 = values[a + 1] + (values[b + 1] - values[a + 1]) * v - part.left;
      const y2 = values[a + 2] + (values[b + 2] - values[a + 2]) * v - part.top;
      const x2 = values[a + 3] + (values[b + 3] - values[a + 3]) * v - part.left;
      const end = Math.min(stop, box.left + Math.ceil((before + 1 - OUTER) * STEP));
      if (!isVisible(part, Math.min(y1, y2), Math.max(y1, y2), Math.min(x1, x2), Math.max(x1, x2))) {
        col = end;
        continue;
      }
      for (let u = over - before; col < end; col += 1, u += 1 / STEP) {
        const y = y1 + (y2 - y1) * u, x = x1 + (x2 - x1) * u, y0 = Math.floor(y), x0 = Math.floor(x);
        if (y0 < 0 || x0 < 0 || y0 + 1 >= rows || x0 + 1 >= cols) continue; // the rim of a part is bare
        const at = (y0 * cols + x0) * 4, below = at + cols * 4, fx = x - x0, fy = y - y0;
        const first = (1 - fx) * (1 - fy), second = fx * (1 - fy), third = (1 - fx) * fy, fourth = fx * fy;
        const to = ((row - top) * width + col - left) * 4;
        for (let channel = 0; channel < 4; channel += 1) {
          drawn[to + channel] = data[at + channel] * first + data[at + 4 + channel] * second
            + data[below + channel] * third + data[below + 4 + channel] * fourth;
        }
      }
    }
  }
  return drawn;
}

/** Whether anything can be seen between two rows and two columns of a part's picture; of pictures not counted it is not known. */
function isVisible({ sums, pixels: { width, height } }, top, bottom, left, right) {
  if (!sums) return true;
  const above = clamped(Math.floor(top), height) * (width + 1), below = clamped(Math.floor(bottom) + 2, height) * (width + 1);
  const before = clamped(Math.floor(left), width), after = clamped(Math.floor(right) + 2, width);
  return sums[below + after] - sums[above + after] - sums[below + before] + sums[above + before] > 0;
}

const clamped = (value, most) => Math.min(Math.max(value, 0), most);

/** First and last solid column and their number for each row of a layer. */
export function outline(layer) {
  if (layer.outline) return layer.outline;
  const { top, bottom, left, right } = layer.box, width = right - left, pixels = rasterised(layer);
  const rows = Array.from({ length: bottom - top }, (_, row) => {
    const found = { first: Infinity, last: -Infinity, count: 0 };
    for (let col = 0; col < width; col += 1) {
      if (pixels[(row * width + col) * 4 + 3] < 128) continue;
      found.first = Math.min(found.first, left + col);
      found.last = left + col;
      found.count += 1;
    }
    return found;
  });
  return (layer.outline = rows);
}

/** A layer somewhere else, by whole pixels; it has the pixels of the one it was. */
export const moved = (layer, [down, right]) => ({ ...layer, unmoved: unmoved(layer), by: [down, right], box: shifted(layer.box, [down, right]) });
export const unmoved = (layer) => layer.unmoved ?? layer;

export const shifted = ({ top, left, bottom, right }, [down, aside]) => (
  { top: top + down, left: left + aside, bottom: bottom + down, right: right + aside });

/** A layer that lies in the picture as it is; its pixels need a bare rim. */
export function placed(name, pixels, { top, left }) {
  const rows = Math.ceil(pixels.height / STEP), cols = Math.ceil(pixels.width / STEP);
  const grid = { rows: rows + 2, cols: cols + 2, values: new Float32Array((rows + 2) * (cols + 2) * 2) };
  for (let node = 0; node < grid.values.length / 2; node += 1) {
    grid.values[node * 2] = (Math.floor(node / grid.cols) - OUTER) * STEP;
    grid.values[node * 2 + 1] = ((node % grid.cols) - OUTER) * STEP;
  }
  const box = { top, left, bottom: top + rows * STEP, right: left + cols * STEP };
  return { name, box, grid, part: { name, top: 0, left: 0, pixels } };
}

/** Half the width of each row of OpenCV's disc. */
const disc = (size) => {
  const radius = size >> 1;
  return Array.from({ length: size }, (_, row) => Math.round(Math.sqrt(radius ** 2 - (row - radius) ** 2)));
};

/** Which pixels of a padded mask have any (or, for erosion, all) of a disc round them set. */
function spread(mask, width, height, halves, wanted) {
  const radius = halves.length >> 1, found = new Uint8Array(mask.length).fill(1 - wanted);
  for (let row = 0, at = 0; row < height; row += 1) {
    for (let col = 0; col < width; col += 1, at += 1) {
      if (mask[at] !== wanted) continue;
      const first = col; // of a run
      while (col + 1 < width && mask[at + 1] === wanted) (col += 1), (at += 1);
      for (let down = Math.max(-radius, -row); down <= radius && row + down < height; down += 1) {
        const half = halves[down + radius], start = (row + down) * width;
        found.fill(wanted, start + Math.max(0, first - half), start + Math.min(width, col + half + 1));
      }
    }
  }
  return found;
}

const FOLD_LIGHT = 0.8, SOLID = 200;

/** Fills the narrow gaps between layers in a window with the cloth beside them, in shade; null without gaps. */
function fold(layers, window, gap) {
  const size = Math.max(3, Math.round(gap)) | 1, width = window.right - window.left, height = window.bottom - window.top;
  const cloth = new Uint8ClampedArray(width * height * 4), whole = new Uint32Array(cloth.buffer);
  for (const layer of layers) {
    const own = rasterised(layer, window), words = new Uint32Array(own.buffer);
    for (let at = 0; at < whole.length; at += 1) if (own[at * 4 + 3] > cloth[at * 4 + 3]) whole[at] = words[at];
  }
  const wide = width + 2 * size, tall = height + 2 * size, solid = new Uint8Array(wide * tall), halves = disc(size);
  const inner = (row, col) => (row + size) * wide + col + size;
  for (let at = 0; at < width * height; at += 1) solid[inner(Math.floor(at / width), at % width)] = cloth[at * 4 + 3] > SOLID;
  const closed = spread(spread(solid, wide, tall, halves, 1), wide, tall, halves, 0);
  const isInside = (row, col) => row >= 0 && col >= 0 && row < height && col < width;
  const isSurrounded = (row, col) => {
    for (let at = 0; at < 9; at += 1) {
      const r = row + Math.floor(at / 3) - 1, c = col + (at % 3) - 1;
      if (isInside(r, c) && !solid[inner(r, c)]) return false;
    }
    return true;
  };
  const nearestCloth = (row, col) => {
    let found = -1, least = Infinity;
    for (let r = Math.max(0, row - size); r <= Math.min(height - 1, row + size); r += 1) {
      for (let c = Math.max(0, col - size); c <= Math.min(width - 1, col + size); c += 1) {
        const distance = (r - row) ** 2 + (c - col) ** 2;
        if (distance < least && cloth[(r * width + c) * 4 + 3] === 255) [found, least] = [(r * width + c) * 4, distance];
      }
    }
    return found;
  };
  const pixels = { width: width + 2, height: height + 2, data: new Uint8ClampedArray((width + 2) * (height + 2) * 4) };
  let isBare = true;
  for (let row = 0; row < height; row += 1) {
    for (let col = 0; col < width; col += 1) {
      if (!closed[inner(row, col)] || cloth[(row * width + col) * 4 + 3] === 255 || isSurrounded(row, col)) continue;
      const from = nearestCloth(row, col);
      if (from < 0) continue;
      const shaded = Array.from(cloth.subarray(from, from + 3), (value) => Math.floor(value * FOLD_LIGHT));
      pixels.data.set([...shaded, 255], ((row + 1) * pixels.width + col + 1) * 4);
      isBare = false;
    }
  }
  return isBare ? null : placed("sleeve_seams", pixels, { top: window.top - 1, left: window.left - 1 });
}

const SLEEVE_GAP = 0.07, COLLAR_GAP = 0.03, SHOULDER_SEAM = 0.08;

/** Layers to be drawn beneath those of a garment with sleeves, so that no skin shows in a seam. */
export function seams(layers, body) {
  const boxes = layers.map((layer) => layer.box), { unit, joints: { neck } } = body;
  const most = (side) => Math.max(...boxes.map((box) => box[side]));
  const least = (side) => Math.min(...boxes.map((box) => box[side]));
  const places = [[neck[0] - 0.3 * unit, neck[0] + 0.1 * unit, neck[1], 0.4, COLLAR_GAP]];
  for (const side of ["left", "right"]) {
    const pit = body.armpit(side);
    places.push([body.shoulderTip(side)[0] - SHOULDER_SEAM * unit, pit[0] + 0.3 * unit, pit[1], 0.2, SLEEVE_GAP]);
  }
  return places.flatMap(([first, last, col, reach, gap]) => {
    const window = {
      top: Math.max(least("top"), Math.trunc(first)), bottom: Math.min(most("bottom"), Math.trunc(last)),
      left: Math.max(least("left"), Math.trunc(col - reach * unit)),
      right: Math.min(most("right"), Math.trunc(col + reach * unit)),
    };
    const isEmpty = window.bottom <= window.top || window.right <= window.left;
    return (isEmpty ? null : fold(layers, window, gap * unit)) ?? [];
  });
}
