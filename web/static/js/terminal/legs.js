// Legs beside replaced clothes: where socks and shorts end, and how wide the own leg is there. As imaging.own_legs.
import { ANKLE, KNEE, SIDES, along, clip, lerp, minus, norm, plus } from "./measuring.js";
import { mask, quantile } from "./pixels.js";

const STATIONS = 24; // places along a leg where cloth may end
const COVERED = 0.4; // share of cloth across the middle of a leg from which it is covered there
const WIDE = 1.8; // width of what is looked at for socks, per width of a leg
const BELOW_HEM = 0.06, FEWEST = 200, MIDDLE_LIGHT = 0.97;

const isSeen = (body, i) => body.alpha[4 * i + 3] > 127;

/** For each station from the start of a limb to its end the share of cloth in its middle; NaN where nothing is seen. */
function covered(body, limb, cloth) {
  const all = new Float32Array(STATIONS), worn = new Float32Array(STATIONS);
  body.within(limb, (i, across, _, share) => {
    if (Math.abs(across) >= 0.5 || share < 0 || share >= 1 || !isSeen(body, i)) return;
    const station = Math.floor(share * STATIONS);
    all[station]++;
    worn[station] += cloth.d[i];
  });
  return worn.map((count, station) => count / all[station]);
}

/** From the ankle to the knee. */
const calf = (body, side, wide) => {
  const [, knee, ankle] = body.leg(side);
  return [ankle, knee, ANKLE * wide * body.unit, KNEE * wide * body.unit];
};

/**
 * What of socks and shoes becomes skin, so that another shoe has a leg in it; trousers, which end nowhere below the knee, stay.
 * @returns {{limbs: object[], painted: object, gone: object}} gone: what of the socks lies beside the ankles
 */
export function bareAnkles(body, cloth) {
  const { feet } = body, limbs = [], painted = mask(body.w, body.h), gone = mask(body.w, body.h);
  for (const side of Object.keys(SIDES)) {
    const low = body.ankle(side), [, knee, ankle] = body.leg(side);
    limbs.push(low);
    body.within(low, (i) => cloth.d[i] && feet.d[i] && (painted.d[i] = 1));
    const end = covered(body, calf(body, side, 1), cloth).findIndex((share) => !(share >= COVERED));
    if (end < 1) continue;
    const share = (end + 1) / STATIONS, leg = [lerp(ankle, knee, share), ankle, halfWidth(body, side, share, cloth), low[2]];
    limbs.push(leg);
    const shown = body.area([leg, low]);
    body.within(calf(body, side, WIDE), (i, _, __, at) => at <= share && cloth.d[i] && ((shown.d[i] ? painted : gone).d[i] = 1));
  }
  painted.d.forEach((is, i) => is && (gone.d[i] = 0));
  return { limbs, painted, gone };
}

/** Half the width of the bare leg just above a sock. */
function halfWidth(body, side, share, cloth) {
  const [, knee, ankle] = body.leg(side), model = (ANKLE + (KNEE - ANKLE) * share) * body.unit;
  let bare = 0;
  body.within(calf(body, side, WIDE), (i, _, __, at) => at > share && at < share + 2 / STATIONS && isSeen(body, i) && !cloth.d[i] && bare++);
  return clip(bare / Math.max((2 / STATIONS) * norm(minus(knee, ankle)), 1) / 2, 0.6 * model, 1.2 * model);
}

/**
 * Thighs that are covered above a bare knee: shorts are wider than a leg.
 * @param limbs `Body.limbs` of the lower zone
 * @returns {{limbs: object[], insteadOf: number[], colour: number[]}[]} colour: sRGB of the leg just below the hem
 */
export function thighs(body, limbs, rgba, cloth) {
  const found = [];
  for (const [side, first] of [["left", 1], ["right", 6]]) {
    const [hip, thigh] = limbs.slice(first, first + 2), path = body.leg(side), [top, knee, ankle] = path;
    const hem = (covered(body, thigh, cloth).findLastIndex((share) => share > COVERED) + 1) / STATIONS;
    const start = plus(top, minus(knee, top), hem + BELOW_HEM), width = KNEE * 0.5 * body.unit, samples = [[], [], []];
    const below = body.area([[start, plus(start, minus(ankle, knee), 0.25), width, width]]);
    below.d.forEach((is, i) => is && isSeen(body, i) && !cloth.d[i] && samples.forEach((values, k) => values.push(rgba.d[4 * i + k])));
    if (!hem || samples[0].length < FEWEST) continue;
    const length = norm(minus(knee, top)), whole = length + norm(minus(ankle, knee));
    const [place, heading] = along(path, (Math.min(hem + BELOW_HEM, 1.2) * length) / whole);
    const model = thigh[2] + (thigh[3] - thigh[2]) * Math.min(hem, 1), across = [-heading[1], heading[0]];
    const reach = [1, -1].map((sign) => body.reach(place, across.map((value) => sign * value), 1.3 * model));
    const narrow = clip((reach[0] + reach[1]) / 2 / model, 0.6, 1), aside = (reach[0] - reach[1]) / 2;
    found.push({
      limbs: [[hip, 0], [thigh, 1]].map(([[from, to, r, s], shift]) => [plus(from, across, aside * shift), plus(to, across, aside), r * narrow, s * narrow]),
      insteadOf: [first, first + 1],
      colour: samples.map((values) => quantile(values, 0.5) / MIDDLE_LIGHT),
    });
  }
  return found;
}
