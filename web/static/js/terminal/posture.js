// Where the joints are, and whether the posture suits a coordination; as imaging.posture. Points of the face end here.

const PARTS = { shoulder: [11, 12], elbow: [13, 14], wrist: [15, 16], hip: [23, 24], knee: [25, 26], ankle: [27, 28], heel: [29, 30], toe: [31, 32] };
const SIDES = ["left", "right"];
export const TORSO = [11, 12, 23, 24];
export const NOSE_AND_EYES = [0, 2, 5];

const middle = (...points) => [0, 1].map((k) => points.reduce((sum, point) => sum + point[k], 0) / points.length);
const mix = (a, b, t) => [0, 1].map((k) => a[k] + t * (b[k] - a[k]));

/** Name the joints as seen in the picture, and measure the head on the silhouette. */
export function jointsOf(points, alpha) {
  // The network says left and right as the person does; the picture shows them mirrored, unless the back is turned.
  const width = [[11, 12], [23, 24]].reduce((sum, [a, b]) => sum + points[a][1] - points[b][1], 0);
  const joints = head(points, alpha);
  SIDES.forEach((side, k) => {
    const which = width < 0 ? k : 1 - k;
    for (const [part, pair] of Object.entries(PARTS)) joints[`${part}_${side}`] = points[pair[which]];
    joints[`hand_${side}`] = middle(points[17 + which], points[19 + which]);
  });
  return joints;
}

function head(points, alpha) {
  const shoulders = middle(points[11], points[12]), centre = middle(middle(points[7], points[8]), points[0]);
  let up = [centre[0] - shoulders[0], centre[1] - shoulders[1]], length = Math.hypot(...up);
  if (length < 1) [up, length] = [[-1, 0], 1];
  up = up.map((value) => value / length);
  let aside = [-up[1], up[0]];
  if (aside[1] < 0) aside = aside.map((value) => -value);
  // A bun or a hat need not sit in the middle: the highest of several parallel ways counts.
  const tops = [-0.4, -0.2, 0, 0.2, 0.4].map((t) => edge(alpha, centre.map((value, k) => value + t * length * aside[k]), up, 0, 1.5 * length));
  return {
    crown: tops.reduce((a, b) => (b[0] < a[0] ? b : a)),
    head_left: edge(alpha, centre, aside.map((value) => -value), 0.15 * length, 0.75 * length),
    head_right: edge(alpha, centre, aside, 0.15 * length, 0.75 * length),
    neck: mix(shoulders, middle(points[9], points[10]), 0.12),
  };
}

/** Walk from a point outwards until the silhouette ends. */
function edge(alpha, origin, direction, start, limit) {
  const at = (distance) => [0, 1].map((k) => origin[k] + distance * direction[k]);
  for (let distance = start; distance < limit; distance++) {
    const [y, x] = at(distance);
    if (!(y >= 0 && y < alpha.h && x >= 0 && x < alpha.w) || alpha.d[Math.trunc(y) * alpha.w + Math.trunc(x)] < 0.5) return [y, x];
  }
  return at(limit);
}

/** Judge posture and framing: codes of what to do better next time, in the order in which it helps most. */
export function qualityOf(score, points, joints, alpha) {
  const { w, h } = alpha, isSolid = (y, x) => alpha.d[y * w + x] > 0.5;
  const count = (n, of) => Array.from({ length: n }, (_, k) => of(k)).filter(Boolean).length;
  const isGap = (from, to) => {
    const way = Array.from({ length: 36 }, (_, k) => mix(from, to, (k + 2) / 39).map(Math.round)).filter(([y, x]) => y >= 0 && x >= 0 && y < h && x < w);
    return way.filter(([y, x]) => !isSolid(y, x)).length >= 2;
  };
  const lowest = Math.max(...["heel", "toe"].flatMap((part) => SIDES.map((side) => joints[`${part}_${side}`][0])));
  const [left, right] = [joints.head_left, joints.head_right].map((point) => Math.trunc(point[1])).sort((a, b) => a - b);
  const isArmClear = (side) => {
    const [hip, shoulder, elbow, wrist] = ["hip", "shoulder", "elbow", "wrist"].map((part) => joints[`${part}_${side}`]);
    return isGap(elbow, mix(shoulder, hip, 0.6)) || isGap(middle(elbow, wrist), mix(shoulder, hip, 0.85)) || isGap(wrist, hip);
  };
  const areLegsParted = () => {
    const pairs = ["knee", "ankle"].map((part) => SIDES.map((side) => joints[`${part}_${side}`]));
    if (pairs.some(([a, b]) => a[1] >= b[1])) return false;
    return [...pairs, SIDES.map((_, k) => middle(pairs[0][k], pairs[1][k]))].some(([a, b]) => isGap(a, b));
  };
  const torso = Math.hypot(...[0, 1].map((k) => middle(points[11], points[12])[k] - middle(points[23], points[24])[k]));
  const touchesBottom = count(w, (x) => isSolid(h - 1, x)) > 0.01 * w;
  const isSideCut = Math.max(...[0, w - 1].map((x) => count(h, (y) => isSolid(y, x)))) > 0.03 * h;
  const cutOff = {
    "cut-off-at-feet": lowest > h || (touchesBottom && lowest > 0.96 * h),
    "cut-off-at-head": joints.crown[0] < 1 || Math.min(joints.head_left[0], joints.head_right[0]) < 1 || count(w, (x) => x >= left && x <= right && isSolid(0, x)) > 0,
    "cut-off-at-side": isSideCut,
  };
  const share = alpha.d.reduce((sum, value) => sum + (value > 0.5), 0) / alpha.d.length;
  const found = {
    "step-closer": share < 0.08 && !Object.values(cutOff).some(Boolean),
    ...cutOff,
    "not-frontal": points[11][1] - points[12][1] <= 0.4 * torso,
    "arms-not-clear": !SIDES.every(isArmClear),
    "legs-not-parted": !areLegsParted(),
    "unsure": score < 0.8,
  };
  return Object.keys(found).filter((code) => found[code]);
}
