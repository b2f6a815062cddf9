// The person out of a photograph, step by step; as imaging.extraction.extract.
import { bodyIn, likelihoodOf } from "./finding.js";
import { gaps, guidedAlpha, mainPart, sharpened, withoutBackground } from "./outline.js";
import { clamp, cropped, mapped, pixels, resized } from "./pixels.js";
import { NOSE_AND_EYES, TORSO, jointsOf, qualityOf } from "./posture.js";

const PIXELS_WORKED_ON = 1e6;
const SURE = 0.9; // a likelihood that colour may not overrule

/** Thrown where there is nobody, or nobody who can be told from the background. */
export class NobodyFound extends Error {}

/**
 * @param {{w, h, c: 4, d: Uint8ClampedArray}} image the photograph, upright
 * @param {{person, body}} run the networks: each takes a square of pixels and answers its tensors
 * @param {(step: string) => void} tell
 * @returns {{rgba, joints, quality}} in pixels of the photograph
 */
export function cutOut(image, run, tell) {
  const scale = Math.min(1, Math.sqrt(PIXELS_WORKED_ON / (image.w * image.h)));
  const work = resized(image, Math.round(image.w * scale), Math.round(image.h * scale));
  tell("finding");
  const reading = bodyIn(work, run.body), likelihood = likelihoodOf(work, reading, run.person);
  if (!isSomebody(reading, likelihood)) throw new NobodyFound();
  const points = reading.points.map(([y, x]) => [(y * image.h) / work.h, (x * image.w) / work.w]);
  tell("outlining");
  const { rgba, silhouette } = outlined(image, likelihood, points), joints = jointsOf(points, silhouette);
  return { rgba, joints, quality: qualityOf(reading.score, points, joints, silhouette) };
}

/** Tell a person from a garment: the landmark network alone takes a coat for somebody. */
function isSomebody({ score, points }, { w, h, d }) {
  if (score < 0.4 || d.reduce((sum, value) => sum + (value > 0.5), 0) / d.length < 0.01) return false;
  const face = NOSE_AND_EYES.map((k) => points[k].map(Math.trunc)).filter(([y, x]) => y >= 0 && x >= 0 && y < h && x < w).map(([y, x]) => d[y * w + x]);
  return !face.length || face.reduce((a, b) => a + b) / face.length > 0.6;
}

/** Refine a likelihood to pixels and alpha of the photograph's size. */
function outlined(image, likelihood, points) {
  const [box, part] = boxes(likelihood, image), photograph = cropped(image, ...box), rough0 = cropped(likelihood, ...part);
  const half = [rough0.w, rough0.h].map((side) => Math.max(1, side >> 1)), small = resized(photograph, ...half), rough = resized(rough0, ...half);
  // Wide windows find the edge, narrow ones follow it.
  const coarse = guidedAlpha(small, sharpened(rough), resized(small, ...half.map((side) => Math.max(1, side >> 1))), 4);
  points = points.map(([y, x]) => [y - box[1], x - box[0]]);
  const gap = gaps(small, coarse, points.map(([y, x]) => [(y * small.h) / photograph.h, (x * small.w) / photograph.w]));
  gap.d.forEach((isGap, i) => isGap && rough.d[i] < SURE && (coarse.d[i] = rough.d[i] = 0));
  const fine = guidedAlpha(photograph, sharpened(coarse), small, 3);
  // What both networks are sure of is solid, even where it has the background's colour.
  const sure = resized(mapped(rough, (i) => clamp(1 + 10 * (rough.d[i] - SURE), 0, 1)), photograph.w, photograph.h);
  const alpha = mainPart(mapped(fine, (i) => Math.max(clamp(1.12 * fine.d[i] - 0.06, 0, 1), sure.d[i])), TORSO.map((k) => points[k]));
  const rgba = pixels(image.w, image.h, 4, new Uint8ClampedArray(image.d.length)), silhouette = pixels(image.w, image.h), cut = withoutBackground(photograph, alpha, small);
  for (let y = 0, [left, top, w] = box; y < cut.h; y++) {
    rgba.d.set(cut.d.subarray(4 * y * w, 4 * (y + 1) * w), 4 * ((top + y) * image.w + left));
    silhouette.d.set(alpha.d.subarray(y * w, (y + 1) * w), (top + y) * image.w + left);
  }
  return { rgba, silhouette };
}

/** The part of the photograph, and of the likelihood, outside of which nobody is: left, top, width, height. */
function boxes({ w, h, d }, image) {
  let [left, top, right, bottom] = [w, h, -1, -1];
  for (let y = 0, i = 0; y < h; y++) for (let x = 0; x < w; x++, i++) if (d[i] > 0.1) (left = Math.min(left, x)), (right = Math.max(right, x)), (top = Math.min(top, y)), (bottom = y);
  [left, top, right, bottom] = [Math.max(0, left - 24), Math.max(0, top - 24), Math.min(w, right + 25), Math.min(h, bottom + 25)];
  const [x0, x1, y0, y1] = [[left, w, image.w], [right, w, image.w], [top, h, image.h], [bottom, h, image.h]].map(([at, side, full]) => Math.round((at * full) / side));
  return [[x0, y0, x1 - x0, y1 - y0], [left, top, right - left, bottom - top]];
}
