// Measures of a body that clothes are fitted by: imaging/measuring.py for the terminal.
// Points are [row, col] in pixels of the body frame; left and right are as seen in the picture.

export const SIDES = { left: -1, right: 1 };
export const UPPER_ARM = 0.145, ELBOW = 0.12, WRIST = 0.085, THIGH = 0.3, KNEE = 0.19, ANKLE = 0.12, NECK = 0.21;
export const CHEST = 0.47, WAIST = 0.42, HIP = 0.56;
const WAIST_SHARE = 0.7, NARROWEST_SHOULDERS = 0.52, CHIN = 0.34;
const FINGERS = 0.9, MOUTH_SHARE = 0.12, MOUTH_MIN = 0.1, FACE = 1.9;

export const plus = (a, b, times = 1) => [a[0] + b[0] * times, a[1] + b[1] * times];
export const minus = (a, b) => plus(a, b, -1);
export const lerp = (a, b, share) => plus(a, minus(b, a), share);
export const norm = (a) => Math.hypot(a[0], a[1]);
export const clip = (value, low, high) => Math.min(Math.max(value, low), high);
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Rounds halves to the even number, as NumPy does. */
export const nearest = (value) => {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 ? rounded - 1 : rounded;
};
/** Interpolates linearly through (xs, ys), constant beyond them. */
export const interp = (x, xs, ys) => {
  const index = xs.findIndex((value) => value > x);
  if (index === 0) return ys[0];
  if (index < 0) return ys.at(-1);
  return ys[index - 1] + ((ys[index] - ys[index - 1]) * (x - xs[index - 1])) / (xs[index] - xs[index - 1]);
};

/** The point and the unit direction at a share of the length of a path; beyond its end straight on. */
export function along(path, share) {
  const steps = path.slice(1).map((point, index) => minus(point, path[index]));
  const lengths = steps.map((step) => Math.max(norm(step), 1e-6));
  let sum = 0;
  const ends = lengths.map((length) => (sum += length));
  const distance = share * sum;
  const found = ends.findIndex((end) => end >= distance);
  const index = found < 0 ? steps.length - 1 : found;
  const direction = steps[index].map((value) => value / lengths[index]);
  return [plus(path[index + 1], direction, distance - ends[index]), direction];
}

/** A direction turned by a quarter so that it leaves the body on a side. */
export const outwards = ([row, col], sign) => (row * sign >= 0 ? [-col, row] : [col, -row]);

/** The joints of a person and its alpha, with the measures drawn from them. */
export class Body {
  constructor(joints, { data, width, height }) {
    Object.assign(this, { joints, alpha: data, width, height });
    this.torso = norm(minus(this.middle("hip"), this.middle("shoulder")));
    const shoulders = norm(minus(joints.shoulder_right, joints.shoulder_left));
    this.unit = Math.max(shoulders, NARROWEST_SHOULDERS * this.torso);
    const fork = this.middle("hip")[0] + 0.17 * this.torso;
    this.crotch = [fork, this.axis(fork)[1]];
  }

  middle(name) {
    return lerp(this.joints[`${name}_left`], this.joints[`${name}_right`], 0.5);
  }

  /** Where the middle of the body is at a row; below the hips straight down. */
  axis(row) {
    const top = this.middle("shoulder"), bottom = this.middle("hip");
    const share = (row - top[0]) / Math.max(bottom[0] - top[0], 1);
    if (share <= 1) return [row, top[1] + (bottom[1] - top[1]) * Math.max(share, -0.3)];
    const knees = this.middle("knee");
    const down = Math.min((row - bottom[0]) / Math.max(knees[0] - bottom[0], 1), 1.5);
    return [row, bottom[1] + (knees[1] - bottom[1]) * down];
  }

  rowOf(share) {
    return lerp(this.middle("shoulder"), this.middle("hip"), share)[0];
  }

  halfWidthModel(row) {
    const share = (row - this.rowOf(0)) / Math.max(this.rowOf(1) - this.rowOf(0), 1);
    return interp(share, [0.2, WAIST_SHARE, 1, 1.2], [CHEST, WAIST, HIP, HIP]) * this.unit;
  }

  /** Distance from the axis to the trunk's side: measured, or modelled where an arm lies against it. */
  halfWidth(row, side) {
    const model = this.halfWidthModel(row);
    const reach = this.reach(this.axis(row), [0, SIDES[side]], 1.6 * model);
    const arm = this.armInside(row, side);
    if (reach >= 1.5 * model || (arm !== null && reach > arm)) {
      return arm === null ? model : clip(arm, 0.9 * model, 1.04 * model);
    }
    return clip(reach, 0.85 * model, 1.25 * model);
  }

  armInside(row, side) {
    const arm = this.arm(side), hand = this.joints[`hand_${side}`], fingers = plus(hand, minus(hand, arm[2]), FINGERS);
    const path = [...arm, hand, fingers];
    for (const [index, radius] of [UPPER_ARM, ELBOW, WRIST, WRIST].entries()) {
      const [start, end] = path.slice(index, index + 2);
      const low = Math.min(start[0], end[0]), high = Math.max(start[0], end[0]);
      if (low <= row && row <= high && high - low > 1) {
        const { 1: col } = lerp(start, end, (row - start[0]) / (end[0] - start[0]));
        return (col - this.axis(row)[1]) * SIDES[side] - radius * this.unit;
      }
    }
    return null;
  }

  /** How many pixels the silhouette goes on from a point, at most. */
  reach(start, direction, most) {
    for (let step = 0; step < most + 1; step += 1) {
      const row = nearest(start[0] + step * direction[0]), col = nearest(start[1] + step * direction[1]);
      const isInside = row >= 0 && row < this.height && col >= 0 && col < this.width;
      if (!isInside || this.alpha[(row * this.width + col) * 4 + 3] < 128) return step;
    }
    return most;
  }

  shoulderTip(side) {
    const joint = this.joints[`shoulder_${side}`], direction = [-0.5, 0.87 * SIDES[side]];
    const reach = this.reach(joint, direction, 0.3 * this.unit);
    return plus(joint, direction, clip(reach, 0.11 * this.unit, 0.17 * this.unit));
  }

  neckSide(side) {
    return plus(this.joints.neck, [-0.13, NECK * SIDES[side]], this.unit);
  }

  armpit(side) {
    const row = this.joints[`shoulder_${side}`][0] + 0.36 * this.unit;
    return [row, this.axis(row)[1] + SIDES[side] * CHEST * this.unit];
  }

  arm(side) {
    return ["shoulder", "elbow", "wrist"].map((name) => this.joints[`${name}_${side}`]);
  }

  /** Top of the leg, knee, ankle. */
  leg(side) {
    const hip = this.joints[`hip_${side}`];
    const spread = Math.max(0.25 * this.unit, Math.abs(hip[1] - this.crotch[1]));
    const top = [this.crotch[0], this.crotch[1] + SIDES[side] * spread];
    return [top, this.joints[`knee_${side}`], this.joints[`ankle_${side}`]];
  }

  get chin() {
    const crown = this.joints.crown[0], sides = this.middle("head")[0];
    return Math.min(crown + 2 * (sides - crown), this.joints.neck[0] - 0.16 * this.unit);
  }

  /** The row up to which a high collar may reach. */
  get jaw() {
    return Math.min(this.chin, this.middle("head")[0] + CHIN * this.unit);
  }

  /** The chin of a face in a photograph; a drawn body's throat tells nothing about it. */
  get faceEnd() {
    const centre = this.middle("head"), between = this.middle("shoulder");
    const [down, right] = [0, 1].map((k) => between[k] + (this.joints.neck[k] - between[k]) / MOUTH_SHARE - centre[k]);
    if (down < MOUTH_MIN * this.unit) return [this.jaw, centre[1]];
    const row = Math.min(this.jaw, centre[0] + FACE * down), lean = Math.min(0.5, Math.max(-0.5, right / down));
    return [row, centre[1] + lean * (row - centre[0])];
  }
}
