// A person made ready to be dressed, and a cut-out given another outline.
import { Body } from "./body.js";
import { pixels } from "./pixels.js";
import { lookAt } from "./surface.js";
import { undressed } from "./undressing.js";

const COLOURED = 8; // alpha from which a pixel of a cut-out has a colour of its own
const LEFT_SHARE_MIN = 0.001; // less is a slip of the brush

/** Masks of what lies in front of garments, and a function that gives the person with the clothes of some zones replaced. */
export function prepared(rgba, joints) {
  const body = new Body(joints, rgba), surface = lookAt(rgba, body), known = new Map();
  const masks = ["front", "jaw", "forearms", "hands"].map((name) => {
    const shape = pixels(rgba.w, rgba.h, 4, new Uint8ClampedArray(rgba.d.length));
    surface[name].d.forEach((value, i) => (shape.d[4 * i + 3] = value));
    return [name, shape];
  });
  const base = (zones) => {
    const key = ["feet", "lower", "upper"].filter((zone) => zones.includes(zone));
    if (!known.has(`${key}`)) known.set(`${key}`, undressed(rgba, body, surface, key));
    return known.get(`${key}`);
  };
  return { masks: Object.fromEntries(masks), base };
}

/** Give a cut-out the alpha of a mask. What comes back is coloured by the photo, else by the nearest pixel; null when nothing is left. */
export function corrected(rgba, alpha, photo) {
  const { w, h } = rgba, out = pixels(w, h, 4, rgba.d.slice()), nearest = photo ? null : nearestColours(rgba);
  let left = 0;
  for (let i = 0; i < w * h; i++) {
    const [before, after] = [rgba.d[4 * i + 3], alpha.d[4 * i + 3]], at = 4 * (photo ? i : nearest[i]);
    if (isColourless(rgba, i) && before < COLOURED && after >= COLOURED) for (let k = 0; k < 3; k++) out.d[4 * i + k] = (photo ?? rgba).d[at + k];
    out.d[4 * i + 3] = after;
    left += after > 127;
  }
  return left < LEFT_SHARE_MIN * w * h ? null : out;
}

// What was visible once, and was erased, has its colour still.
const isColourless = ({ d }, i) => d[4 * i + 3] < COLOURED && !d[4 * i] && !d[4 * i + 1] && !d[4 * i + 2];

/** For each pixel the index of a near one with a colour: two passes, each handing on what it knows. */
function nearestColours(rgba) {
  const { w, h } = rgba, from = new Int32Array(w * h).fill(-1);
  for (let i = 0; i < from.length; i++) if (!isColourless(rgba, i)) from[i] = i;
  const distance = (i, at) => Math.hypot((at % w) - (i % w), Math.floor(at / w) - Math.floor(i / w));
  const take = (i, other) => from[other] >= 0 && (from[i] < 0 || distance(i, from[other]) < distance(i, from[i])) && (from[i] = from[other]);
  const pass = (rows, step) => {
    for (const y of rows) {
      for (let n = 0, x = step > 0 ? 0 : w - 1; n < w; n++, x += step) {
        const i = y * w + x, above = i - step * w, beside = x - step >= 0 && x - step < w, beyond = x + step >= 0 && x + step < w;
        if (beside) take(i, i - step);
        if (above < 0 || above >= from.length) continue;
        take(i, above);
        if (beside) take(i, above - step);
        if (beyond) take(i, above + step);
      }
    }
  };
  const rows = [...Array(h).keys()];
  pass(rows, 1);
  pass(rows.reverse(), -1);
  return from.map((at, i) => (at < 0 ? i : at));
}
