// Garments worn open, their fronts turned aside: imaging/opening.py for the terminal.
import { interp, SIDES } from "./measuring.js";
import { counted, thinPlate } from "./warping.js";

const ASIDE = [0.2, 0.45], EDGE_POINTS = 7, FOLD_WIDTH = 0.06, FOLD_DARK = 0.38, GAP = 0.3;

const mixed = (from, to, share) => from + (to - from) * share;

/** The column at a row of points from above downwards; beyond them that of the nearest. */
const between = (row, points) => interp(row, points.map(([each]) => each), points.map(([, col]) => col));

/** Where a garment is cut, in pixels of the cloth: from its neckline down to its hem. */
function frontLine({ landmarks: { neckline, hem_centre: hem }, height, width }) {
  return Array.from({ length: EDGE_POINTS }, (_, index) => {
    const share = index / (EDGE_POINTS - 1);
    return [mixed(neckline[0], hem[0], share) * height, mixed(neckline[1], hem[1], share) * width];
  });
}

/** Whether background shows along much of the front line. */
function isPhotographedOpen({ top, left, pixels }, line) {
  const first = Math.trunc(line[0][0]), last = Math.max(Math.trunc(line.at(-1)[0]), first + 1);
  let bare = 0;
  for (let row = first; row < last; row += 1) {
    const at = row - top, col = Math.trunc(between(row, line)) - left, isInside = at >= 0 && col >= 0 && at < pixels.height && col < pixels.width;
    if (!isInside || pixels.data[(at * pixels.width + col) * 4 + 3] < 128) bare += 1;
  }
  return bare > GAP * (last - first);
}

/** One front of a trunk; darker where its edge folds back. */
export function front(garment, side) {
  const trunk = garment.parts.find(({ name }) => name === "torso"), { width, height, data } = trunk.pixels, line = frontLine(garment);
  const { landmarks: { armpit_left: [, first], armpit_right: [, last] } } = garment, fold = Math.max(FOLD_WIDTH * Math.abs(last - first) * garment.width, 1);
  const own = new Uint8ClampedArray(data.length);
  for (let row = 0; row < height; row += 1) {
    const middle = between(row + trunk.top, line);
    for (let col = 0; col < width; col += 1) {
      const inside = SIDES[side] * (col + trunk.left - middle), kept = Math.min(Math.max(inside + 0.5, 0), 1);
      if (!kept) continue;
      const light = 1 - FOLD_DARK * Math.min(Math.max(1 - inside / fold, 0), 1) ** 2, at = (row * width + col) * 4;
      for (let channel = 0; channel < 3; channel += 1) own[at + channel] = data[at + channel] * kept * light;
      own[at + 3] = data[at + 3] * kept;
    }
  }
  const pixels = { width, height, data: own };
  return { ...trunk, name: `front_${side}`, pixels, sums: counted(pixels) };
}

/** The fronts of a fitted trunk turned aside, as they are fitted; the trunk itself where there is nothing to cut. */
export function opened(trunk, garment) {
  const line = frontLine(garment);
  if (isPhotographedOpen(trunk.part, line)) return [trunk];
  const { sources, targets } = trunk, place = thinPlate(sources, targets), closed = line.map(([row, col]) => place(row, col));
  const fronts = Object.entries(SIDES).map(([side, sign]) => {
    const own = sources.flatMap(([row, col], index) => (sign * (col - between(row, line)) > 1 ? [index] : []));
    const outer = own.map((index) => targets[index]).sort(([one], [other]) => one - other);
    const edge = outer.length < 3 ? [] : closed.map(([row, col], index) =>
      [row, mixed(col, between(row, outer), mixed(...ASIDE, index / (EDGE_POINTS - 1)))]);
    const of = (points) => own.map((index) => points[index]);
    return edge.length && { side, sources: [...of(sources), ...line], targets: [...of(targets), ...edge] };
  });
  return fronts.every(Boolean) ? fronts.map(({ side, ...fitted }) => ({ part: front(garment, side), ...fitted })) : [trunk];
}
