// A person moved and scaled into the body frame, exactly as imaging.extraction.to_body_frame does it.
import { cropped, pixels, resized, stretched } from "./pixels.js";

export const [ROWS, COLS] = [1536, 750];
const [CROWN, SOLE] = [0.04 * ROWS, 0.97 * ROWS];
// Where joints lie between crown and soles, for bodies that are cut off below.
const HEIGHT_SHARES = { ankle: 0.9, knee: 0.71, hip: 0.48, shoulder: 0.2 };
const SIDES = ["left", "right"];

/** Columns or rows in which something shows: the first, and the one after the last. */
function extent({ w, h, d }, isRow, least) {
  let [first, last] = [Infinity, -1];
  for (let y = 0, i = 3; y < h; y++) for (let x = 0; x < w; x++, i += 4) if (d[i] > least) (first = Math.min(first, isRow ? y : x)), (last = Math.max(last, isRow ? y : x));
  return [first, last + 1];
}

/** Where a person belongs in the body frame: a scale, and how far down and across. */
export function placement(rgba, joints, { isCutOffAtFeet }) {
  const crown = joints.crown[0], sole = soleRow(rgba, joints, isCutOffAtFeet);
  const middle = ["shoulder", "hip"].flatMap((part) => SIDES.map((side) => joints[`${part}_${side}`][1] / 4)).reduce((a, b) => a + b);
  const [left, right] = extent(rgba, false, 127);
  let scale = (SOLE - CROWN) / Math.max(sole - crown, 1);
  // Spread arms must fit as well; the feet stay on the ground.
  if (!isCutOffAtFeet) scale = Math.min(scale, (0.5 * COLS) / (right ? Math.max(middle - left, right - middle) : 1));
  return { scale, down: SOLE - scale * sole, across: 0.5 * COLS - scale * middle };
}

/** The person of a cut-out, RGBA with straight alpha, and its joints; both in the body frame. */
export function framed(rgba, joints, { scale, down, across }) {
  const moved = Object.entries(joints).map(([name, [row, col]]) => [name, [scale * row + down, scale * col + across]]);
  return { rgba: placed(rgba, scale, down, across), joints: Object.fromEntries(moved) };
}

function soleRow(rgba, joints, isCutOffAtFeet) {
  if (!isCutOffAtFeet) {
    // The silhouette's end near the feet is more exact than the network's points.
    const end = extent(rgba, true, 127)[1];
    return end || Math.max(...["heel", "toe"].flatMap((part) => SIDES.map((side) => joints[`${part}_${side}`][0])));
  }
  const crown = joints.crown[0];
  for (const [part, share] of Object.entries(HEIGHT_SHARES)) {
    const row = (joints[`${part}_left`][0] + joints[`${part}_right`][0]) / 2;
    // Guesses of the network beyond the picture's end are worth little.
    if (row < 0.98 * rgba.h || part === "shoulder") return Math.max(crown + (row - crown) / share, rgba.h);
  }
}

/** Resample what is visible, with alpha multiplied in lest invisible colours bleed. */
function placed(rgba, scale, down, across) {
  const out = pixels(COLS, ROWS, 4, new Uint8ClampedArray(4 * COLS * ROWS)), [top, bottom] = extent(rgba, true, 0), [left, right] = extent(rgba, false, 0);
  if (!bottom) return out;
  let seen = cropped(rgba, left, top, right - left, bottom - top);
  seen = { ...seen, d: new Float32Array(seen.d) };
  for (let i = 0; i < seen.d.length; i += 4) for (let k = 0; k < 3; k++) seen.d[i + k] *= seen.d[i + 3] / 255;
  const [w, h] = [seen.w, seen.h];
  if (scale < 1) seen = resized(seen, Math.max(1, Math.round(scale * w)), Math.max(1, Math.round(scale * h)));
  const [sx, sy] = [(scale * w) / seen.w, (scale * h) / seen.h];
  // Places count from the middle of the first pixel here, from its corner in joints.
  const [x, y] = [across + scale * left + 0.5 * sx - 0.5, down + scale * top + 0.5 * sy - 0.5];
  const { d } = stretched(seen, COLS, ROWS, [1 / sx, 0, -x / sx, 0, 1 / sy, -y / sy]);
  for (let i = 0; i < d.length; i += 4) {
    if (d[i + 3] < 0.5) continue;
    for (let k = 0; k < 3; k++) out.d[i + k] = (255 * d[i + k]) / d[i + 3];
    out.d[i + 3] = d[i + 3];
  }
  return out;
}
