// Where each landmark of a garment belongs on a body: imaging/fitting*.py for the terminal.
import {
  along, ANKLE, clip, ELBOW, interp, KNEE, lerp, mean, minus, nearest, NECK, norm, outwards, plus, SIDES, THIGH,
  UPPER_ARM, WRIST,
} from "./measuring.js";

const COVER = 4, OVER_WAISTBAND = 0.03;
const EASE = { "t-shirt": 1.14, longsleeve: 1.1, shirt: 1.16, knitwear: 1.18, top: 1.08, outerwear: 1.3, dress: 1.1 };
const TIPS_PER_TORSO = 0.8, CHEST_PER_TORSO = 0.62, WAIST_PER_TORSO = 0.56;
const FULL_LEG = 2.2, LEG_NARROWING = 0.88;
const TUBE_SHARES = [0.35, 0.7, 1], THINNEST_NECK = 0.12, NECK_EASE = 0.025, LEAST_TUBE = 0.05;
const BROWS = 0.3, WIDEST_BAND = 0.33, HAT_MARGIN = 6;
const SHOULDERS_TO = 0.15, WHOLE_FROM = 0.6;

const sides = Object.entries(SIDES);
const across = (sign, half) => [0, sign * half];

class MissingLandmark extends Error {}

/** A garment with its landmarks in pixels of the cloth; see `portable.py` for what the server measured. */
class Cloth {
  constructor(garment) {
    const { landmarks, height, width } = garment;
    Object.assign(this, garment);
    this.points = Object.fromEntries(
      Object.entries(landmarks).map(([name, [row, col]]) => [name, [row * height, col * width]]),
    );
    this.named = Object.fromEntries(garment.parts.map((part) => [part.name, part]));
  }

  at(name) {
    if (!this.points[name]) throw new MissingLandmark(name);
    return this.points[name];
  }

  has(name) {
    return sides.every(([side]) => this.points[`${name}_${side}`]);
  }

  span(name) {
    return Math.max(norm(minus(this.at(`${name}_right`), this.at(`${name}_left`))), 1);
  }

  row(name) {
    return (this.at(`${name}_left`)[0] + this.at(`${name}_right`)[0]) / 2;
  }

  edges(name, row) {
    const [first, last] = this.named[name].edges[clip(nearest(row), 0, this.height - 1)] ?? [-1];
    return first < 0 ? null : [first, last];
  }
}

/** How a garment's pixels become the body's: widths follow the shoulders, lengths the trunk. */
class Cut {
  constructor(fields) {
    Object.assign(this, fields);
  }

  row(row) {
    const last = this.sources.at(-1);
    return row > last ? this.targets.at(-1) + (row - last) * this.drop : interp(row, this.sources, this.targets);
  }
}

function profile(cloth, body, cut, name, start) {
  const hem = cloth.at("hem_centre");
  const end = Math.min(cloth.at("hem_left")[0], cloth.at("hem_right")[0]);
  const top = cloth.points.armpit_left ? "armpit" : "waist";
  const topCol = (cloth.at(`${top}_left`)[1] + cloth.at(`${top}_right`)[1]) / 2;
  const coveredTo = body.rowOf(1) + 0.16 * body.torso;
  const before = { left: 0, right: 0 }, pairs = [];
  const count = Math.trunc(clip((cut.row(end) - cut.row(start)) / (0.22 * body.unit), 3, 9));
  for (let step = 1; step <= count; step += 1) {
    const share = step / count;
    const row = start + (end - start) * share - (step === count ? 2 : 0);
    const edges = cloth.edges(name, row);
    if (!edges) continue;
    const middle = topCol + (hem[1] - topCol) * share, target = cut.row(row), axis = body.axis(target);
    sides.forEach(([side, sign], index) => {
      let half = Math.abs(edges[index] - middle) * cut.scale * cut.narrowing;
      if (target < coveredTo) {
        const room = target > body.rowOf(0.6) ? OVER_WAISTBAND * body.unit : 0;
        half = Math.max(half, body.halfWidth(target, side) + COVER + room);
      } else if (target > body.rowOf(1)) half = Math.max(half, 0.985 * before[side]);
      before[side] = half;
      pairs.push([[row, edges[index]], plus(axis, across(sign, half))]);
    });
  }
  const target = cut.row(hem[0]);
  pairs.push([hem, [target, body.axis(target)[1]]]);
  return pairs;
}

// ------------------------------------------------------------------ upper garments and dresses

function shoulderLine(body, side, col) {
  const inner = body.neckSide(side), outer = body.shoulderTip(side);
  const share = outer[1] === inner[1] ? 0 : clip((col - inner[1]) / (outer[1] - inner[1]), 0, 1);
  let row = lerp(inner, outer, share)[0] + 0.02 * body.unit * Math.sin(Math.PI * share);
  const inside = row + 0.1 * body.unit;
  const seen = body.reach([inside, col], [-1, 0], 0.3 * body.unit);
  if (0.1 * body.unit < seen && seen < 0.21 * body.unit) row = inside - seen;
  return [row, col];
}

function cutOfUpper(cloth, body) {
  const tips = sides.map(([side]) => body.shoulderTip(side));
  const chest = 2 * body.halfWidthModel(mean(sides.map(([side]) => body.armpit(side)[0])));
  let scale = (chest * 1.04) / cloth.span("armpit"), drop = (CHEST_PER_TORSO * body.torso) / cloth.span("armpit");
  if (cloth.has("cuff_outer")) {
    scale = (Math.abs(tips[1][1] - tips[0][1]) * 1.02) / cloth.span("shoulder");
    drop = (TIPS_PER_TORSO * body.torso) / cloth.span("shoulder");
  }
  drop = 0.75 * drop + 0.25 * scale;
  const narrowing = Math.min(1, (EASE[cloth.type] * chest) / (scale * cloth.span("armpit")));
  const shoulder = cloth.row("shoulder"), armpit = cloth.row("armpit"), top = mean(tips.map(([row]) => row));
  const depth = clip((armpit - shoulder) * drop, 0.36 * body.unit, 0.58 * body.unit);
  const sources = [shoulder, armpit], targets = [top, top + depth];
  const waist = cloth.has("waist") ? cloth.row("waist") : armpit;
  const natural = body.rowOf(0.7), proportional = top + depth + (waist - armpit) * drop;
  if (cloth.type === "dress" && Math.abs(proportional - natural) < 0.35 * body.torso && waist > armpit) {
    sources.push(waist);
    targets.push(natural);
  }
  return new Cut({ scale, drop, narrowing, sources, targets });
}

function yoke(cloth, body, cut) {
  const middle = (cloth.at("collar_left")[1] + cloth.at("collar_right")[1]) / 2;
  const { neck } = body.joints, { unit } = body, isSleeved = cloth.has("cuff_outer"), targets = {};
  for (const [side, sign] of sides) {
    const tip = body.shoulderTip(side), out = Math.abs(tip[1] - neck[1]);
    const half = Math.abs(cloth.at(`shoulder_${side}`)[1] - middle) * cut.scale;
    const ease = (cloth.type === "outerwear" ? 0.04 : 0.015) * unit;
    const shoulder = isSleeved
      ? plus(tip, [-0.6, sign], ease)
      : plus(shoulderLine(body, side, neck[1] + sign * clip(half, 0.52 * out, out)), [-0.012 * unit, 0]);
    const breadth = Math.abs(shoulder[1] - neck[1]);
    let wide = Math.abs(cloth.at(`collar_${side}`)[1] - middle) * cut.scale;
    if (!isSleeved) wide += breadth - half;
    wide = clip(wide, 0.92 * NECK * unit, (isSleeved ? 0.82 : 0.96) * breadth);
    const collar = plus(shoulderLine(body, side, neck[1] + sign * wide), [-0.015 * unit, 0]);
    const rise = (cloth.at(`shoulder_${side}`)[0] - cloth.at(`collar_${side}`)[0]) * cut.scale;
    targets[`shoulder_${side}`] = shoulder;
    targets[`collar_${side}`] = plus(collar, [-clip(rise - (shoulder[0] - collar[0]), 0, 0.1 * unit), 0]);
    const source = cloth.at(`armpit_${side}`), row = cut.row(source[0]);
    const reach = Math.abs(source[1] - middle) * cut.scale * cut.narrowing;
    targets[`armpit_${side}`] = plus(
      body.axis(row), across(sign, Math.max(reach, body.halfWidth(row, side) + COVER)),
    );
  }
  const base = lerp(targets.collar_left, targets.collar_right, 0.5);
  targets.neckline = plus(base, [(cloth.at("neckline")[0] - cloth.row("collar")) * cut.scale, 0]);
  return targets;
}

const seam = (cloth, roots, side) => [
  lerp(cloth.at(`shoulder_${side}`), cloth.at(`armpit_${side}`), 0.5),
  lerp(roots[`shoulder_${side}`], roots[`armpit_${side}`], 0.5),
];

/** Leads the sides of a turtleneck's tube from the collar up the neck. */
function tube(cloth, body, collar) {
  if (cloth.rim === null) return [];
  const { unit } = body, foot = cloth.row("collar");
  const base = lerp(collar.collar_left, collar.collar_right, 0.5);
  const width = Math.abs(collar.collar_right[1] - collar.collar_left[1]) / 2;
  const top = Math.min(body.jaw, base[0] - LEAST_TUBE * unit);
  const [middle, thin] = neckOf(body, top, base[0]);
  const half = Math.min(thin + NECK_EASE * unit, 0.94 * width);
  return TUBE_SHARES.flatMap((share) => {
    const row = foot + (cloth.rim - foot) * share, edges = cloth.edges("torso", row);
    const place = lerp(base, [top, middle], share), reach = half + (width - half) * (1 - share) ** 2;
    return (edges ?? []).map((edge, index) => [[row, edge], plus(place, across(sides[index][1], reach))]);
  });
}

function neckOf(body, top, foot) {
  const start = body.joints.neck[1], most = NECK * body.unit, bottom = Math.max(foot, top + 1);
  let thinnest = [Infinity];
  for (let step = 0; step < 7; step += 1) {
    const at = [top + ((bottom - top) * step) / 6, start];
    const [left, right] = sides.map(([, sign]) => body.reach(at, [0, sign], most));
    const found = [(left + right) / 2, start + (right - left) / 2];
    if (found[0] < thinnest[0] || (found[0] === thinnest[0] && found[1] < thinnest[1])) thinnest = found;
  }
  return [thinnest[1], Math.max(thinnest[0], THINNEST_NECK * body.unit)];
}

function sleeve(cloth, body, cut, side, roots) {
  const sign = SIDES[side], { unit } = body, at = (name) => cloth.at(`${name}_${side}`);
  const isLong = cloth.has("elbow_outer"), arm = body.arm(side);
  const whole = norm(minus(arm[1], arm[0])) + norm(minus(arm[2], arm[1]));
  const path = [lerp(at("shoulder"), at("armpit"), 0.5)];
  if (isLong) path.push(lerp(at("elbow_outer"), at("elbow_inner"), 0.5));
  path.push(lerp(at("cuff_outer"), at("cuff_inner"), 0.5));
  const length = path.slice(1).reduce((sum, point, index) => sum + norm(minus(point, path[index])), 0);
  let reach = (length * cut.scale + 0.12 * unit) / whole;
  if (isLong && reach > 0.62) reach = 1.02;
  reach = clip(reach, 0.25, 1.04);
  const pairs = ["shoulder", "armpit"].map((name) => [at(name), roots[`${name}_${side}`]]);
  const start = (0.22 * unit) / whole;
  for (const { share, edges } of cloth.named[`sleeve_${side}`].sources) {
    const far = start + (reach - start) * share;
    const [place, direction] = along(arm, far), outward = outwards(direction, sign);
    const radius = interp(far, [0, 0.5, 1], [UPPER_ARM, ELBOW, WRIST]) * unit;
    const clothHalf = (norm(minus(edges[1], edges[0])) * cut.scale) / 2;
    const most = (cloth.type === "outerwear" ? 1.6 : 1.4) * radius;
    edges.forEach((edge, index) => {
      if (share < 0.4 && index) return; // the armpit is near enough
      const way = index ? minus([0, 0], outward) : outward;
      const seen = body.reach(place, way, 1.5 * radius);
      const cover = clip(seen < 1.4 * radius ? seen : radius, 0.85 * radius, 1.3 * radius) + COVER;
      pairs.push([edge, plus(place, way, clip(clothHalf * 0.85, cover, Math.max(most, cover)))]);
    });
  }
  return [...pairs, seam(cloth, roots, side)];
}

function* upper(cloth, body) {
  const cut = cutOfUpper(cloth, body), roots = yoke(cloth, body, cut);
  const pairs = Object.entries(roots).map(([name, target]) => [cloth.at(name), target]);
  if (cloth.has("cuff_outer")) pairs.push(...sides.map(([side]) => seam(cloth, roots, side)));
  pairs.push(...tube(cloth, body, roots), ...profile(cloth, body, cut, "torso", cut.sources[1]));
  yield ["torso", pairs];
  for (const [side] of sides) {
    const name = `sleeve_${side}`;
    if (cloth.named[name]) yield [name, sleeve(cloth, body, cut, side, roots)];
  }
}

// ------------------------------------------------------------------ skirts, trousers, shorts

function waistband(cloth, body, row) {
  const halves = sides.map(([side]) => body.halfWidth(row, side) + COVER);
  const pairs = sides.map(([side, sign], index) => [
    cloth.at(`waist_${side}`), plus(body.axis(row), across(sign, halves[index])),
  ]);
  const scale = (halves[0] + halves[1]) / cloth.span("waist");
  const sag = cloth.at("waist_centre")[0] - cloth.row("waist");
  pairs.push([cloth.at("waist_centre"), plus(body.axis(row), [sag * scale, 0])]);
  return [pairs, scale];
}

function* skirt(cloth, body) {
  const row = body.rowOf(0.76), [pairs, scale] = waistband(cloth, body, row);
  const start = cloth.row("waist"), end = cloth.at("hem_centre")[0];
  const drop = (WAIST_PER_TORSO * body.torso) / cloth.span("waist");
  const hem = Math.min(row + (end - start) * drop, body.middle("ankle")[0] - 0.1 * body.unit);
  const cut = new Cut({ scale, drop, narrowing: 1, sources: [start, end], targets: [row, hem] });
  yield ["whole", [...pairs, ...profile(cloth, body, cut, "whole", start)]];
}

function* legs(cloth, body) {
  const fork = cloth.at("crotch"), crotch = plus(body.crotch, [0.05 * body.torso, 0]);
  const [, first] = waistband(cloth, body, body.rowOf(0.8));
  const rise = clip((fork[0] - cloth.row("waist")) * first, 0.4 * body.torso, 0.52 * body.torso);
  const waistRow = crotch[0] - rise, [waist, scale] = waistband(cloth, body, waistRow);
  let reach = (cloth.row("hem_inner") - fork[0]) / Math.max(fork[0] - cloth.row("waist"), 1) / FULL_LEG;
  reach = reach > 0.85 ? 1.03 : Math.max(reach, 0.1); // what nearly reaches the ankle ends on the shoe
  const ankle = (side) => body.joints[`ankle_${side}`][0];
  for (const side of Object.keys(SIDES).sort((a, b) => ankle(a) - ankle(b))) {
    yield [`leg_${side}`, [
      waist[side === "left" ? 0 : 1], waist[2],
      [fork, crotch],
      [lerp(fork, cloth.at("waist_centre"), 0.5), lerp(crotch, waist[2][1], 0.5)],
      ...hips(cloth, body, side, [waistRow, crotch[0]], scale),
      ...leg(cloth, body, side, crotch, scale, reach),
    ]];
  }
}

function hips(cloth, body, side, rows, scale) {
  const top = cloth.row("waist"), bottom = cloth.at("crotch")[0];
  return [0.35, 0.7, 0.95].flatMap((share) => {
    const row = top + (bottom - top) * share, edge = cloth.edges(`leg_${side}`, row)?.[side === "left" ? 0 : 1];
    if (edge === undefined) return [];
    const target = rows[0] + (rows[1] - rows[0]) * share, cover = body.halfWidth(target, side) + COVER;
    const half = clip(Math.abs(edge - cloth.at("waist_centre")[1]) * scale * 0.97, cover, 1.03 * cover);
    return [[[row, edge], plus(body.axis(target), across(SIDES[side], half))]];
  });
}

function leg(cloth, body, side, crotch, scale, reach) {
  const path = body.leg(side), other = body.leg(side === "left" ? "right" : "left"), pairs = [];
  path[0] = [crotch[0], path[0][1]];
  const top = cloth.at("crotch")[0];
  const bottom = Math.min(cloth.at(`hem_outer_${side}`)[0], cloth.at(`hem_inner_${side}`)[0]);
  for (const share of [0.12, 0.3, 0.5, 0.75, 1]) {
    const row = top + (bottom - top) * share, edges = cloth.edges(`leg_${side}`, row);
    if (!edges) continue;
    const [place, direction] = along(path, share * reach), outward = outwards(direction, SIDES[side]);
    const radius = interp(share * reach, [0, 0.5, 1], [THIGH * 0.95, KNEE, ANKLE]) * body.unit;
    const half = ((edges[1] - edges[0]) * scale / 2) * LEG_NARROWING;
    // A hand or an arm beside the leg is no hip.
    const beside = (body.armInside(place[0], side) ?? Infinity) - (place[1] - body.axis(place[0])[1]) * SIDES[side];
    const seen = Math.min(body.reach(place, outward, 1.6 * radius), beside);
    const outer = Math.max(half, clip(seen, 0.9 * radius, 1.35 * radius) + COVER);
    // Inside, the two legs share the room between them.
    const room = Math.abs(place[1] - lerp(place, along(other, share * reach)[0], 0.5)[1]);
    const within = body.reach(place, minus([0, 0], outward), 1.6 * radius);
    const inner = Math.min(
      Math.max(half, Math.min(within, 1.2 * radius) + COVER), Math.max(room - 1, 0.55 * radius),
    );
    const [outerEdge, innerEdge] = side === "left" ? edges : [edges[1], edges[0]];
    pairs.push([[row, outerEdge], plus(place, outward, outer)], [[row, innerEdge], plus(place, outward, -inner)]);
  }
  return pairs;
}

// ------------------------------------------------------------------ shoes, hats, bags, scarves, glasses

function* shoes(cloth, body) {
  for (const [side, sign] of sides) {
    const { unit, joints } = body, at = (name) => cloth.at(`${name}_${side}`);
    const ankle = joints[`ankle_${side}`], toe = joints[`toe_${side}`];
    const start = plus(ankle, [0.06 * unit, 0]);
    const low = Math.max(toe[0], joints[`heel_${side}`][0]) + 0.07 * unit;
    const end = [Math.max(low, start[0] + 0.25 * unit), toe[1]];
    const opening = at("opening"), outer = at("sole_outer"), inner = at("sole_inner");
    const axis = minus(at("toe"), opening), scale = norm(minus(end, start)) / Math.max(norm(axis), 1);
    const half = clip((norm(minus(outer, inner)) * scale) / 2, 0.15 * unit, 0.21 * unit);
    const share = Math.max((outer[0] + inner[0]) / 2 - opening[0], 1) / Math.max(axis[0], 1);
    const middle = lerp(start, end, share);
    yield [`shoe_${side}`, [
      [opening, start], [at("toe"), end],
      [outer, plus(middle, across(sign, half))], [inner, plus(middle, across(-sign, half))],
    ]];
  }
}

/** Keeps a stiff thing's shape by a third point, turned with the first two. */
function bySimilarity([[a, at], [b, bt]]) {
  const quarter = ([row, col]) => [-col, row];
  return ["whole", [[a, at], [b, bt], [plus(a, quarter(minus(b, a))), plus(at, quarter(minus(bt, at)))]]];
}

function* hat(cloth, body) {
  const { head_left: left, head_right: right, crown } = body.joints;
  const middle = lerp(left, right, 0.5), bandLeft = cloth.at("band_left"), bandRight = cloth.at("band_right");
  let half = plus([0, 0], minus(right, left), 1.15 / 2);
  half = plus([0, 0], half, Math.min(1, (WIDEST_BAND * body.unit) / Math.max(norm(half), 1)));
  const centre = lerp(bandLeft, bandRight, 0.5), [highest, lowest] = cloth.column;
  const brows = lerp(middle, crown, BROWS);
  const rightWay = plus([0, 0], half, 1 / Math.max(norm(minus(bandRight, bandLeft)) / 2, 1));
  const tall = (lowest - highest) * norm(rightWay);
  const shrink = Math.min(1, Math.max(brows[0] - HAT_MARGIN, 1) / Math.max(tall, 1));
  const up = plus([0, 0], [-rightWay[1], rightWay[0]], shrink);
  yield ["whole", ["band_left", "band_right", "brim_left", "brim_right", "top"].map((name) => {
    const place = cloth.at(name);
    return [place, plus(plus(brows, rightWay, place[1] - centre[1]), up, lowest - place[0])];
  })];
}

function* glasses(cloth, body) {
  if (!cloth.extent) return;
  const { head_left: left, head_right: right } = body.joints, [row, first, last] = cloth.extent;
  const middle = lerp(left, right, 0.5), half = plus([0, 0], minus(right, left), 0.86 / 2);
  yield bySimilarity([[[row, first], minus(middle, half)], [[row, last], plus(middle, half)]]);
}

function* bag(cloth, body) {
  const handle = cloth.at("handle"), base = cloth.at("base");
  const height = Math.max(base[0] - handle[0], 1);
  const scale = Math.min((0.85 * body.unit) / cloth.span("side"), (1.35 * body.unit) / height);
  const hand = body.joints.hand_right, reach = (cloth.at("side_right")[1] - handle[1]) * scale;
  const start = [hand[0], Math.min(hand[1], body.width - 6 - reach)];
  yield bySimilarity([
    [handle, start], [base, plus(start, [height * scale, (base[1] - handle[1]) * scale])],
  ]);
}

function* scarf(cloth, body) {
  const { neck } = body.joints, row = neck[0] - 0.12 * body.unit;
  yield bySimilarity(sides.map(([side, sign]) => [
    cloth.at(`neck_${side}`), [row, neck[1] + sign * 0.36 * body.unit],
  ]));
}

const FITTERS = { skirt, trousers: legs, shorts: legs, shoes, hat, bag, scarf, glasses };

/**
 * Places a garment on a body, gives it its size, then moves and scales it as the shopper did.
 * @param {Garment} garment
 * @param {import("./measuring.js").Body} body
 * @param {{move?: [number, number], scale?: number, size?: [number, number]}} [placement] px of the frame;
 *   scaled about its middle, then sized by length and width, all but its sleeves
 * @returns {{part: object, sources: number[][], targets: number[][]}[]} in drawing order; empty where
 *   landmarks are missing
 */
export function fit(garment, body, { move = [0, 0], scale = 1, size = [1, 1] } = {}) {
  const cloth = new Cloth(garment);
  let fitted;
  try {
    fitted = [...(FITTERS[cloth.type] ?? upper)(cloth, body)];
  } catch (error) {
    if (error instanceof MissingLandmark) return [];
    throw error;
  }
  if (size.some((value) => value !== 1)) fitted = sized(fitted, size, body);
  const targets = fitted.flatMap(([, pairs]) => pairs.map(([, target]) => target));
  const middle = [0, 1].map((axis) => {
    const values = targets.map((target) => target[axis]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  });
  const placed = (target) => plus(plus(middle, minus(target, middle), scale), move);
  return fitted.map(([name, pairs]) => ({
    part: cloth.named[name],
    sources: pairs.map(([source]) => source),
    targets: pairs.map(([, target]) => placed(target)),
  }));
}

/** The trunk of a garment longer and wider; sleeves stay on the arms they are on. */
function sized(fitted, [length, width], body) {
  const isTrunk = ([name]) => !name.startsWith("sleeve");
  const targets = fitted.filter(isTrunk).flatMap(([, pairs]) => pairs.map(([, target]) => target));
  const cols = targets.map(([, col]) => col), middle = (Math.min(...cols) + Math.max(...cols)) / 2;
  const hangsFromShoulders = fitted.some(([name]) => name === "torso");
  const top = hangsFromShoulders ? body.rowOf(0) : Math.min(...targets.map(([row]) => row));
  const growing = [body.rowOf(SHOULDERS_TO), body.rowOf(WHOLE_FROM)];
  const grown = ([row, col]) => {
    const share = hangsFromShoulders ? interp(row, growing, [0, 1]) : 1;
    return [row + Math.max(row - top, 0) * (length - 1), middle + (col - middle) * (1 + (width - 1) * share)];
  };
  return fitted.map((part) => (isTrunk(part) ? [part[0], part[1].map(([source, target]) => [source, grown(target)])] : part));
}
