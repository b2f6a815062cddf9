// Arrays of pixels, { w, h, c, d }: width, height, channels, data row by row. What imaging does with OpenCV, on the terminal.

export const pixels = (w, h, c = 1, d = new Float32Array(w * h * c)) => ({ w, h, c, d });
export const mask = (w, h) => pixels(w, h, 1, new Uint8Array(w * h));
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Make an array of the same size from what a function says of each index. */
export function mapped({ w, h }, of, d = new Float32Array(w * h)) {
  for (let i = 0; i < d.length; i++) d[i] = of(i);
  return pixels(w, h, 1, d);
}
export const masked = (like, of) => mapped(like, of, new Uint8Array(like.w * like.h));

/** The part of a picture from a column and row on. */
export function cropped(p, left, top, w, h) {
  const out = pixels(w, h, p.c, new p.d.constructor(w * h * p.c));
  for (let y = 0; y < h; y++) out.d.set(p.d.subarray(((top + y) * p.w + left) * p.c, ((top + y) * p.w + left + w) * p.c), y * w * p.c);
  return out;
}

/** Old places and their weights for each new place, along one side: means where it shrinks, else between neighbours. */
function taps(from, to, shrinks) {
  const scale = from / to, isMean = shrinks && scale > 1, count = isMean ? Math.ceil(scale) + (scale % 1 > 0) : Math.min(2, from);
  const first = new Int32Array(to), weights = new Float32Array(to * count);
  for (let i = 0; i < to; i++) {
    const low = isMean ? i * scale : clamp((i + 0.5) * scale - 0.5, 0, from - 1), high = Math.min(from, low + scale);
    first[i] = Math.min(Math.floor(low), from - count);
    for (let t = 0, k = first[i]; t < count; t++, k++) {
      weights[i * count + t] = isMean ? Math.max(0, Math.min(high, k + 1) - Math.max(low, k)) / (high - low) : Math.max(0, 1 - Math.abs(low - k));
    }
  }
  return { first, weights, count };
}

/** Another size: averaged when it shrinks, interpolated when it grows. */
export function resized(p, w, h) {
  if (w === p.w && h === p.h) return p;
  const shrinks = w * h < p.w * p.h, { c, d } = p, n = w * c, wide = new Float32Array(n * p.h), out = new d.constructor(n * h);
  const { first, weights, count } = taps(p.w, w, shrinks), down = taps(p.h, h, shrinks), row = new Float32Array(n), half = out instanceof Float32Array ? 0 : 0.5;
  for (let y = 0, o = 0; y < p.h; y++) {
    for (let x = 0; x < w; x++) {
      if (c === 4) { // a picture, in half the time
        let r = 0, g = 0, b = 0, a = 0;
        for (let t = 0, at = x * count, i = (y * p.w + first[x]) * 4; t < count; t++, at++, i += 4) {
          const weight = weights[at];
          (r += weight * d[i]), (g += weight * d[i + 1]), (b += weight * d[i + 2]), (a += weight * d[i + 3]);
        }
        (wide[o++] = r), (wide[o++] = g), (wide[o++] = b), (wide[o++] = a);
        continue;
      }
      const start = (y * p.w + first[x]) * c, at = x * count;
      for (let k = 0; k < c; k++, o++) {
        let sum = 0;
        for (let t = 0, i = start + k; t < count; t++, i += c) sum += weights[at + t] * d[i];
        wide[o] = sum;
      }
    }
  }
  for (let y = 0; y < h; y++) {
    row.fill(half);
    for (let t = 0; t < down.count; t++) {
      const weight = down.weights[y * down.count + t], start = (down.first[y] + t) * n;
      if (weight) for (let x = 0; x < n; x++) row[x] += weight * wide[start + x];
    }
    if (half) for (let x = 0; x < n; x++) row[x] = Math.floor(row[x]);
    out.set(row, y * n);
  }
  return pixels(w, h, c, out);
}

/** Fill a picture with what another one shows at the place a map says; nothing beyond its edges. */
export function sampled(from, w, h, map) {
  const { c } = from, out = pixels(w, h, c, new from.d.constructor(w * h * c)), thousandths = (value) => Math.round(1024 * value), isWhole = !(out.d instanceof Float32Array);
  const across = [0, 3].map((k) => Int32Array.from({ length: w }, (_, u) => thousandths(map[k] * u)));
  for (let v = 0, o = 0; v < h; v++) {
    const [x0, y0] = [1, 4].map((k) => thousandths(map[k] * v + map[k + 1]) + 16);
    for (let u = 0; u < w; u++, o += c) {
      // Places count in 32nds of a pixel, as OpenCV has it: the networks notice the difference.
      const x = (across[0][u] + x0) >> 5, y = (across[1][u] + y0) >> 5, i = x >> 5, j = y >> 5, a = (x & 31) / 32, b = (y & 31) / 32;
      if (i < -1 || j < -1 || i >= from.w || j >= from.h) continue;
      const isLeft = i >= 0, isRight = i + 1 < from.w, isTop = j >= 0, isBottom = j + 1 < from.h;
      for (let k = 0, at = (j * from.w + i) * c, below = at + from.w * c; k < c; k++, at++, below++) {
        const top = isTop ? (1 - a) * (isLeft ? from.d[at] : 0) + a * (isRight ? from.d[at + c] : 0) : 0;
        const bottom = isBottom ? (1 - a) * (isLeft ? from.d[below] : 0) + a * (isRight ? from.d[below + c] : 0) : 0;
        out.d[o + k] = isWhole ? Math.floor((1 - b) * top + b * bottom + 0.5) : (1 - b) * top + b * bottom;
      }
    }
  }
  return out;
}

/** The same with a map that only scales and moves: first down a row, then along it. */
export function stretched({ w: width, h: height, c, d }, w, h, map) {
  const n = width * c, out = pixels(w, h, c), row = new Float64Array(n + 2 * c), place = (scale, at, shift) => (Math.round(1024 * scale * at) + Math.round(1024 * shift) + 16) >> 5;
  const across = Int32Array.from({ length: w }, (_, u) => place(map[0], u, map[2]));
  for (let v = 0; v < h; v++) {
    const y = place(0, 0, map[4] * v + map[5]), j = y >> 5, b = (y & 31) / 32;
    if (j < -1 || j >= height) continue;
    for (let k = 0, at = j * n; k < n; k++, at++) row[c + k] = (j < 0 ? 0 : (1 - b) * d[at]) + (j + 1 < height ? b * d[at + n] : 0);
    for (let u = 0, o = v * w * c; u < w; u++, o += c) {
      const i = across[u] >> 5, a = (across[u] & 31) / 32;
      if (i < -1 || i >= width) continue;
      for (let k = 0, at = (i + 1) * c; k < c; k++, at++) out.d[o + k] = (1 - a) * row[at] + a * row[at + c];
    }
  }
  return out;
}

const mirror = (i, n) => {
  while (i < 0 || i >= n) i = i < 0 ? -i : 2 * n - 2 - i;
  return i;
};

/** Do something along every row and then every column: f(from, to, base, count, step). */
function bothWays(p, middle, out, f) {
  const { w, h, c } = p;
  for (let y = 0; y < h; y++) for (let k = 0; k < c; k++) f(p.d, middle, y * w * c + k, w, c);
  for (let i = 0; i < w * c; i++) f(middle, out, i, h, w * c);
  return pixels(w, h, c, out);
}

/** Mean in a window of 2r + 1 pixels a side. */
export function blurred(p, r) {
  const { w, h, c, d } = p, n = w * c, share = 1 / (2 * r + 1), middle = new Float32Array(n * h), out = new Float32Array(n * h);
  const [across, down] = [w, h].map((side) => Int32Array.from({ length: side + 2 * r + 1 }, (_, i) => (side === 1 ? 0 : mirror(i - r, side))));
  // Row after row in both directions, as they lie in memory; a sum goes along for each channel, or each place of a row.
  const sums = new Float64Array(n);
  for (let y = 0, o = 0; y < h; y++, o += n) {
    sums.fill(0, 0, c);
    for (let k = 0; k < c; k++) for (let i = 0; i <= 2 * r; i++) sums[k] += d[o + across[i] * c + k];
    for (let x = 0, at = o; x < w; x++) {
      const gone = o + across[x] * c, come = o + across[x + 2 * r + 1] * c;
      for (let k = 0; k < c; k++, at++) {
        middle[at] = sums[k] * share;
        sums[k] += d[come + k] - d[gone + k];
      }
    }
  }
  sums.fill(0);
  for (let i = 0; i <= 2 * r; i++) for (let x = 0, at = down[i] * n; x < n; x++, at++) sums[x] += middle[at];
  for (let y = 0, o = 0; y < h; y++) {
    for (let x = 0, gone = down[y] * n, come = down[y + 2 * r + 1] * n; x < n; x++, o++, gone++, come++) {
      out[o] = sums[x] * share;
      sums[x] += middle[come] - middle[gone];
    }
  }
  return pixels(w, h, c, out);
}

/** Gaussian blur. */
export function softened(p, sigma, r = Math.ceil(3 * sigma)) {
  const kernel = Array.from({ length: 2 * r + 1 }, (_, k) => Math.exp(-((k - r) ** 2) / (2 * sigma * sigma)));
  const total = kernel.reduce((a, b) => a + b);
  return bothWays(p, new Float32Array(p.d.length), new Float32Array(p.d.length), (from, to, base, n, step) => {
    if (n === 1) return void (to[base] = from[base]);
    for (let i = 0, o = base; i < n; i++, o += step) {
      let sum = 0;
      if (i >= r && i < n - r) for (let k = 0, j = o - r * step; k <= 2 * r; k++, j += step) sum += kernel[k] * from[j];
      else for (let k = 0; k <= 2 * r; k++) sum += kernel[k] * from[base + step * mirror(i + k - r, n)];
      to[o] = sum / total;
    }
  });
}

/** True within a square of 2r + 1 pixels around what is true; `shrunk` is its opposite. */
export const grown = (p, r) =>
  bothWays(p, new Uint8Array(p.d.length), new Uint8Array(p.d.length), (from, to, base, n, step) => {
    for (let i = 0, o = base, last = -r - 1; i < n; i++, o += step) {
      if (from[o]) last = i;
      to[o] = i - last <= r;
    }
    for (let i = n - 1, o = base + i * step, last = n + r; i >= 0; i--, o -= step) {
      if (from[o]) last = i;
      if (last - i <= r) to[o] = 1;
    }
  });
const not = (p) => masked(p, (i) => !p.d[i]);
export const shrunk = (p, r) => not(grown(not(p), r));
export const opened = (p, r) => grown(shrunk(p, r), r);
export const closed = (p, r) => shrunk(grown(p, r), r);

/** The same with a disc. */
export function grownRound(p, r) {
  const { w, h, d } = p, far = new Int16Array(w * h), out = mask(w, h), last = new Int16Array(w).fill(r + 1);
  const halves = Int16Array.from({ length: r + 2 }, (_, k) => (k > r ? -1 : Math.sqrt((r + 0.3) ** 2 - k * k))); // of the disc's rows
  for (let y = 0, o = 0; y < h; y++) for (let x = 0; x < w; x++, o++) far[o] = last[x] = d[o] ? 0 : Math.min(last[x] + 1, r + 1);
  last.fill(r + 1);
  for (let y = h - 1; y >= 0; y--) {
    const edges = new Int16Array(w + 1); // how many spans begin and end at a column
    for (let x = w - 1, o = y * w + x; x >= 0; x--, o--) {
      const half = halves[(last[x] = Math.min(far[o], last[x] + 1))];
      if (half >= 0) edges[Math.max(0, x - half)]++, edges[Math.min(w, x + half + 1)]--;
    }
    for (let x = 0, o = y * w, open = 0; x < w; x++, o++) out.d[o] = (open += edges[x]) > 0;
  }
  return out;
}
export const openedRound = (p, r) => grownRound(not(grownRound(not(p), r)), r);

/** Connected parts: a label for each pixel (0 where false), and for each label its area and box [left, top, right, bottom]. */
export function parts({ w, h, d }) {
  const labels = new Int32Array(w * h), stack = new Int32Array(w * h), areas = [0], boxes = [null];
  for (let start = 0; start < d.length; start++) {
    if (!d[start] || labels[start]) continue;
    const label = areas.length, box = [w, h, 0, 0];
    let area = 0, top = 0;
    stack[top++] = start;
    labels[start] = label;
    while (top) {
      const at = stack[--top], x = at % w, y = (at - x) / w;
      area++;
      box[0] = Math.min(box[0], x), box[1] = Math.min(box[1], y), box[2] = Math.max(box[2], x + 1), box[3] = Math.max(box[3], y + 1);
      for (let v = Math.max(0, y - 1); v <= Math.min(h - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1), o = v * w + u; u <= Math.min(w - 1, x + 1); u++, o++) {
          if (d[o] && !labels[o]) (labels[o] = label), (stack[top++] = o);
        }
      }
    }
    areas.push(area), boxes.push(box);
  }
  return { labels, areas, boxes };
}

const LINEAR = Float32Array.from({ length: 256 }, (_, v) => (v / 255 <= 0.04045 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
const root = (t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);

/** CIELAB as OpenCV scales it to 8 bit. */
export function lab(r, g, b) {
  [r, g, b] = [LINEAR[r], LINEAR[g], LINEAR[b]];
  const y = 0.212671 * r + 0.71516 * g + 0.072169 * b, v = root(y);
  return [
    Math.round(2.55 * (y > 0.008856 ? 116 * v - 16 : 903.3 * y)),
    Math.round(128 + 500 * (root((0.412453 * r + 0.35758 * g + 0.180423 * b) / 0.950456) - v)),
    Math.round(128 + 200 * (v - root((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.088754))),
  ];
}

/** sRGB of such a colour. */
export function srgb([l, a, b]) {
  const cube = (t) => (t > 0.206893 ? t ** 3 : (t - 16 / 116) / 7.787), v = (l / 2.55 + 16) / 116;
  const [x, y, z] = [0.950456 * cube(v + (a - 128) / 500), cube(v), 1.088754 * cube(v - (b - 128) / 200)];
  const encoded = (t) => clamp(Math.round(255 * (t <= 0.0031308 ? 12.92 * t : 1.055 * t ** (1 / 2.4) - 0.055)), 0, 255);
  return [3.240479 * x - 1.53715 * y - 0.498535 * z, 1.875991 * y - 0.969256 * x + 0.041556 * z, 0.055648 * x - 0.204043 * y + 1.057311 * z].map(encoded);
}

/** CIELAB of every pixel of a picture, or of those that are asked for. */
export function labOf(p, asked = null) {
  const out = pixels(p.w, p.h, 3);
  for (let i = 0; i < p.w * p.h; i++) if (!asked || asked.d[i]) out.d.set(lab(p.d[i * p.c], p.d[i * p.c + 1], p.d[i * p.c + 2]), 3 * i);
  return out;
}

/** The value below which a share of the values lies. */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort(), at = share * (sorted.length - 1), k = Math.floor(at);
  return sorted[k] + (at - k) * ((sorted[k + 1] ?? sorted[k]) - sorted[k]);
}
