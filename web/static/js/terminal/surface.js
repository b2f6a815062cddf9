// Which pixels of a person are skin, hair and arms: what stays in front of clothes. As imaging.skin, portraits and complexion.
import { clamp, closed, cropped, grown, grownRound, lab, labOf, mapped, masked, opened, openedRound, parts, pixels, quantile, resized, shrunk, softened, srgb } from "./pixels.js";
import { SIDES } from "./body.js";

const FEWEST_SAMPLES = 50, FEWEST = 200, ONE_COLOUR = 16, CHROMA_MAX = 27, HUE_MIN = (50 * Math.PI) / 180, LIT = 18 * 2.55;
const PLAIN_SKIN = [196, 158, 138];
const HAIR_REACH = 0.25, TIP = 0.35, FACE_WIDTH = 0.9, THROAT = 0.62, THROAT_MIN = 0.38, HANGING_FROM = 0.5;

const bytes = (like, of) => mapped(like, of, new Uint8ClampedArray(like.w * like.h));
const median = (colours) => [0, 1, 2].map((k) => quantile(colours.map((colour) => colour[k]), 0.5));

/** Skin of every people lies in one narrow fan of hues (Phung, Bouzerdoum, Chai, 2005). */
export function isSkinHue([l, a, b]) {
  const hue = (Math.atan2(b - 128, a - 128) * 180) / Math.PI;
  return hue > 12 && hue < 82 && Math.hypot(a - 128, b - 128) > 7 && l > 46;
}

/** Colours of a part of a picture where it is solid: [r, g, b]. */
function colours({ w, h, d }, top, bottom, left, right, least = 200) {
  const found = [];
  for (let y = Math.max(0, top); y < Math.min(h, bottom); y++) {
    for (let x = Math.max(0, left), i = 4 * (y * w + x); x < Math.min(w, right); x++, i += 4) if (d[i + 3] > least) found.push([d[i], d[i + 1], d[i + 2]]);
  }
  return found;
}

/**
 * @param {{w, h, c: 4, d}} rgba a person in the body frame
 * @param {import("./body.js").Body} body
 * @returns {{skin, head, front, jaw, forearms, hands, tone: number[]}} masks of 0 to 255, and the skin's sRGB
 */
export function lookAt(rgba, body) {
  const samples = faceSamples(rgba, body), skin = skinOf(rgba, samples), arms = ["elbow", "wrist"].map((first) => armsOf(body, skin, first));
  const surface = { skin, forearms: arms[0], hands: arms[1] }, cut = headBeforeClothes(rgba, body);
  if (cut) return { ...surface, ...cut, jaw: cut.head, front: cut.head };
  const head = plainHead(rgba, body), [front, jaw] = [body.chin, body.jaw].map((end) => beforeCollars(body, skin, head, end));
  return { ...surface, head, front, jaw, tone: toneOf(rgba, body, surface, samples) };
}

function faceSamples(rgba, body) {
  const [left, right] = body.both("head"), width = right[1] - left[1];
  const seen = colours(rgba, Math.trunc(left[0] + 0.05 * width), Math.trunc(body.chin), Math.trunc(left[1] + 0.3 * width), Math.trunc(right[1] - 0.3 * width) + 1);
  // Beards, glasses and hair before a face are not skin.
  const skin = seen.filter((colour) => isSkinHue(lab(...colour)));
  return skin.length >= FEWEST_SAMPLES ? skin : seen;
}

function skinOf(rgba, face) {
  const { w, h } = rgba;
  if (face.length < FEWEST_SAMPLES) return bytes(rgba, () => 0);
  const seen = face.map((colour) => lab(...colour)), dim = quantile(seen.map(([l]) => l), 0.35), lit = seen.filter(([l]) => l > dim), centre = median(lit);
  const spread = [14, 3, 3.5].map((least, k) => Math.max(1.4826 * quantile(lit.map((colour) => Math.abs(colour[k] - centre[k])), 0.5), least));
  const small = resized(rgba, Math.round(w / 2), Math.round(h / 2));
  const near = bytes(small, (i) => {
    const alpha = small.d[4 * i + 3];
    if (!alpha) return 0;
    // Light and shade change a limb more than its hue.
    const [l, a, b] = lab(small.d[4 * i], small.d[4 * i + 1], small.d[4 * i + 2]).map((value, k) => (value - centre[k]) / spread[k]);
    return clamp((14 - (0.45 * l) ** 2 - a * a - b * b) / 6, 0, 1) * alpha;
  });
  return resized(withoutSpecks(near), w, h);
}

/** Median of five pixels by five. */
function withoutSpecks(p) {
  const window = new Uint8Array(25);
  return bytes(p, (i) => {
    const x = i % p.w, y = (i - x) / p.w;
    let k = 0, low = 255, high = 0;
    for (let v = y - 2; v <= y + 2; v++) {
      for (let u = x - 2; u <= x + 2; u++) {
        const value = (window[k++] = p.d[clamp(v, 0, p.h - 1) * p.w + clamp(u, 0, p.w - 1)]);
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    return low === high ? low : window.sort()[12];
  });
}

/** Skin of both arms from a joint to the finger tips. */
function armsOf(body, skin, first) {
  const area = body.area(Object.keys(SIDES).flatMap((side) => body.forearm(side, first)));
  return bytes(skin, (i) => area.d[i] && skin.d[i]);
}

/** sRGB of neck and hands, or of all the skin where clothes hide them. */
function toneOf(rgba, body, { skin, forearms }, face) {
  const sure = shrunk(masked(skin, (i) => skin.d[i] > 220), 2), reach = 0.16 * body.unit, [row, col] = body.joints.neck;
  const neck = body.area([[[row - reach, col], [row - reach, col], reach, reach]]), colour = (i) => Array.from(rgba.d.subarray(4 * i, 4 * i + 3));
  const all = [...sure.d.keys()].filter((i) => sure.d[i]), wanted = all.filter((i) => neck.d[i] || forearms.d[i]);
  const chosen = (wanted.length < 400 ? all : wanted).map(colour);
  if (!chosen.length) return [200, 160, 140];
  // A little above the middle: half of a limb lies in its own shade.
  const tone = [0, 1, 2].map((k) => quantile(chosen.map((each) => each[k]), 0.58));
  if (face.length < FEWEST_SAMPLES) return tone;
  // A scarf of the cheeks' colour is not what the limbs look like.
  return median(face).map((near, k) => clamp(tone[k], near - 30, near + 45));
}

/** The head of a mannequin, or a bald one: down to the chin, wide above, as wide as the face beside the jaw. */
function plainHead(rgba, body) {
  const [left, right] = body.both("head").map(([, col]) => col), wide = right - left, chin = Math.trunc(clamp(body.chin, 1, rgba.h)), level = Math.trunc(clamp(body.middle("head")[0], 0, chin));
  return bytes(rgba, (i) => {
    const x = i % rgba.w, y = (i - x) / rgba.w, aside = (y < level ? 0.7 : 0.12) * wide;
    return y < chin && x >= Math.trunc(left - aside) && x < Math.trunc(right + aside) && rgba.d[4 * i + 3] ? 255 : 0;
  });
}

/** Round the head towards its end like a jaw where it is skin; hair hangs as it hangs. */
function beforeCollars(body, skin, head, end) {
  const [left, right] = body.both("head").map(([, col]) => col), level = body.middle("head")[0], chin = Math.trunc(clamp(body.chin, 1, head.h)), first = Math.trunc(clamp(level, 0, chin));
  const near = grown(masked(skin, (i) => skin.d[i] > 127), 12);
  return bytes(head, (i) => {
    const x = i % head.w, y = (i - x) / head.w;
    if (y < first || y >= chin) return head.d[i];
    const down = (y + 0.5 - level) / Math.max(end - level, 1), half = down >= 1 ? -1 : 0.56 * (right - left) * Math.sqrt(1 - clamp(down, 0, 1) ** 2);
    return Math.min(head.d[i], Math.max(255 * clamp(1 + half - Math.abs(x - (left + right) / 2), 0, 1), near.d[i] ? 0 : 255));
  });
}

/** Face and hair, which clothes do not cover, and the skin's tone; null where head and face have one colour. */
function headBeforeClothes(rgba, body) {
  const centre = body.middle("head"), neck = body.joints.neck[0], size = Math.max(neck - centre[0], 0.2 * body.unit), [chin, under] = body.faceEnd;
  const left = Math.max(0, Math.trunc(centre[1] - 2.2 * size)), right = Math.min(rgba.w, Math.trunc(centre[1] + 2.2 * size)), height = Math.trunc(clamp(neck + 0.9 * size, 8, rgba.h));
  const part = cropped(rgba, left, 0, right - left, height), at = [centre[0], centre[1] - left], reach = Math.max(chin - at[0], 4);
  const labs = labOf(part), known = hairAndFace(part, at, reach), [hairs, faces] = known.map((where) => [...where.d.keys()].filter((i) => where.d[i]));
  if (Math.min(hairs.length, faces.length) < FEWEST) return null;
  const [ofHair, ofFace] = [hairs, faces].map((where) => median(where.map((i) => labs.d.subarray(3 * i, 3 * i + 3))));
  if (Math.hypot(...ofHair.map((value, k) => value - ofFace[k])) < ONE_COLOUR) return null;
  const tone = faceTone(part, at, reach), hair = hairIn(part, labs, hairs, faces);
  const place = (i) => [Math.floor(i / part.w) - at[0], (i % part.w) - at[1]], told = toldApart(part, labs, at, size, place, { chin, neck });
  const likely = (i) => clamp(1.5 * hair.d[i], 0, 1);
  const measured = (i) => {
    const row = place(i)[0] / reach;
    return [row, Math.abs(place(i)[1] / reach - ((under - centre[1]) / reach) * clamp(row, 0, 1))];
  };
  const hangs = hanging(part, likely, measured);
  const found = bytes(part, (i) => {
    const [row, col] = measured(i);
    const face = clamp((1.04 - Math.hypot(Math.max(row, 0), col / FACE_WIDTH)) / 0.08 + 0.5, 0, 1);
    // Beside the cheeks there are ears, and hair whose colour the light changed; under the chin is the throat, or a dark collar.
    const beside = clamp((0.7 - row) / 0.35, 0, 1), throat = clamp((row - 0.9) / 0.2, 0, 1) * clamp((THROAT + (THROAT_MIN - THROAT) * hangs.d[i] - col) / 0.2, 0, 1);
    return 255 * told.d[i] * Math.max(face, beside, likely(i) * (1 - throat));
  });
  const whole = inTips(inOnePiece(found, at, Math.trunc(chin), size), neck + HAIR_REACH * size, size), head = bytes(rgba, () => 0);
  for (let i = 0; i < whole.d.length; i++) {
    const value = Math.min(part.d[4 * i + 3], whole.d[i]);
    head.d[Math.floor(i / part.w) * rgba.w + left + (i % part.w)] = value > 200 ? 255 : value;
  }
  return { head, tone };
}

/** Hair that comes down from beside the face, each row from the one above: no beard. */
function hanging(part, likely, measured) {
  const { w } = part;
  const found = masked(part, (i) => {
    const [row, col] = measured(i);
    return likely(i) > 0.5 && Math.hypot(row, col / FACE_WIDTH) > 1;
  });
  for (let y = 1; y < part.h; y++) {
    if (measured(y * w)[0] < HANGING_FROM) continue;
    for (let x = 0, i = y * w; x < w; x++, i++) {
      // It falls rather than that it grows broader.
      const above = found.d[i - w] || (y % 2 && ((x && found.d[i - w - 1]) || (x + 1 < w && found.d[i - w + 1])));
      found.d[i] = above && likely(i) > 0.5 ? 1 : 0;
    }
  }
  return softened(found, 3);
}

/** Let strands end where clothes begin, each in a tip, as hair does that falls behind. */
function inTips(p, end, size) {
  const aside = new Float32Array(p.d.length), bare = (i) => p.d[i] <= 70;
  for (let i = 0; i < aside.length; i++) aside[i] = bare(i) ? 0 : 1 + (i % p.w ? aside[i - 1] : 0);
  for (let i = aside.length - 1; i >= 0; i--) aside[i] = bare(i) ? 0 : Math.min(aside[i], 1 + ((i + 1) % p.w ? aside[i + 1] : 0));
  return bytes(p, (i) => p.d[i] * clamp((end + Math.min(aside[i], TIP * size) - Math.floor(i / p.w)) / (0.06 * size), 0, 1));
}

/** Places that are surely hair, or a hat, and surely face. */
function hairAndFace(part, at, reach) {
  const kind = masked(part, (i) => {
    const row = (Math.floor(i / part.w) - at[0]) / reach, col = Math.abs((i % part.w) - at[1]) / reach;
    if (part.d[4 * i + 3] <= 230) return 0;
    if ((row / 0.85) ** 2 + (col / 0.55) ** 2 < 1) return row > -0.3 ? 2 : 0;
    return row < 0.2 && (row < -0.6 || col > 0.75) ? 1 : 0;
  });
  return [1, 2].map((which) => masked(part, (i) => kind.d[i] === which));
}

/** The tone of the lit part of a face, whatever beard and glasses hide. */
function faceTone(part, at, reach) {
  const face = colours(part, Math.trunc(at[0] - 0.8 * reach), Math.trunc(at[0] + 0.8 * reach) + 1, Math.trunc(at[1] - 0.6 * reach), Math.trunc(at[1] + 0.6 * reach) + 1);
  const labs = face.map((colour) => lab(...colour)).filter(isSkinHue);
  if (labs.length < 30) return PLAIN_SKIN;
  const [low, high] = [0.7, 0.95].map((share) => quantile(labs.map(([l]) => l), share)), [l, a, b] = median(labs.filter((each) => each[0] >= low && each[0] <= high));
  const light = Math.min(l, quantile(labs.map((each) => each[0]), 0.5) + LIT);
  // The sun colours a cheek more than it colours a whole body, and cheeks are redder.
  const chroma = Math.min(Math.hypot(a - 128, b - 128), CHROMA_MAX), hue = Math.max(Math.atan2(b - 128, a - 128), HUE_MIN);
  return srgb([light, 128 + chroma * Math.cos(hue), 128 + chroma * Math.sin(hue)]);
}

/** How common colours are among some pixels, softly: a function of the index of any pixel. */
function commonness(labs, among) {
  const bin = (i) => Math.floor(labs.d[3 * i] / 24) * 1024 + Math.floor(labs.d[3 * i + 1] / 8) * 32 + Math.floor(labs.d[3 * i + 2] / 8), counts = pixels(32, 16, 32);
  for (const i of among) counts.d[bin(i)] += 1 / among.length;
  const shares = softened(counts, 0.8493, 1).d;
  return (i) => shares[bin(i)];
}

/** How likely each place is hair: of a colour commoner above the face than in it. */
function hairIn(part, labs, hairs, faces) {
  const [hair, face] = [hairs, faces].map((known) => commonness(labs, known));
  const share = softened(mapped(part, (i) => (part.d[4 * i + 3] > 230 && hair(i) > 4e-4 && hair(i) > 0.7 * face(i) ? 1 : 0)), 4);
  return mapped(part, (i) => clamp((share.d[i] - 0.35) / 0.3, 0, 1));
}

const [HEAD, CLOTHES, RATHER_HEAD, RATHER_CLOTHES] = [1, 2, 3, 4];

/** Tell head from clothes by their colours: what lies above the ears is head, what lies below the throat is not. */
function toldApart(part, labs, at, size, place, { chin, neck }) {
  const reach = Math.max(chin - at[0], 1), given = masked(part, (i) => {
    const [row, col] = place(i);
    if (part.d[4 * i + 3] <= 100) return 0;
    if (row + at[0] > neck + 0.5 * size) return CLOTHES;
    if (row < -0.1 * size || (Math.max(row, 0) / (0.9 * reach)) ** 2 + (col / (0.36 * size)) ** 2 < 1) return HEAD;
    return row < reach && Math.abs(col) < 0.75 * size ? RATHER_HEAD : RATHER_CLOTHES;
  });
  let head = masked(given, (i) => given.d[i] % 2);
  for (let round = 0; round < 3; round++) {
    const [ofHead, ofClothes] = [1, 0].map((which) => commonness(labs, [...given.d.keys()].filter((i) => given.d[i] && head.d[i] === which)));
    const rather = softened(mapped(given, (i) => (given.d[i] ? Math.log((ofHead(i) + 1e-5) / (ofClothes(i) + 1e-5)) : 0)), 2);
    head = masked(given, (i) => given.d[i] === HEAD || (given.d[i] === RATHER_HEAD && rather.d[i] > -0.5) || (given.d[i] === RATHER_CLOTHES && rather.d[i] > 0.2));
  }
  const whole = closed(opened(head, 2), 4), { labels } = parts(whole), middle = labels[Math.trunc(at[0]) * part.w + Math.trunc(at[1])];
  return softened(masked(whole, (i) => labels[i] && labels[i] === middle), 1.2);
}

/** Drop what hangs on the head by a thread only, as a neckline's edge does, and specks. */
function inOnePiece(p, at, chin, size) {
  const r = Math.max(3, Math.round(0.16 * size) | 1) >> 1, solid = masked(p, (i) => p.d[i] > 70), thick = openedRound(solid, r);
  thick.d.set(solid.d.subarray(0, chin * p.w));
  const near = softened(grownRound(grownRound(joinedToFace(thick, at), r), r), 0.08 * size), kept = bytes(p, (i) => (i < chin * p.w ? p.d[i] : p.d[i] * near.d[i]));
  const whole = grown(joinedToFace(masked(kept, (i) => kept.d[i] > 70), at), 2);
  return bytes(kept, (i) => (whole.d[i] ? kept.d[i] : 0));
}

function joinedToFace(solid, at) {
  const { labels } = parts(solid), middle = labels[Math.trunc(at[0]) * solid.w + Math.trunc(at[1])];
  return masked(solid, (i) => labels[i] && labels[i] === middle);
}
