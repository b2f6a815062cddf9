// From a rough likelihood to a clean edge, as imaging.matting and imaging.gaps do it.
import { blurred, clamp, cropped, grown, grownRound, labOf, mapped, mask, masked, opened, parts, pixels, resized, shrunk } from "./pixels.js";

export const sharpened = (p) => mapped(p, (i) => clamp(3 * p.d[i] - 1, 0, 1));

/**
 * Let the edge of a mask follow the edges of a picture (K. He, J. Sun, "Fast Guided Filter", 2015).
 * @param {object} guide the picture in the size in which its edges are looked for, by windows of a radius of r
 */
export function guidedAlpha(image, rough, guide, r) {
  const { w, h } = guide, n = w * h, target = resized(rough, w, h);
  const raw = pixels(w, h, 13), lines = pixels(w, h, 4);
  for (let i = 0; i < n; i++) {
    const R = guide.d[4 * i] / 255, G = guide.d[4 * i + 1] / 255, B = guide.d[4 * i + 2] / 255, p = target.d[i];
    let o = 13 * i;
    (raw.d[o++] = R), (raw.d[o++] = G), (raw.d[o++] = B), (raw.d[o++] = p), (raw.d[o++] = R * p), (raw.d[o++] = G * p), (raw.d[o++] = B * p);
    (raw.d[o++] = R * R), (raw.d[o++] = R * G), (raw.d[o++] = R * B), (raw.d[o++] = G * G), (raw.d[o++] = G * B), (raw.d[o] = B * B);
  }
  const means = blurred(raw, r).d;
  for (let i = 0; i < n; i++) {
    const o = 13 * i, R = means[o], G = means[o + 1], B = means[o + 2], p = means[o + 3];
    const a = means[o + 7] - R * R + 1e-4, b = means[o + 8] - R * G, c = means[o + 9] - R * B;
    const d = means[o + 10] - G * G + 1e-4, e = means[o + 11] - G * B, f = means[o + 12] - B * B + 1e-4;
    const u = means[o + 4] - R * p, v = means[o + 5] - G * p, t = means[o + 6] - B * p;
    // The inverse of a symmetric matrix of three rows, by cofactors.
    const aa = d * f - e * e, ab = e * c - b * f, ac = b * e - d * c, bb = a * f - c * c, bc = c * b - a * e, cc = a * d - b * b;
    const det = a * aa + b * ab + c * ac;
    const x = (aa * u + ab * v + ac * t) / det, y = (ab * u + bb * v + bc * t) / det, z = (ac * u + bc * v + cc * t) / det;
    (lines.d[4 * i] = x / 255), (lines.d[4 * i + 1] = y / 255), (lines.d[4 * i + 2] = z / 255), (lines.d[4 * i + 3] = p - x * R - y * G - z * B);
  }
  const all = resized(blurred(lines, r), image.w, image.h).d;
  return mapped(image, (i) => clamp(all[4 * i] * image.d[4 * i] + all[4 * i + 1] * image.d[4 * i + 1] + all[4 * i + 2] * image.d[4 * i + 2] + all[4 * i + 3], 0, 1));
}

/** Drop what does not hang together with the torso, given by its corners. */
export function mainPart(alpha, torso) {
  const solid = masked(alpha, (i) => alpha.d[i] > 0.5), { labels, areas } = parts(solid);
  if (areas.length < 2) return alpha;
  const votes = areas.map(() => 0), inside = hull(torso);
  filled(inside, alpha.w, alpha.h).d.forEach((is, i) => is && labels[i] && votes[labels[i]]++);
  const counted = votes.some(Boolean) ? votes : areas, main = counted.indexOf(Math.max(...counted));
  const rim = grownRound(masked(alpha, (i) => labels[i] === main), 7).d;
  return mapped(alpha, (i) => (rim[i] && (!solid.d[i] || labels[i] === main) ? alpha.d[i] : 0));
}

// Four points in any order: around their middle they are convex enough.
function hull(points) {
  const [row, col] = [0, 1].map((k) => points.reduce((sum, point) => sum + point[k], 0) / points.length);
  return [...points].sort((a, b) => Math.atan2(a[0] - row, a[1] - col) - Math.atan2(b[0] - row, b[1] - col));
}

/** A mask of what a polygon of [row, col] holds. */
function filled(polygon, w, h) {
  const out = mask(w, h);
  for (let y = 0; y < h; y++) {
    const ends = polygon.flatMap(([r, c], i) => {
      const [s, d] = polygon.at(i - 1);
      return r > y !== s > y ? clamp(Math.ceil(((d - c) * (y - r)) / (s - r) + c), 0, w) : [];
    }).sort((a, b) => a - b);
    for (let k = 0; k < ends.length; k += 2) out.d.fill(1, y * w + ends[k], y * w + ends[k + 1]);
  }
  return out;
}

/** Give soft edges the colour of the foreground alone, so that no halo comes along; `small` is the picture in about half its size. */
export function withoutBackground(image, alpha, small) {
  const { w, h } = image, out = pixels(w, h, 4, new Uint8ClampedArray(image.d));
  const sw = Math.max(1, w >> 1), sh = Math.max(1, h >> 1), colours = (small.w === sw && small.h === sh ? small : resized(image, sw, sh)).d, shares = resized(alpha, sw, sh).d;
  const [fronts, backs] = [(a) => a, (a) => 1 - a].map((of) => {
    const clear = pixels(sw, sh, 4);
    // The fourth power lets one clear pixel outweigh many mixed ones.
    for (let i = 0; i < sw * sh; i++) {
      const a = (clear.d[4 * i + 3] = of(shares[i]) ** 4);
      for (let at = 4 * i; at < 4 * i + 3; at++) clear.d[at] = a * colours[at];
    }
    return [blurred(clear, 2).d, blurred(clear, 15).d];
  });
  const colour = ([narrow, wide], at, k) => (narrow[at + k] + 0.04 * wide[at + k]) / (narrow[at + 3] + 0.04 * wide[at + 3] + 1e-6);
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i++) {
      const a = alpha.d[i], opacity = (out.d[4 * i + 3] = Math.round(255 * a));
      if (!opacity) out.d[4 * i] = out.d[4 * i + 1] = out.d[4 * i + 2] = 0;
      if (!opacity || opacity === 255) continue;
      const at = 4 * (Math.min(Math.floor((y * sh) / h), sh - 1) * sw + Math.min(Math.floor((x * sw) / w), sw - 1));
      for (let k = 0; k < 3; k++) {
        const front = colour(fronts, at, k), back = colour(backs, at, k);
        out.d[4 * i + k] = front + a * (image.d[4 * i + k] - a * front - (1 - a) * back);
      }
    }
  }
  return out;
}

/** Background that shows between the arms and the torso: like the wall, and like nothing of the person. */
export function gaps(image, alpha, points) {
  const { w, h } = image, found = mask(w, h), middle = (a, b) => [0, 1].map((k) => (points[a][k] + points[b][k]) / 2);
  const [shoulders, hips] = [middle(11, 12), middle(23, 24)], torso = Math.hypot(hips[0] - shoulders[0], hips[1] - shoulders[1]);
  if (torso < 40) return found;
  const colours = labOf(image), between = (a, b, t) => [0, 1].map((k) => points[b][k] + t * (points[a][k] - points[b][k]));
  const samples = (...lines) =>
    lines.flatMap(([from, to]) =>
      Array.from({ length: 32 }, (_, k) => [0, 1].map((n) => Math.round(from[n] + ((to[n] - from[n]) * k) / 31)))
        .filter(([y, x]) => y >= 0 && y < h && x >= 0 && x < w && alpha.d[y * w + x] > 0.9)
        .map(([y, x]) => [...colours.d.subarray(3 * (y * w + x), 3 * (y * w + x) + 3), y]),
    );
  const trunk = samples(...[0.3, 0.5, 0.7].map((t) => [between(11, 12, t), between(23, 24, t)]));
  for (const chain of [[11, 13, 15, 23], [12, 14, 16, 24]]) {
    const limb = chain.map((k) => points[k]), margin = Math.round(0.35 * torso);
    const [top, left] = [0, 1].map((k) => Math.max(0, Math.trunc(Math.min(...limb.map((p) => p[k]))) - margin));
    const [bottom, right] = [0, 1].map((k) => Math.min([h, w][k], Math.trunc(Math.max(...limb.map((p) => p[k]))) + margin));
    const person = [...trunk, ...samples([limb[0], limb[1]], [limb[1], limb[2]])];
    if (bottom - top < 8 || right - left < 8 || person.length < 8) continue;
    const own = cropped(alpha, left, top, right - left, bottom - top), shape = limb.map(([y, x]) => [Math.trunc(y) - top, Math.trunc(x) - left]);
    const area = grown(filled(shape, own.w, own.h), Math.max(3, Math.round(0.06 * torso) | 1) >> 1);
    const asked = masked(own, (i) => area.d[i] && own.d[i] > 0.2);
    const shows = looksLikeBackground(cropped(colours, left, top, own.w, own.h), own, asked, person.map(([l, a, b, y]) => [l, a, b, y - top]), Math.round(0.6 * torso));
    const { labels, areas } = parts(opened(shows, 1));
    for (let i = 0; i < labels.length; i++) if (labels[i] && areas[labels[i]] >= 0.001 * torso * torso) found.d[(top + Math.floor(i / own.w)) * w + left + (i % own.w)] = 1;
  }
  return found;
}

const WEIGHTS = [0.6, 1.3, 1.3]; // Light falls off along a wall: lightness may differ more than colour.

function looksLikeBackground(colours, alpha, asked, person, size) {
  const wall = shrunk(masked(alpha, (i) => alpha.d[i] < 0.05), 2), weighted = pixels(alpha.w, alpha.h, 4);
  for (let i = 0; i < wall.d.length; i++) if (wall.d[i]) weighted.d.set([...colours.d.subarray(3 * i, 3 * i + 3), 1], 4 * i);
  const means = blurred(weighted, (size | 1) >> 1).d;
  return masked(alpha, (i) => {
    const amount = means[4 * i + 3];
    if (!asked.d[i] || amount <= 0.02) return 0;
    const apart = (k, other) => (WEIGHTS[k] * (colours.d[3 * i + k] - other)) ** 2;
    const away = Math.sqrt([0, 1, 2].reduce((sum, k) => sum + apart(k, means[4 * i + k] / amount), 0));
    if (away >= 14) return 0;
    // A skirt far below says nothing about a gap beside a shirt.
    const row = Math.floor(i / alpha.w), unlike = Math.max(22, 2 * away) ** 2;
    return person.every(([l, a, b, y]) => apart(0, l) + apart(1, a) + apart(2, b) + ((66 / size) * (row - y)) ** 2 > unlike);
  });
}
