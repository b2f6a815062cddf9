// Fold-free warps: imaging/warping.py for the terminal. A warp is the backward map on a coarse grid
// of its box: for each node the [row, col] of the cloth it is taken from.

export const STEP = 8;
const SHARES = [1, 0.85, 0.7, 0.55, 0.4, 0.2, 0], STIFFNESS = 1e-3, VISIBLE = 8, REACH = STEP;

/** Counts visible pixels: how many there are above and to the left of each place. */
export function counted({ data, width, height }, threshold = VISIBLE) {
  const sums = new Uint32Array((width + 1) * (height + 1));
  for (let row = 0; row < height; row += 1) {
    for (let col = 0, inRow = 0; col < width; col += 1) {
      inRow += data[(row * width + col) * 4 + 3] > threshold;
      sums[(row + 1) * (width + 1) + col + 1] = sums[row * (width + 1) + col + 1] + inRow;
    }
  }
  return sums;
}

/** Whether anything is visible in a rectangle of a part's cloth, ends in. */
export function shows({ sums, top, left, pixels: { width, height } }, [firstRow, firstCol], [lastRow, lastCol]) {
  const low = (value, most) => Math.min(Math.max(value, 0), most);
  const above = low(firstRow - top, height) * (width + 1), below = low(lastRow - top + 1, height) * (width + 1);
  const before = low(firstCol - left, width), after = low(lastCol - left + 1, width);
  return below > above && after > before
    && sums[below + after] - sums[above + after] - sums[below + before] + sums[above + before] > 0;
}

const centreOf = (points) => [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);

/** The least-squares similarity from points to others, as a function. */
function similarity(from, to) {
  const centre = centreOf(from), image = centreOf(to);
  let spread = 0, along = 0, across = 0;
  from.forEach(([row, col], index) => {
    const a = row - centre[0], b = col - centre[1], c = to[index][0] - image[0], d = to[index][1] - image[1];
    spread += a * a + b * b;
    along += a * c + b * d;
    across += a * d - b * c;
  });
  along /= Math.max(spread, 1e-9);
  across /= Math.max(spread, 1e-9);
  return (row, col) => {
    const a = row - centre[0], b = col - centre[1];
    return [image[0] + along * a - across * b, image[1] + across * a + along * b];
  };
}

/** Solves a square system with several right sides, in place, by elimination with pivots. */
function solve(system) {
  const count = system.length;
  for (let at = 0; at < count; at += 1) {
    let pivot = at;
    for (let row = at + 1; row < count; row += 1) {
      if (Math.abs(system[row][at]) > Math.abs(system[pivot][at])) pivot = row;
    }
    [system[at], system[pivot]] = [system[pivot], system[at]];
    const own = system[at];
    for (let row = 0; row < count; row += 1) {
      const factor = row === at ? 0 : system[row][at] / own[at];
      if (factor) for (let col = at; col < own.length; col += 1) system[row][col] -= factor * own[col];
    }
  }
  return system.map((row, at) => row.slice(count).map((value) => value / row[at]));
}

const radial = (squared) => squared * Math.log(Math.max(squared, 1e-12));

/** The thin plate from targets to sources, as a function. */
export function thinPlate(targets, sources) {
  const centre = centreOf(targets);
  const scale = Math.max(...targets.flatMap((point) => point.map((value, axis) => Math.abs(value - centre[axis]))), 1e-6);
  const near = targets.map((point) => point.map((value, axis) => (value - centre[axis]) / scale));
  const flat = near.map(([row, col]) => [1, row, col]);
  const system = near.map(([row, col], index) => [
    ...near.map(([r, c], other) => radial((row - r) ** 2 + (col - c) ** 2) + (other === index ? STIFFNESS : 0)),
    ...flat[index], ...sources[index],
  ]);
  for (let axis = 0; axis < 3; axis += 1) system.push([...flat.map((values) => values[axis]), 0, 0, 0, 0, 0]);
  const weights = solve(system), count = near.length, [one, down, right] = weights.slice(count);
  return (atRow, atCol) => {
    const row = (atRow - centre[0]) / scale, col = (atCol - centre[1]) / scale;
    let first = one[0] + down[0] * row + right[0] * col, second = one[1] + down[1] * row + right[1] * col;
    for (let index = 0; index < count; index += 1) {
      const bend = radial((row - near[index][0]) ** 2 + (col - near[index][1]) ** 2);
      first += bend * weights[index][0];
      second += bend * weights[index][1];
    }
    return [first, second];
  };
}

/** The box of a warp: the cloth under the similarity, and the targets, widened; whole steps long. */
function boxOf(sources, targets, cloth, frame) {
  const place = similarity(sources, targets);
  const { height, width } = cloth;
  const reach = [place(0, 0), place(0, width), place(height, 0), place(height, width), ...targets];
  const low = [0, 1].map((axis) => Math.min(...reach.map((point) => point[axis])));
  const high = [0, 1].map((axis) => Math.max(...reach.map((point) => point[axis])));
  const margin = 0.06 * Math.max(high[0] - low[0], high[1] - low[1]) + 2 * STEP;
  const [top, left] = low.map((value) => Math.trunc(Math.max(Math.floor(value - margin), 0)));
  const [rows, cols] = [[high[0], frame.height, top], [high[1], frame.width, left]].map(([most, size, start]) =>
    Math.max(Math.floor((Math.trunc(Math.min(Math.ceil(most + margin), size)) - start) / STEP), 0) * STEP);
  return { top, left, bottom: top + rows, right: left + cols };
}

function mapped({ top, left, bottom, right }, at) {
  const rows = (bottom - top) / STEP + 2, cols = (right - left) / STEP + 2, half = (STEP - 1) / 2 - STEP;
  const values = new Float32Array(rows * cols * 2);
  for (let row = 0; row < rows; row += 1) {
    for (let col = 0; col < cols; col += 1) {
      values.set(at(top + row * STEP + half, left + col * STEP + half), (row * cols + col) * 2);
    }
  }
  return { rows, cols, values };
}

const mixed = (bent, rigid, share) => ({
  ...bent, values: bent.values.map((value, index) => share * value + (1 - share) * rigid.values[index]),
});

/** Whether no cell that takes something visible from the cloth is turned over. */
function isFoldFree({ rows, cols, values }, part, cloth) {
  const seen = new Uint8Array(rows * cols);
  for (let node = 0; node < seen.length; node += 1) {
    const row = Math.trunc(values[node * 2]), col = Math.trunc(values[node * 2 + 1]);
    seen[node] = values[node * 2] > -1 && values[node * 2 + 1] > -1 && row < cloth.height && col < cloth.width
      && shows(part, [row - REACH, col - REACH], [row + REACH, col + REACH]);
  }
  const area = (corner, down, right) => {
    const at = (node, axis) => values[node * 2 + axis] - values[corner * 2 + axis];
    return at(down, 0) * at(right, 1) - at(down, 1) * at(right, 0);
  };
  for (let row = 0; row + 1 < rows; row += 1) {
    for (let col = 0; col + 1 < cols; col += 1) {
      const a = row * cols + col, b = a + 1, c = a + cols, d = c + 1;
      if ((seen[a] || seen[b] || seen[c] || seen[d]) && (area(a, c, b) <= 0 || area(d, b, c) <= 0)) return false;
    }
  }
  return true;
}

/**
 * Works out the fold-free warp of a fitted part, or the one a drawing list names by box and share.
 * @param {{part: object, sources: number[][], targets: number[][], box?: object, share?: number}} fitted
 * @param {{height: number, width: number}} cloth
 * @param {{height: number, width: number}} frame
 * @returns {{box: object, grid: {rows: number, cols: number, values: Float32Array}, share: number}}
 */
export function warp({ part, sources, targets, box: listed, share }, cloth, frame) {
  const box = listed ?? boxOf(sources, targets, cloth, frame);
  if (box.bottom <= box.top || box.right <= box.left) return { box, grid: null, share: 1 };
  const rigid = mapped(box, similarity(targets, sources)), bent = mapped(box, thinPlate(targets, sources));
  for (const tried of share === undefined ? SHARES : [share]) {
    const grid = mixed(bent, rigid, tried);
    if (share !== undefined || tried === 0 || isFoldFree(grid, part, cloth)) return { box, grid, share: tried };
  }
  throw new Error("the similarity ends the loop");
}
