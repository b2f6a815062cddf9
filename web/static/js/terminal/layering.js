// What is drawn over what: imaging/layering.py and the order of imaging/coordination.py for the terminal.
import { fit } from "./fitting.js";
import { outline, seams } from "./raster.js";
import { warp } from "./warping.js";

const LAYERS = [
  "shoes", "trousers", "shorts", "skirt", "top", "t-shirt", "longsleeve", "shirt", "knitwear", "dress", "outerwear",
  "scarf", "glasses", "hat", "bag",
];
const BOTTOMS = ["trousers", "shorts", "skirt"];
const TUCKED_UNDER_A_COAT = ["top", "t-shirt", "longsleeve", "shirt"];
const TUCKABLE = [...TUCKED_UNDER_A_COAT, "knitwear"], SLEEVES = ["sleeve_left", "sleeve_right"];
const OPENABLE = ["outerwear", "shirt"];
const OVER_THE_HEAD = ["scarf", "glasses", "hat", "bag"];
const SHADOW_REACH = 0.05, FLARE = 0.3, BELOW_COLLARS = 0.20, AT_THE_NECK = 0.24, BLOUSE = 0.9, TUCKED_DEPTH = 0.35;

/** Zones of the body whose worn clothes garments of these types replace. */
export function replacedZones(types) {
  const has = (...names) => names.some((name) => types.includes(name));
  const zones = [];
  if (has(...TUCKED_UNDER_A_COAT, "knitwear", "dress")) zones.push("upper");
  if (has(...BOTTOMS, "dress")) zones.push("lower");
  if (has("shoes")) zones.push("feet");
  return zones;
}

/** The layers of one garment on a body, in drawing order; those of an open one know its trunk as it is closed.
 *  @param {typeof import("./opening.js")} [opening] what opens it, if it is to be */
export function drawn(garment, body, placement, opening) {
  const fitted = fit(garment, body, placement), trunk = fitted.find(({ part }) => part.name === "torso");
  const laid = (each) => ({ ...warp(each, garment, body), name: each.part.name, part: each.part });
  const fronts = opening && trunk && isOpenable(garment) ? opening.opened(trunk, garment) : [trunk];
  const closed = fronts.includes(trunk) ? undefined : laid(trunk);
  const layers = fitted.flatMap((each) => (each === trunk ? fronts : [each])).map(laid).filter((layer) => layer.grid)
    .map((layer) => (closed && layer.name === "front_left" ? { ...layer, closed } : layer));
  return hasSleeves(layers) ? [...seams(layers, body), ...layers] : layers;
}

const isOpenable = ({ type }) => OPENABLE.includes(type);
const isOpen = ({ garment, opened: wanted }) => wanted && isOpenable(garment);
const isClosedCoat = (piece) => piece.garment.type === "outerwear" && !isOpen(piece);

const hasSleeves = (layers) => layers.some((layer) => layer.name.startsWith("sleeve"));

/** Keeps of a layer what lies between two columns, row by row. */
function between(layer, columns) {
  const { top, bottom } = layer.box, kept = new Float32Array((bottom - top) * 2);
  for (let row = top; row < bottom; row += 1) {
    const at = (row - top) * 2, [first, end] = columns(row);
    kept[at] = Math.max(first, layer.kept?.[at] ?? 0);
    kept[at + 1] = Math.min(end, layer.kept?.[at + 1] ?? 1e6);
  }
  return { ...layer, kept };
}

/** Hides what would show beside a trunk worn over it, above its hem. */
function insideOf(layer, torso, flare, start) {
  const rows = outline(torso), counts = rows.map(({ count }) => count);
  const most = Math.max(1, ...counts.slice(counts.length >> 1));
  const hem = torso.box.top + Math.max(0, counts.findLastIndex((count) => count > 0.9 * most));
  return between(layer, (row) => {
    if (row < Math.max(torso.box.top, start) || row >= hem) return [0, 1e6];
    const { first, last, count } = rows[row - torso.box.top], room = Math.max(0, flare - (hem - row));
    return count ? [Math.ceil(first - room), Math.floor(last + room) + 1] : [0, 0];
  });
}

/** Pieces whose hem goes into bottoms because the shopper wants it so, with what is worn beneath them. */
function tuckedInBottoms(pieces) {
  if (!pieces.some(({ garment }) => BOTTOMS.includes(garment.type))) return [];
  const place = ({ garment }) => LAYERS.indexOf(garment.type), tops = pieces.filter((piece) => TUCKABLE.includes(piece.garment.type) && !isOpen(piece));
  const outermost = Math.max(-1, ...tops.filter(({ tucked }) => tucked).map(place));
  return tops.filter((piece) => place(piece) <= outermost);
}

/** Leads a trunk into a waistband: no wider than it, and ending inside. */
function insideWaistband(layer, bottoms, unit) {
  const spans = new Map();
  for (const bottom of bottoms) {
    outline(bottom).forEach(({ first, last, count }, index) => {
      const row = bottom.box.top + index, [left, right] = spans.get(row) ?? [first, last];
      if (count) spans.set(row, [Math.min(left, first), Math.max(right, last)]);
    });
  }
  if (!spans.size) return layer;
  const waist = Math.min(...spans.keys()), end = waist + Math.trunc(TUCKED_DEPTH * unit);
  return between(layer, (row) => {
    if (row >= end) return [0, 0];
    const [first, last] = spans.get(Math.max(row, waist)) ?? spans.get(waist), room = Math.trunc(BLOUSE * Math.max(waist - row, 0));
    return [first - room, last + room + 1];
  });
}

function insideOfOuter(piece, under, body) {
  const { type } = piece.garment, isBottom = BOTTOMS.includes(type);
  const outer = under.filter((other) => (other.garment.type === "outerwear" || isOpen(other)) && other !== piece);
  let layers = tuckedInBottoms(under).includes(piece) ? insideBottoms(piece, under, body) : piece.layers, over = outer, flare = 0, start = Math.trunc(body.shoulderTip("left")[0] - BELOW_COLLARS * body.unit);
  if (isBottom) [over, flare, start] = [under.slice(under.indexOf(piece) + 1), FLARE * body.unit, 0];
  else if (!outer.length || type === "outerwear" || type === "shoes") return layers;
  else if (type === "dress") flare = FLARE * body.unit;
  if (!isBottom) {
    // Above what is worn over it only a collar stands out, at the neck.
    const { 1: neck } = body.joints.neck, [first, end] = [-1, 1].map((sign) => Math.trunc(neck + sign * AT_THE_NECK * body.unit));
    layers = layers.map((layer) => between(layer, (row) => (row < start ? [first, end] : [0, 1e6])));
  }
  if (!isBottom && TUCKED_UNDER_A_COAT.includes(type) && outer.some(isClosedCoat) && under.some((other) => BOTTOMS.includes(other.garment.type))) {
    const waist = Math.trunc(body.rowOf(1));
    layers = layers.map((layer) => between(layer, (row) => (row < waist ? [0, 1e6] : [0, 0])));
  }
  const torsos = over.flatMap((other) => other.layers).flatMap((layer) => (layer.name === "torso" ? layer : layer.closed ?? []));
  return layers.map((layer) => torsos.reduce((kept, torso) => insideOf(kept, torso, flare, start), layer));
}

function insideBottoms({ layers }, under, body) {
  const bottoms = under.filter(({ garment }) => BOTTOMS.includes(garment.type)).flatMap((other) => other.layers);
  return layers.map((layer) => (layer.name === "torso" ? insideWaistband(layer, bottoms, body.unit) : layer));
}

const remembered = new WeakMap();

/** The same layers as long as nothing changes, so that a painter need not paint them again. */
function inside(piece, under, body) {
  const all = under.flatMap((other) => other.layers), last = remembered.get(piece.layers);
  if (last?.all.length === all.length && all.every((layer, index) => layer === last.all[index])) return last.layers;
  const layers = insideOfOuter(piece, under, body);
  remembered.set(piece.layers, { all, layers });
  return layers;
}

/**
 * The steps that dress a body: shadows, layers, and what of the person comes forward again.
 * @param {{garment: object, layers: object[], level?: number, tucked?: boolean, opened?: boolean}[]} pieces in the order they were put on
 * @returns {({shadow: object[], reach: number, of: string} | {layer: object, of: string} | {forward: string})[]} of:
 *   the id of the commodity
 */
export function steps(pieces, body) {
  const isUnderACoat = pieces.some(isClosedCoat);
  const tucked = tuckedInBottoms(pieces);
  const depth = (piece) => {
    const { type } = piece.garment, place = LAYERS.indexOf(type);
    if (tucked.includes(piece) || (isUnderACoat && TUCKED_UNDER_A_COAT.includes(type))) return LAYERS.indexOf("trousers") - 0.5 + place / 100;
    return isOpen(piece) ? Math.max(place, LAYERS.indexOf("outerwear") - 0.5) : place; // over everything but a coat
  };
  let order = [...pieces].sort((a, b) => depth(a) - depth(b));
  for (const piece of order.filter(({ level }) => level)) {
    const index = order.indexOf(piece);
    order.splice(index, 1);
    order.splice(Math.max(0, index + piece.level), 0, piece);
  }
  order = order.filter(({ layers }) => layers.length);
  const isOver = ({ garment }) => OVER_THE_HEAD.includes(garment.type);
  const under = order.filter((piece) => !isOver(piece)), reach = SHADOW_REACH * body.unit;
  const innerSleeves = under.filter((piece) => hasSleeves(piece.layers)).slice(0, -1);
  const list = [];
  const lay = (layers, of, coversArms) => {
    list.push({ shadow: layers, reach, of });
    for (const layer of layers) {
      if (layer.name.startsWith("sleeve_left")) list.push({ forward: "forearms" });
      list.push({ layer, of });
    }
    if (coversArms && !hasSleeves(layers)) list.push({ forward: "forearms" });
  };
  let waiting = null; // sleeves of what is tucked in: they hang over the bottoms
  for (const piece of under) {
    let layers = inside(piece, under, body);
    if (innerSleeves.includes(piece)) layers = layers.filter((layer) => !layer.name.startsWith("sleeve"));
    else if (tucked.includes(piece)) {
      waiting = [layers.filter(({ name }) => SLEEVES.includes(name)), piece.garment.commodity_id];
      layers = layers.filter(({ name }) => !SLEEVES.includes(name));
    }
    lay(layers, piece.garment.commodity_id, piece.garment.type !== "shoes");
    if (!waiting?.[0].length || !BOTTOMS.includes(piece.garment.type)) continue;
    lay(...waiting, true);
    waiting = null;
  }
  list.push({ forward: under.some(({ garment }) => garment.rim !== null) ? "jaw" : "front" });
  for (const { garment, layers } of order.filter(isOver)) {
    const of = garment.commodity_id;
    list.push({ shadow: layers, reach, of }, ...layers.map((layer) => ({ layer, of })));
    if (garment.type === "bag") list.push({ forward: "hands" });
  }
  return list;
}
