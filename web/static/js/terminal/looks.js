// Looks as a terminal keeps them: what was done, step by step, in the words of the boutique's own events. Pure.

/**
 * @typedef {object} LookEvent
 * @property {string} kind  as the boutique's topics, e.g. "commodity-coordinated"
 * @property {string} at    ISO 8601
 * @property {object} payload
 *
 * @typedef {object} Piece
 * @property {string} commodity_id
 * @property {string} type
 * @property {?string} variant_id  null: no size chosen yet
 * @property {Placement} [placement]
 *
 * @typedef {object} Placement how a piece is worn otherwise than it falls by itself
 * @property {number} down   in heights of the body frame, as `right`
 * @property {number} right
 * @property {number} scale
 * @property {number} level  by how many layers it lies further out than its type does
 * @property {boolean} tucked  whether the hem of a top goes into what is worn below it
 * @property {boolean} opened  whether its fronts are turned aside
 */

export const AS_IT_FALLS = Object.freeze({ down: 0, right: 0, scale: 1, level: 0, tucked: false, opened: false });

/** A placement changed by another, within the boutique's own bounds. */
export function changed(placement, by, { shift_max: shift, scale_min: least, scale_max: most, level_max: level }) {
  const within = (value, low, high) => Math.max(low, Math.min(value, high));
  const rounded = (value) => Math.round(value * 1e5) / 1e5;
  return {
    down: rounded(within(placement.down + by.down, -shift, shift)),
    right: rounded(within(placement.right + by.right, -shift, shift)),
    scale: rounded(within(placement.scale * by.scale, least, most)),
    level: within(placement.level + by.level, -level, level),
    tucked: Boolean(placement.tucked) !== Boolean(by.tucked), // to change it by tucking is to tuck in or to loosen
    opened: Boolean(placement.opened) !== Boolean(by.opened),
  };
}

/** What a piece leaves of others that are worn, by the boutique's own rules. */
function beside(pieces, piece, { layers, makes_room: makesRoom, openable }) {
  const layerOf = (type) => Object.keys(layers).find((name) => layers[name].includes(type)) ?? type;
  const layer = layerOf(piece.type);
  const leaving = [layer, ...(makesRoom[layer] ?? [])];
  const isOver = ({ type, placement }) => placement?.opened && openable.includes(type) && type !== piece.type;
  return pieces.filter((each) => !leaving.includes(layerOf(each.type)) || isOver(each));
}

/** A piece worn otherwise; one that is closed again needs its whole place. */
function withPlacement(pieces, { commodity_id: id, placement }, facts) {
  const before = pieces.find((piece) => piece.commodity_id === id), after = { ...before, placement };
  const changed = pieces.map((piece) => (piece === before ? after : piece));
  const isClosed = before?.placement?.opened && !placement.opened, staying = isClosed && beside(changed, after, facts);
  return isClosed ? changed.filter((piece) => piece === after || staying.includes(piece)) : changed;
}

/** The look after an event: who wears what. Null where the event is not about that. */
function next(look, { kind, payload }, facts) {
  const { commodity_id: id, variant_id: variant } = payload;
  switch (kind) {
    case "coordination-started":
      return { wearer: payload.wearer, pieces: payload.pieces ?? [] };
    case "wearer-chosen":
      return { ...look, wearer: payload.wearer };
    case "commodity-coordinated":
      return { ...look, pieces: [...beside(look.pieces, payload.piece, facts), payload.piece] };
    case "commodity-taken-off":
      return { ...look, pieces: look.pieces.filter((piece) => piece.commodity_id !== id) };
    case "size-chosen":
      return { ...look, pieces: look.pieces.map((piece) => (piece.commodity_id === id ? { ...piece, variant_id: variant } : piece)) };
    case "piece-adjusted":
      return { ...look, pieces: withPlacement(look.pieces, payload, facts) };
    case "look-cleared":
      return { ...look, pieces: [] };
    default:
      return null;
  }
}

/** Fold the events of one coordination: all looks so far, which of them is shown, and its name. */
export function folded(events, facts) {
  const state = { looks: [], step: 0, name: null, at: "" };
  for (const event of events) {
    state.at = event.at;
    if (event.kind === "step-undone") state.step = Math.max(0, state.step - 1);
    else if (event.kind === "step-redone") state.step = Math.min(state.looks.length - 1, state.step + 1);
    else if (event.kind === "look-saved") state.name = event.payload.name;
    else {
      const look = next(state.looks[state.step] ?? { wearer: null, pieces: [] }, event, facts);
      if (!look) continue; // of a newer program
      state.looks = [...state.looks.slice(0, state.step + 1), look];
      state.step = state.looks.length - 1;
    }
  }
  return { ...state, look: state.looks[state.step], canUndo: state.step > 0, canRedo: state.step + 1 < state.looks.length };
}
