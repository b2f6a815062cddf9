// How large a size looks on whoever is measured, and which size fits her: domain/shown_size.py and
// domain/size_advice.py for the terminal, which knows her measures and none of her purchases. Pure.

/**
 * @typedef {object} Rules as the boutique has them
 * @property {{[type: string]: [string, {least: number, best: number, most: number}][]}} ease_of cm by which a garment is
 *   larger than the body in it, by measure of the body; the first of a type counts most
 * @property {{[at: string]: [string, number]}} taken_at which measure of a garment laid flat goes with one of the body, and how often
 * @property {[number, number]} width how much a size may differ in the picture
 * @property {[number, number]} length
 * @property {string[]} as_it_stands types that are shown in one size
 * @property {number} alike_within cm
 *
 * @typedef {{[at: string]: number}} Measures of a body, cm
 * @typedef {{type: string, variants: {id: string, size: string, measures?: {[name: string]: number}}[]}} Commodity
 */

const within = (value, [least, most]) => Math.round(Math.max(least, Math.min(value, most)) * 1e4) / 1e4;

/**
 * Length and width of what is no sleeve, relative to how a garment is fitted.
 * @param {Commodity} commodity
 * @param {?string} chosen the id of a variant
 * @param {Measures} body
 * @param {Rules} rules
 * @returns {[number, number]}
 */
export function shownSize({ type, variants }, chosen, body, { ease_of: easeOf, taken_at: takenAt, ...rules }) {
  const [at, ease] = easeOf[type]?.[0] ?? [];
  if (!at || rules.as_it_stands.includes(type)) return [1, 1];
  const [name, times] = takenAt[at];
  const measured = variants.filter(({ measures }) => measures?.[name]).sort((one, other) => one.measures[name] - other.measures[name]);
  const size = measured.find(({ id }) => id === chosen)?.measures;
  if (!size || measured.length < 2) return [1, 1];
  const middle = measured[(measured.length - 1) >> 1].measures;
  const fitting = at in body ? (body[at] + ease.best) / times : middle[name];
  return [within(size.length && middle.length ? size.length / middle.length : 1, rules.length), within(size[name] / fitting, rules.width)];
}

/**
 * Which size fits, as sentences by their names; null where there is nothing to choose, or nothing is measured.
 * @param {Commodity} commodity
 * @param {Measures} body
 * @param {Rules} rules
 * @returns {?{variant_id: ?string, why: [string, object][]}} variant_id: null where it is not known
 */
export function advised({ type, variants }, body, { ease_of: easeOf, taken_at: takenAt, alike_within: alike }) {
  const eases = easeOf[type] ?? [];
  if (!eases.length || variants.length < 2) return null;
  const sizes = variants.map(({ id, size, measures = {} }) => {
    const rounds = eases.map(([at]) => [at, measures[takenAt[at][0]] * takenAt[at][1]]);
    return { id, size, rounds: Object.fromEntries(rounds.filter(([, round]) => round)) };
  }).filter(({ rounds }) => Object.keys(rounds).length);
  const shared = eases.filter(([at]) => sizes.length && sizes.every(({ rounds }) => at in rounds));
  if (!shared.length) return null;
  const targets = shared.filter(([at]) => at in body).map(([at, { least, best, most }]) => ({ at, least: body[at] + least, best: body[at] + best, most: body[at] + most }));
  if (!targets.length) return { variant_id: null, why: [["give", { measures: shared.map(([at]) => at) }]] };
  const around = ({ rounds }) => shared.reduce((sum, [at]) => sum + rounds[at], 0);
  // 1 for each measure at the end of what fits.
  const distance = ({ rounds }) => targets.reduce((sum, { at, least, best, most }) => {
    const away = rounds[at] - best;
    return sum + (away / Math.max(away > 0 ? most - best : best - least, alike)) ** 2;
  }, 0);
  const [{ id, size, rounds }] = sizes.sort((one, other) => distance(one) - distance(other) || around(one) - around(other));
  const beyond = targets.map(({ at, least, most }) => [at, Math.round((Math.max(rounds[at] - most, 0) + Math.min(rounds[at] - least, 0)) * 10) / 10]).filter(([, cm]) => cm);
  if (!beyond.length) return { variant_id: id, why: [["fits", { size, measures: targets.map(({ at }) => at) }]] };
  return { variant_id: id, why: [["nearest", { size }], ...beyond.map(([at, cm]) => {
    const [over, under] = at === "inseam" ? ["long", "short"] : ["loose", "tight"];
    return [cm > 0 ? over : under, { size, cm: Math.abs(cm), measure: at }];
  })] };
}
