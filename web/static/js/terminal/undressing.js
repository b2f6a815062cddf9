// Worn clothes that garments replace: painted as skin on the limbs, cleared beside them. As imaging.undressing and clearing.
import { SIDES } from "./body.js";
import { bareAnkles, thighs } from "./legs.js";
import { blurred, clamp, closed, grown, lab, mapped, mask, masked, opened, openedRound, parts, pixels, resized, shrunk, softened } from "./pixels.js";
import { isSkinHue } from "./surface.js";

const BARE_SHARE = 0.62; // of skin colour, from which a limb is left alone
const HEM = 0.15; // how far a hem reaches over a bare limb
const TONE_LEVELS = 40, VISIBLE = 60;

/**
 * @param {{w, h, c: 4, d: Uint8ClampedArray}} rgba a person in the body frame
 * @param {import("./body.js").Body} body
 * @param surface what `lookAt` answered
 * @param {string[]} zones of "upper", "lower", "feet"
 * @returns the person without the clothes of these zones; unchanged outside of them
 */
export function undressed(rgba, body, surface, zones) {
  const out = pixels(rgba.w, rgba.h, 4, rgba.d.slice()), { skin, head, forearms } = surface;
  if (!zones.length) return out;
  const solid = (i) => rgba.d[4 * i + 3] > 0, bare = closed(masked(skin, (i) => Math.max(skin.d[i], head.d[i]) >= 110), 2);
  const cloth = masked(skin, (i) => solid(i) && !bare.d[i]), tones = spread(rgba, surface), gone = mask(rgba.w, rgba.h), painted = mask(rgba.w, rgba.h);
  const isBare = (area) => share(skin, area, solid) >= BARE_SHARE, trunk = mask(rgba.w, rgba.h);
  for (const limb of body.trunk) body.within(limb, (i, _, __, t) => t >= 0 && t <= 1 && (trunk.d[i] = 1));
  for (const zone of zones.filter((name) => name !== "feet")) {
    const [first, end] = body.rows(zone), isInside = (i) => i >= first * rgba.w && i < end * rgba.w;
    const every = limbsOf(rgba, body, zone, cloth, tones);
    const [bareLimbs, limbs] = [true, false].map((wanted) => every.filter((limb) => isBare(masked(skin, ((area) => (i) => area.d[i] && isInside(i))(body.area([limb])))) === wanted));
    if (!limbs.length) continue;
    // A neck lies in the shade of its chin, and is its own nevertheless.
    const neck = zone === "upper" ? body.limbs(zone).slice(0, 1) : [];
    const core = body.area(limbs), own = ownOf(rgba, body, [...bareLimbs, ...neck], core), worn = masked(cloth, (i) => cloth.d[i] && isInside(i) && !own.d[i]);
    if (zone === "lower") overTheShoes(rgba, body, cloth, masked(worn, (i) => worn.d[i] && core.d[i]), end).d.forEach((is, i) => is && (worn.d[i] = 1));
    const onBody = masked(worn, (i) => worn.d[i] && core.d[i]), around = masked(worn, (i) => worn.d[i] && !core.d[i]), beside = like(rgba, onBody, around);
    // Collars and hoods behind the neck go, whatever their colour.
    if (zone === "upper") for (let i = 0; i < rgba.w * Math.trunc(body.middle("shoulder")[0]); i++) if (around.d[i]) beside.d[i] = 1;
    // Skin-coloured specks in cleared cloth are cloth; hands and hair are not.
    closed(beside, 12).d.forEach((is, i) => is && solid(i) && isInside(i) && !core.d[i] && !own.d[i] && !head.d[i] && !forearms.d[i] && (beside.d[i] = 1));
    const rim = rimOf(masked(around, (i) => around.d[i] && !beside.d[i]), masked(beside, (i) => beside.d[i] || onBody.d[i]));
    for (let i = 0; i < gone.d.length; i++) if (beside.d[i] || rim.d[i]) gone.d[i] = 1;
    // The trunk keeps what it wears: chosen clothes cover it, and nobody is shown undressed.
    const shown = masked(onBody, (i) => onBody.d[i] && !trunk.d[i]);
    paint(out, body, tones, limbs, shown);
    shown.d.forEach((is, i) => is && (painted.d[i] = 1));
  }
  if (zones.includes("feet")) barefoot(out, body, { solid, cloth, tones, gone, painted });
  const soft = softened(gone, 1);
  for (let i = 0; i < gone.d.length; i++) {
    if (painted.d[i] || (!gone.d[i] && (skin.d[i] > 150 || head.d[i]))) continue;
    out.d[4 * i + 3] = Math.round(out.d[4 * i + 3] * (1 - (gone.d[i] || soft.d[i])));
  }
  remnants(rgba, out, body, surface, zones).d.forEach((is, i) => is && (out.d[4 * i + 3] = 0));
  return out;
}

/** What of bare limbs is no cloth: reddish knees, and socks far from what is replaced. */
function ownOf(rgba, body, bare, core) {
  const near = grown(core, Math.round(HEM * body.unit)), area = body.area(bare, (HEM * body.unit) / 3);
  return masked(area, (i) => area.d[i] && (!near.d[i] || isSkinHue(lab(rgba.d[4 * i], rgba.d[4 * i + 1], rgba.d[4 * i + 2]))));
}

function share({ d }, area, solid) {
  let all = 0, those = 0;
  area.d.forEach((is, i) => is && solid(i) && (all++, (those += d[i] > 127)));
  return all ? those / all : 1;
}

/** The limbs of a zone, thighs as the own leg goes on below; their tone goes into tones. */
function limbsOf(rgba, body, zone, cloth, tones) {
  const limbs = body.limbs(zone);
  if (zone !== "lower") return limbs;
  const between = limbs[0];
  for (const thigh of thighs(body, limbs, rgba, cloth)) {
    thigh.insteadOf.forEach((index, k) => (limbs[index] = thigh.limbs[k]));
    body.area([...thigh.limbs, between]).d.forEach((is, i) => is && tones.d.set(thigh.colour, 3 * i));
  }
  return limbs;
}

/** Paint socks and bootlegs round the ankles as skin, so that a low shoe has a leg in it; worn shoes and bare feet go. */
function barefoot(out, body, { solid, cloth, tones, gone, painted }) {
  const { feet } = body, ankles = bareAnkles(body, cloth), kept = body.area(ankles.limbs);
  paint(out, body, tones, ankles.limbs, ankles.painted);
  for (let i = 0; i < gone.d.length; i++) {
    if (ankles.painted.d[i]) painted.d[i] = 1;
    if ((feet.d[i] && solid(i) && !kept.d[i]) || ankles.gone.d[i]) gone.d[i] = 1;
  }
}

/** Hems that hang over the shoes, unless shoes of the same colour cannot be told from them. */
function overTheShoes(rgba, body, cloth, known, start) {
  const end = rgba.w * (start + Math.round(0.14 * body.unit)), hems = like(rgba, known, masked(cloth, (i) => cloth.d[i] && i >= start * rgba.w && i < end));
  const shoes = masked(cloth, (i) => cloth.d[i] && i >= end), alike = like(rgba, known, masked(cloth, (i) => shoes.d[i] || hems.d[i]));
  const count = (of) => shoes.d.reduce((sum, is, i) => sum + (is && of(i)), 0);
  return count((i) => alike.d[i]) > 0.4 * count(() => 1) ? mask(rgba.w, rgba.h) : hems;
}

/** Which of the asked pixels have a colour of the known cloth; a bag beside it has not. */
function like(rgba, known, asked) {
  const { w, h } = rgba, bins = new Int16Array(w * h), counts = new Float32Array(2048);
  let total = 0;
  for (let i = 0; i < bins.length; i++) {
    if (!known.d[i] && !asked.d[i]) continue;
    const [l, a, b] = lab(rgba.d[4 * i], rgba.d[4 * i + 1], rgba.d[4 * i + 2]), hue = (value) => clamp(value - 64, 0, 127) >> 3;
    bins[i] = (l >> 5) * 256 + hue(a) * 16 + hue(b);
    if (known.d[i]) counts[bins[i]]++, total++;
  }
  if (!total) return mask(w, h);
  const isOften = (bin) => counts[bin] > 0.003 * total;
  // Folds make the same cloth lighter and darker, so neighbouring lightness counts as common.
  const common = Array.from(counts, (_, bin) => isOften(bin) || isOften(bin - 256) || isOften(bin + 256));
  // A bag is kept or goes as a whole: places are judged by the share of like pixels round them.
  const [alike, all] = [(i) => asked.d[i] && common[bins[i]], (i) => asked.d[i]].map((of) => blurred(mapped(rgba, (i) => (of(i) ? 1 : 0)), 15));
  const near = masked(rgba, (i) => asked.d[i] && alike.d[i] / Math.max(all.d[i], 1e-3) > 0.6), { labels, areas } = parts(near), edge = grown(known, 4), joined = areas.map(() => false);
  labels.forEach((label, i) => label && edge.d[i] && (joined[label] = true));
  return masked(near, (i) => joined[labels[i]]);
}

/** What is left of cleared cloth as a thin line: its edge mixed with the background. */
function rimOf(left, gone) {
  const thick = opened(left, 4), near = grown(gone, 15);
  return masked(left, (i) => left.d[i] && !thick.d[i] && near.d[i]);
}

/** Paint limbs in this person's skin, rounded, with the light from the upper left. */
function paint(out, body, tones, limbs, where) {
  const nearest = new Float32Array(where.d.length).fill(9), offsets = new Float32Array(where.d.length);
  for (const limb of limbs) body.within(limb, (i, offset, distance) => where.d[i] && distance < nearest[i] && ((nearest[i] = distance), (offsets[i] = offset)));
  for (let i = 0; i < nearest.length; i++) {
    if (nearest[i] > 1) continue;
    const light = 1.03 - 0.2 * offsets[i] ** 2 - 0.05 * offsets[i];
    for (let k = 0; k < 3; k++) out.d[4 * i + k] = Math.floor(tones.d[3 * i + k] * light);
  }
}

/** Skin colour carried from where it shows to where cloth hides it, so that no seam is seen. */
function spread(rgba, { skin, head, tone }) {
  const { w, h } = rgba, sure = shrunk(masked(skin, (i) => skin.d[i] > 220), 3);
  // A beard or a shadowed cheek is no arm.
  const isOwn = (i) => sure.d[i] && !head.d[i] && [0, 1, 2].every((k) => Math.abs(rgba.d[4 * i + k] - tone[k]) <= TONE_LEVELS);
  const size = [w >> 2, h >> 2], weight = resized(mapped(rgba, (i) => (isOwn(i) ? 1 : 0)), ...size), colour = resized(rgba, ...size);
  let sums = pixels(...size, 4);
  for (let i = 0; i < weight.d.length; i++) sums.d.set([...[0, 1, 2].map((k) => colour.d[4 * i + k] * weight.d[i]), weight.d[i]], 4 * i);
  for (let k = 0; k < 3; k++) sums = blurred(sums, Math.max(3, Math.floor(w / 40) | 1) >> 1);
  const field = pixels(...size, 3);
  for (let i = 0; i < weight.d.length; i++) for (let k = 0; k < 3; k++) field.d[3 * i + k] = (sums.d[4 * i + k] + 0.01 * tone[k]) / (sums.d[4 * i + 3] + 0.01);
  return resized(field, w, h);
}

/** What of a person stays whatever is cleared: head, limbs, hands, and skin next to them. */
function held(body, { head, skin }) {
  const { unit } = body, limbs = ["upper", "lower"].flatMap((zone) => body.limbs(zone)), own = body.area(limbs, 0.02 * unit), near = body.area(limbs, 0.08 * unit);
  for (const side of Object.keys(SIDES)) {
    const [wrist, hand] = ["wrist", "hand"].map((name) => body.joints[`${name}_${side}`]), fingers = hand.map((value, k) => value + 0.8 * (value - wrist[k]));
    body.area([[wrist, fingers, 0.2 * unit, 0.2 * unit]], 0, near);
  }
  return masked(own, (i) => own.d[i] || head.d[i] || (near.d[i] && skin.d[i] > 110));
}

/** What clearing left over beside the body: a bag or a coat's tail goes as a whole or stays as a whole. */
function remnants(before, after, body, surface, zones) {
  const { unit } = body, { head, skin } = surface, shows = (i) => after.d[4 * i + 3] > VISIBLE, gone = masked(skin, (i) => before.d[4 * i + 3] > VISIBLE && !shows(i)), found = mask(before.w, before.h);
  if (!gone.d.includes(1)) return found;
  const mine = held(body, surface), inside = mask(before.w, before.h), near = grown(gone, 15);
  for (const zone of zones) {
    if (zone === "feet") body.feet.d.forEach((is, i) => is && (inside.d[i] = 1));
    else inside.d.fill(1, ...body.rows(zone).map((row) => row * before.w));
  }
  const beside = (i) => after.d[4 * i + 3] > 0 && inside.d[i] && !mine.d[i];
  // The body counts as solid here: a line along an arm is thin, an elbow is not.
  const thick = openedRound(masked(skin, (i) => shows(i) || mine.d[i]), Math.max(3, Math.round(0.07 * unit) | 1) >> 1);
  for (let i = 0; i < found.d.length; i++) found.d[i] = beside(i) && !thick.d[i] && near.d[i];
  const kept = masked(found, (i) => shows(i) && !mine.d[i] && !found.d[i]), { labels, areas, boxes } = parts(kept);
  for (let label = 1; label < areas.length; label++) {
    const at = (visit) => {
      const [left, top, right, bottom] = boxes[label];
      for (let y = Math.max(0, top - 2); y < Math.min(before.h, bottom + 2); y++) for (let x = Math.max(0, left - 2); x < Math.min(before.w, right + 2); x++) visit(y * before.w + x, x, y);
    };
    const isRing = (x, y) => {
      for (let v = Math.max(0, y - 2); v <= Math.min(before.h - 1, y + 2); v++) for (let u = Math.max(0, x - 2); u <= Math.min(before.w - 1, x + 2); u++) if (labels[v * before.w + u] === label) return true;
      return false;
    };
    let [flesh, hair, cut, free, contact] = [0, 0, 0, 0, 0];
    at((i, x, y) => {
      if (labels[i] === label) return void ((flesh += skin.d[i] > 127), (hair += head.d[i] > 0));
      if (!isRing(x, y)) return;
      hair += head.d[i] > 0;
      if (shows(i)) contact += 0.5; // the ring is two pixels wide
      else free++, (cut += gone.d[i]);
    });
    if (hair > 0.3 * unit) continue;
    const isCut = cut > 0.25 * free || (contact ? flesh < 0.3 * areas[label] && contact > 1.2 * unit : areas[label] < (0.5 * unit) ** 2);
    if (isCut) at((i) => labels[i] === label && inside.d[i] && (found.d[i] = 1));
  }
  // The faint edge of what went goes with it.
  const stays = grown(masked(found, (i) => shows(i) && !found.d[i]), 2), left = grown(masked(found, (i) => gone.d[i] || found.d[i]), 7);
  return masked(found, (i) => found.d[i] || (beside(i) && !stays.d[i] && left.d[i]));
}
