// A body's tapering pieces, and the rows clothes are worn in, as imaging.anatomy has them. Points are [row, col].
import { ANKLE, Body as Measured, CHEST, ELBOW, HIP, KNEE, SIDES, THIGH, UPPER_ARM, WAIST, WRIST, lerp as mix, minus, norm } from "./measuring.js";
import { clamp, mask } from "./pixels.js";

export { SIDES };

export class Body extends Measured {
  constructor(joints, { w, h, d }) {
    super(joints, { width: w, height: h, data: d });
    [this.w, this.h] = [w, h];
  }

  both(name) {
    return [this.joints[`${name}_left`], this.joints[`${name}_right`]];
  }

  /** Neck, trunk, arms or legs: [start, end, radius at start, radius at end]. */
  limbs(zone) {
    const { unit } = this, sized = (...limbs) => limbs.map(([a, b, r, s]) => [a, b, r * unit, s * unit]);
    const waist = this.axis(this.rowOf(0.7)), hip = this.axis(this.rowOf(1.1)), { neck } = this.joints;
    const trunk = [waist, hip, WAIST, HIP], sides = Object.keys(SIDES);
    if (zone === "upper") {
      return sized(
        [[neck[0] - 0.42 * unit, neck[1]], neck, 0.17, 0.24],
        [this.axis(neck[0] + 0.02 * unit), waist, CHEST * 1.05, WAIST],
        trunk,
        ...sides.flatMap((side) => {
          const [shoulder, elbow, wrist] = this.arm(side);
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
    const [, knee, ankle] = this.leg(side), length = Math.max(norm(minus(ankle, knee)), 1e-6);
    const along = (by) => mix(ankle, knee, (-by * this.unit) / length);
    return [along(-0.12), along(0.14), ANKLE * 0.8 * this.unit, ANKLE * 0.8 * this.unit];
  }

  /** Wrist to finger tips, or elbow to finger tips, as generous as sleeves need it. */
  forearm(side, first) {
    const { unit } = this, [, elbow, wrist] = this.arm(side), hand = this.joints[`hand_${side}`];
    const path = [[elbow, ELBOW * 1.2], [wrist, WRIST * 1.3], [hand, 0.15], [mix(hand, wrist, -0.9), 0.11]].slice(first === "wrist");
    return path.slice(1).map(([end, s], k) => [path[k][0], end, path[k][1] * unit, s * unit]);
  }

  /** The trunk from the armpits to the top of the thighs: its limbs end straight. */
  get trunk() {
    const { unit } = this, chest = this.axis(this.armpit("left")[0] + 0.1 * unit), hip = this.axis(this.rowOf(1));
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
    const margin = Math.max(r0, r1) + 2, length = Math.max(norm(minus(end, start)), 1e-6), [dy, dx] = [(end[0] - start[0]) / length, (end[1] - start[1]) / length];
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
