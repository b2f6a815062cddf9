// Pieces of a look are moved on the picture, with a mouse or a finger; the buttons beside it do the same.

const known = new WeakSet();

/**
 * @param {HTMLCanvasElement} canvas a look is drawn on
 * @param {object} options
 * @param {import("./figure.js").Figure} options.figure
 * @param {number} options.shiftMax how far a piece may be from where it falls, in heights of the picture
 * @param {(id: string) => {down: number, right: number}} options.placement
 * @param {(event: PointerEvent) => boolean} options.isAllowed whether this pointer may move anything just now
 * @param {(id: string, by: {down: number, right: number}) => void} options.drop in heights of the picture
 */
export function movable(canvas, { figure, shiftMax, placement, isAllowed, drop }) {
  if (known.has(canvas)) return; // it is, already
  known.add(canvas);
  let held = null; // what is moved: by which pointer, from where, by how much

  const place = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientY - top) * canvas.height) / height, ((clientX - left) * canvas.width) / width];
  };
  const within = (value, before) => Math.max(-shiftMax - before, Math.min(value / canvas.height, shiftMax - before));
  const slide = () => {
    held.frame = 0;
    figure.slide(held.id, held.by);
  };
  const end = () => {
    cancelAnimationFrame(held?.frame);
    held = null;
    canvas.classList.remove("is-held");
    removeEventListener("keydown", escape);
  };
  function escape({ key }) {
    if (key !== "Escape") return;
    figure.slide(held.id, [0, 0]);
    end();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (held || event.button || !isAllowed(event)) return;
    const from = place(event), id = figure.pieceAt(...from.map(Math.floor));
    if (!id) return;
    held = { id, from, by: [0, 0], pointer: event.pointerId, before: placement(id), frame: 0 };
    if (event.isTrusted) canvas.setPointerCapture(event.pointerId);
    canvas.classList.add("is-held");
    addEventListener("keydown", escape);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (held?.pointer !== event.pointerId) {
      if (!held && event.pointerType === "mouse") canvas.classList.toggle("is-over", Boolean(figure.pieceAt(...place(event).map(Math.floor))));
      return;
    }
    const at = place(event), { before } = held;
    const shift = [within(at[0] - held.from[0], before.down), within(at[1] - held.from[1], before.right)];
    held.by = shift.map((share) => Math.round(share * canvas.height));
    held.frame ||= requestAnimationFrame(slide); // once a frame is enough
  });
  canvas.addEventListener("pointerup", (event) => {
    if (held?.pointer !== event.pointerId) return;
    const { id, by: [down, right] } = held;
    end();
    if (down || right) drop(id, { down: down / canvas.height, right: right / canvas.height });
  });
  canvas.addEventListener("pointercancel", (event) => {
    if (held?.pointer !== event.pointerId) return;
    figure.slide(held.id, [0, 0]);
    end();
  });
}
