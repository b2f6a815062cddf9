// The two networks the server runs, too, and how their likelihoods are joined; as imaging.networks and imaging.extraction.
import { clamp, cropped, mapped, pixels, resized, sampled } from "./pixels.js";

const SIDE = 256;
const sigmoid = (value) => 1 / (1 + Math.exp(-clamp(value, -50, 50)));
const sized = (d) => pixels(SIDE, SIDE, 1, d);

/** A square of the picture, turned and of any size: the affine maps from the network's pixels to the picture's, and back. */
function squareOf([x, y], side, angle) {
  const [cos, sin] = [(Math.cos(angle) * side) / SIDE, (Math.sin(angle) * side) / SIDE], half = SIDE / 2, size = (side / SIDE) ** 2;
  const [p, q] = [cos / size, sin / size];
  return { side, to: [cos, -sin, x - half * (cos - sin), sin, cos, y - half * (sin + cos)], from: [p, q, half - p * x - q * y, -q, p, half + q * x - p * y] };
}
const moved = ([a, b, c, d, e, f], u, v) => [a * u + b * v + c, d * u + e * v + f];

/** Look once in a square: points as [row, col], score, how to have the likelihood of the picture's size, and the square it proposes. */
function look(image, square, run) {
  const seen = sampled(image, SIDE, SIDE, square.to);
  for (let i = 3; i < seen.d.length; i += 4) seen.d[i] = 255; // beyond the picture it is black, not transparent
  const [flat, [score], logits] = run(seen);
  const points = Array.from({ length: 35 }, (_, k) => moved(square.to, flat[5 * k], flat[5 * k + 1]));
  const [centre, rim] = points.slice(33), reach = [rim[0] - centre[0], rim[1] - centre[1]];
  return {
    points: points.slice(0, 33).map(([x, y]) => [y, x]),
    score,
    likelihood: () => sampled(sized(Float32Array.from(logits, sigmoid)), image.w, image.h, square.from),
    proposed: squareOf(centre, 2.5 * Math.hypot(...reach), Math.atan2(reach[1], reach[0]) + Math.PI / 2),
  };
}

/** Find the body: first in the whole picture, then once more in the square it proposes. */
export function bodyIn(image, run) {
  const first = look(image, squareOf([image.w / 2, image.h / 2], Math.max(image.w, image.h), 0), run);
  const { points, score, likelihood } = first.score < 0.3 || first.proposed.side < 32 ? first : look(image, first.proposed, run);
  return { points, score, likelihood: likelihood() };
}

/** Weigh both networks, the second one looking closer and closer at what the first one found. */
export function likelihoodOf(image, reading, run) {
  const seen = (part) => sized(new Float32Array(run(part)[0])), person = (part) => resized(seen(resized(part, SIDE, SIDE)), part.w, part.h);
  const { w, h } = image, rough = reading.likelihood.d;
  let [left, top, right, bottom, count] = [w, h, -1, -1, 0];
  for (let y = 0, i = 0; y < h; y++) for (let x = 0; x < w; x++, i++) if (rough[i] > 0.5) (left = Math.min(left, x)), (right = Math.max(right, x)), (top = Math.min(top, y)), (bottom = y), count++;
  if (reading.score < 0.5 || count < 50) return person(image);
  // Margins in which the other network may correct this one: bags and hair stick out sideways.
  const aside = Math.trunc(0.15 * (right - left) + 10), above = Math.trunc(0.06 * (bottom - top) + 10);
  [left, right, top, bottom] = [Math.max(0, left - aside), Math.min(w, right + aside), Math.max(0, top - above), Math.min(h, bottom + above)];
  const box = cropped(image, left, top, right - left, bottom - top);
  const small = resized(box, SIDE, SIDE), whole = seen(small), mirrored = flipped(seen(flipped(small)));
  const both = resized(mapped(whole, (i) => whole.d[i] + mirrored.d[i]), box.w, box.h), halves = inHalves(box, person), out = mapped(image, (i) => 0.375 * rough[i]);
  for (let y = 0, i = 0; y < box.h; y++) for (let x = 0; x < box.w; x++, i++) out.d[(top + y) * w + left + x] += 0.125 * both.d[i] + 0.375 * halves[i];
  return out;
}

function flipped(p) {
  const out = pixels(p.w, p.h, p.c, new p.d.constructor(p.d.length)), { w, c } = p;
  for (let i = 0; i < w * p.h; i++) for (let k = 0; k < c; k++) out.d[(i - (i % w) + w - 1 - (i % w)) * c + k] = p.d[i * c + k];
  return out;
}

/** Look at upper, middle and lower half by themselves: twice the detail, blended softly. */
function inHalves(image, person) {
  const { w, h } = image, total = new Float32Array(w * h), weights = new Float32Array(h);
  for (const start of [0, 0.25, 0.5]) {
    const top = Math.trunc(start * h), bottom = Math.trunc((start + 0.5) * h), seen = person(cropped(image, 0, top, w, bottom - top)).d;
    for (let y = top; y < bottom; y++) {
      // A half weighs most in its own middle; the ends of the picture belong to one half only.
      const at = y / h, isOuter = (start === 0 && at < 0.25) || (start === 0.5 && at > 0.75), weight = isOuter ? 1 : Math.max(1 - Math.abs(at - start - 0.25) / 0.25, 0.02);
      weights[y] += weight;
      for (let x = 0; x < w; x++) total[y * w + x] += weight * seen[(y - top) * w + x];
    }
  }
  return total.map((value, i) => value / Math.max(weights[Math.floor(i / w)], 1e-6));
}
