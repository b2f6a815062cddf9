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
 */

/** What a piece leaves of those worn before it, by the boutique's own rules. */
function withPiece(pieces, piece, { layers, makes_room: makesRoom }) {
  const layerOf = (type) => Object.keys(layers).find((name) => layers[name].includes(type)) ?? type;
  const layer = layerOf(piece.type);
  const leaving = [layer, ...(makesRoom[layer] ?? [])];
  return [...pieces.filter(({ type }) => !leaving.includes(layerOf(type))), piece];
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
      return { ...look, pieces: withPiece(look.pieces, payload.piece, facts) };
    case "commodity-taken-off":
      return { ...look, pieces: look.pieces.filter((piece) => piece.commodity_id !== id) };
    case "size-chosen":
      return { ...look, pieces: look.pieces.map((piece) => (piece.commodity_id === id ? { ...piece, variant_id: variant } : piece)) };
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
