// Cutting persons out of photographs on this terminal: opens the worker that does it, and closes it at any time.
import { trusted } from "./trusted.js";

/**
 * A person without background, in the body frame; like the server's user image, of the same size and framing.
 * @typedef {object} Person
 * @property {number} width
 * @property {number} height
 * @property {ImageData | ImageBitmap} rgba straight alpha as ImageData
 * @property {Record<string, [number, number]>} joints row and column in pixels; no points of the face
 *
 * What looks are drawn from.
 * @typedef {object} Prepared
 * @property {ImageBitmap} person as photographed
 * @property {(zones: string[]) => Promise<ImageBitmap>} bases with the clothes of "upper", "lower", "feet" replaced
 * @property {{front: ImageBitmap, jaw: ImageBitmap, forearms: ImageBitmap, hands: ImageBitmap}} masks
 *   alpha of what is drawn over garments again
 * @property {() => void} close forgets it
 *
 * How far an operation is.
 * @typedef {object} Progress
 * @property {"loading" | "opening" | "finding" | "outlining" | "placing"} step
 * @property {number | null} share of the step, 0 to 1, where it is known
 */

/** A picture, or a part of the program, that cannot be worked with: a stable code, for which the page has words. */
export class Refusal extends Error {
  constructor({ code, message = code }) {
    super(message);
    this.name = "Refusal";
    this.code = code;
  }
}

/**
 * @param {object} options
 * @param {string} options.base address of the folder with the networks and what runs them
 * @param {(progress: Progress) => void} [options.onProgress]
 * @param {AbortSignal} [options.signal] gives up opening
 */
export async function openExtractor({ base, onProgress, signal }) {
  let worker;
  let number = 0;
  const waiting = new Map();

  const fail = (error) => {
    worker?.terminate();
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };

  function start() {
    worker = new Worker(trusted(new URL("./extraction-worker.js", import.meta.url)), { type: "module" });
    worker.addEventListener("message", ({ data: { id, step, share, answer, refused } }) => {
      const asked = waiting.get(id);
      if (!asked) return;
      if (step) return asked.onProgress?.({ step, share });
      waiting.delete(id);
      if (refused) asked.reject(new Refusal(refused));
      else asked.resolve(answer);
    });
    // Out of memory, or the script did not come: nobody would answer any more.
    worker.addEventListener("error", (event) => {
      event.preventDefault?.();
      fail(new Refusal({ code: "broke-off" }));
    });
  }

  function ask(operation, given, { onProgress, signal } = {}) {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const id = ++number;
      // What runs cannot be interrupted: the worker goes, with all its memory, and a new one comes when it is needed.
      const giveUp = () => fail(signal.reason);
      const settled = (settle) => (value) => {
        signal?.removeEventListener("abort", giveUp);
        settle(value);
      };
      waiting.set(id, { onProgress, resolve: settled(resolve), reject: settled(reject) });
      signal?.addEventListener("abort", giveUp);
      worker.postMessage({ id, operation, given });
    });
  }

  async function opened(options) {
    if (!worker) start();
    await ask("open", { base: new URL(base, location.href).href }, options);
  }

  await opened({ onProgress, signal });
  return {
    /** @returns {Promise<{person: Person, photo: ImageBitmap, quality: string[]}>} photo: all of the picture, in the same frame; quality: codes of what to do better */
    async extract(blob, options) {
      await opened(options);
      return ask("extract", { blob }, options);
    },

    /** Another outline, by the alpha of a mask of the frame's size; the photo gives what it brings back its colours. */
    async correct(person, mask, { photo, ...options } = {}) {
      if (!worker) start();
      return ask("correct", { person, mask, photo }, options);
    },

    /** @returns {Promise<Prepared>} */
    async prepare(person, options) {
      const given = { width: person.width, height: person.height, rgba: person.rgba, joints: person.joints };
      let home, known;
      const prepared = () => {
        // After a cancellation the worker is another one, which has not seen this person.
        if (!worker) start();
        if (home !== worker) [home, known] = [worker, ask("prepare", { person: given }, options)];
        return known;
      };
      const { id, ...first } = await prepared();
      return {
        ...first,
        bases: async (zones) => ask("base", { id: (await prepared()).id, zones: [...zones] }),
        close: () => home === worker && worker?.postMessage({ operation: "forget", given: { id } }),
      };
    },

    close: () => fail(new DOMException("The extractor was closed.", "AbortError")),
  };
}
