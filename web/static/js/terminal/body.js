// A body's measures and tapering pieces, as imaging.measuring and imaging.anatomy have them. Points are [row, col].
import { clamp, mask } from "./pixels.js";

export const SIDES = { left: -1, right: 1 };
const [CHEST, WAIST, HIP, UPPER_ARM, ELBOW, WRIST, THIGH, KNEE, ANKLE] = [0.47, 0.42, 0.56, 0.145, 0.12, 0.085, 0.3, 0.19, 0.12];

export const mix = (a, b, t) => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

export class Body {
  constructor(joints, rgba) {
    this.joints = joints;
    [this.w, this.h] = [rgba.w, rgba.h];
    const [left, right] = this.both("shoulder");
    this.torso = apart(this.middle("hip"), this.middle("shoulder"));
    this.unit = Math.max(apart(left, right), 0.52 * this.torso);
    const middle = this.middle("head")[0], crown = joints.crown[0];
    this.chin = Math.min(crown + 2 * (middle - crown), joints.neck[0] - 0.16 * this.unit);
    this.jaw = Math.min(this.chin, middle + 0.34 * this.unit);
  }

  both = (name) => [this.joints[`${name}_left`], this.joints[`${name}_right`]];
  middle = (name) => mix(...this.both(name), 0.5);
  rowOf = (share) => mix(this.middle("shoulder"), this.middle("hip"), share)[0];

  /** Where the middle of the body is at a row; below the hips straight down. */
  axis(row) {
    const top = this.middle("shoulder"), bottom = this.middle("hip"), share = (row - top[0]) / Math.max(bottom[0] - top[0], 1);
    if (share <= 1) return [row, top[1] + (bottom[1] - top[1]) * Math.max(share, -0.3)];
    const knees = this.middle("knee");
    return [row, bottom[1] + (knees[1] - bottom[1]) * Math.min((row - bottom[0]) / Math.max(knees[0] - bottom[0], 1), 1.5)];
  }

  get crotch() {
    return this.axis(this.middle("hip")[0] + 0.17 * this.torso);
  }

  /** Top of the leg, knee, ankle. */
  leg(side) {
    const { crotch } = this, spread = Math.max(0.25 * this.unit, Math.abs(this.joints[`hip_${side}`][1] - crotch[1]));
    return [[crotch[0], crotch[1] + SIDES[side] * spread], this.joints[`knee_${side}`], this.joints[`ankle_${side}`]];
  }

  /** Neck, trunk, arms or legs: [start, end, radius at start, radius at end]. */
  limbs(zone) {
    const { unit, joints } = this, sized = (...limbs) => limbs.map(([a, b, r, s]) => [a, b, r * unit, s * unit]);
    const waist = this.axis(this.rowOf(0.7)), hip = this.axis(this.rowOf(1.1)), { neck } = joints;
    const trunk = [waist, hip, WAIST, HIP], sides = Object.keys(SIDES);
    if (zone === "upper") {
      return sized(
        [[neck[0] - 0.42 * unit, neck[1]], neck, 0.17, 0.24],
        [this.axis(neck[0] + 0.02 * unit), waist, CHEST * 1.05, WAIST],
        trunk,
        ...sides.flatMap((side) => {
          const [shoulder, elbow, wrist] = ["shoulder", "elbow", "wrist"].map((name) => joints[`${name}_${side}`]);
          return [[shoulder, elbow, UPPER_ARM, ELBOW], [elbow, wrist, ELBOW * 0.95, WRIST]];
        }),
      );
    }
    return sized(
      trunk,
      ...sides.flatMap((side) => {
        const [top, knee, ankle] = this.leg(side), calf = mix(knee, ankle, 0.3), foot = mix(ankle, calf, -0.25);
        return [
          [[top[0] - 0.25 * unit, top[1]], top, THIGH, THIGH],
          [top, knee, THIGH * 0.95, KNEE * 0.88],
          [knee, calf, KNEE * 0.88, KNEE * 0.9],
          [calf, ankle, KNEE * 0.9, ANKLE * 0.85],
          [ankle, foot, ANKLE * 0.85, ANKLE * 0.85],
        ];
      }),
    );
  }

  /** Bare skin round the ankles, in which a low shoe is worn. */
  ankle(side) {
    const [ankle, knee] = [this.joints[`ankle_${side}`], this.joints[`knee_${side}`]], length = Math.max(apart(ankle, knee), 1e-6);
    const along = (by) => mix(ankle, knee, (-by * this.unit) / length);
    return [along(-0.12), along(0.14), ANKLE * 0.8 * this.unit, ANKLE * 0.8 * this.unit];
  }

  /** Wrist to finger tips, or elbow to finger tips, as generous as sleeves need it. */
  arm(side, first) {
    const { unit } = this, [elbow, wrist, hand] = ["elbow", "wrist", "hand"].map((name) => this.joints[`${name}_${side}`]);
    const path = [[elbow, ELBOW * 1.2], [wrist, WRIST * 1.3], [hand, 0.15], [mix(hand, wrist, -0.9), 0.11]].slice(first === "wrist");
    return path.slice(1).map(([end, s], k) => [path[k][0], end, path[k][1] * unit, s * unit]);
  }

  /** The trunk from the armpits to the top of the thighs: its limbs end straight. */
  get trunk() {
    const { unit } = this, chest = this.axis(this.joints.shoulder_left[0] + 0.46 * unit), hip = this.axis(this.rowOf(1));
    return [[chest, hip, CHEST * 0.95 * unit, HIP * unit], [hip, this.axis(this.crotch[0] + 0.08 * this.torso), HIP * unit, HIP * unit]];
  }

  /** Rows in which clothes of a zone are worn: the first, and the one after the last. */
  rows(zone) {
    if (zone === "upper") return [Math.trunc(Math.max(0, this.joints.neck[0] - 0.35 * this.unit)), Math.trunc(this.rowOf(0.98))];
    return [Math.trunc(this.rowOf(0.72)), Math.min(this.h, Math.trunc(Math.max(...this.both("ankle").map(([row]) => row)) + 0.05 * this.unit))];
  }

  /** Everything below the ankles. */
  get feet() {
    const area = mask(this.w, this.h), middle = Math.trunc(clamp(this.middle("ankle")[1], 1, this.w - 1));
    for (const [side, sign] of Object.entries(SIDES)) {
      const first = Math.trunc(Math.max(0, this.joints[`ankle_${side}`][0] - 0.02 * this.unit));
      for (let y = first; y < this.h; y++) area.d.fill(1, y * this.w + (sign < 0 ? 0 : middle), y * this.w + (sign < 0 ? middle : this.w));
    }
    return area;
  }

  /** Visit each pixel of a limb: its index, signed offset and distance from the axis per radius, and share of the way. */
  within([start, end, r0, r1], visit) {
    const margin = Math.max(r0, r1) + 2, length = Math.max(apart(start, end), 1e-6), [dy, dx] = [(end[0] - start[0]) / length, (end[1] - start[1]) / length];
    const [top, left] = [0, 1].map((k) => Math.max(0, Math.trunc(Math.min(start[k], end[k]) - margin)));
    const [bottom, right] = [this.h, this.w].map((side, k) => Math.min(side, Math.trunc(Math.max(start[k], end[k]) + margin + 1)));
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const [p, q] = [y - start[0], x - start[1]], share = (p * dy + q * dx) / length, held = clamp(share, 0, 1);
        const radius = r0 + (r1 - r0) * held, across = q * dy - p * dx, distance = Math.hypot(across, (share - held) * length) / radius;
        if (distance <= 1) visit(y * this.w + x, across / radius, distance, share);
      }
    }
  }

  /** All pixels of some limbs, wider by some pixels. */
  area(limbs, by = 0, out = mask(this.w, this.h)) {
    for (const [start, end, r, s] of limbs) this.within([start, end, r + by, s + by], (i) => (out.d[i] = 1));
    return out;
  }
}
