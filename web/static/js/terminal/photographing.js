// A photograph is taken or chosen, and the person cut out of it and touched up, on this device.
import { Camera } from "../camera.js";
import { one, problem, showProblem } from "../exchange.js";
import { say } from "../words.js";
import { pictureOf, preview } from "./figure.js";

/**
 * @param {object} program what the page consists of
 * @param {import("./figure.js").Figure} program.figure
 * @param {(name: string) => void} program.scene shows one scene of the page
 * @param {(act: () => Promise<void>) => Promise<void>} program.carryOut does something, and says what went wrong
 */
export function openPhotographing({ figure, scene, carryOut }) {
  let extracting = null; // what can be cancelled
  let extracted = null; // the person cut out last and all of the photograph, until they are kept
  const bench = one("[data-scene=touch-up]");
  const camera = new Camera(one("[data-scene=photo]"), (file) => carryOut(() => extract(file)));

  function begin() {
    forget();
    const isBusy = Boolean(extracting);
    [one("[data-choosing]").hidden, one("[data-extracting]").hidden] = [isBusy, !isBusy];
    one("[data-extracted]").hidden = one("[data-cut]").hidden = true;
    one("[data-drop]").classList.remove("is-chosen", "has-picture");
    // Where there is a mouse the page has its own shutter; a telephone has a better one.
    one("[data-do=camera]").hidden = !Camera.isThere || !matchMedia("(hover: hover)").matches;
    one("[data-camera-app]").hidden = !one("[data-do=camera]").hidden;
    scene("photo");
  }

  function show({ person, quality }) {
    preview(one("[data-cut]"), person);
    one("[data-advice]").replaceChildren(...quality.map((code) => Object.assign(document.createElement("li"), { textContent: say(`advice.${code}`) })));
    one("[data-drop]").classList.add("is-chosen");
    one("[data-cut]").hidden = one("[data-extracted]").hidden = false;
  }

  async function extract(file) {
    extracting?.abort();
    const { signal } = (extracting = new AbortController());
    begin();
    const [bar, words] = [one("[data-extracting] progress"), one("#extracting")];
    bar.removeAttribute("value");
    words.textContent = say("step.waiting");
    try {
      const onProgress = ({ share, step }) => {
        words.textContent = say(`step.${step}`);
        if (share === null || share === undefined) bar.removeAttribute("value");
        else bar.value = share;
      };
      const found = await figure.extract(file, { onProgress, signal });
      if (signal.aborted) return;
      extracted = found;
      show(found);
      one("[data-extracted] input").focus();
    } finally {
      if (signal === extracting?.signal) {
        extracting = null;
        one("[data-extracting]").hidden = true;
        one("[data-choosing]").hidden = Boolean(extracted);
      }
    }
  }

  async function touchUp() {
    const { openBench } = await import("./touching.js");
    const { person, photo } = extracted;
    const [ground, cutout] = await Promise.all([pictureOf(photo), pictureOf(person.rgba)]);
    scene("touch-up");
    openBench(bench, {
      ground, cutout,
      keep: async (mask) => {
        extracted = { ...extracted, person: await figure.correct(person, mask, photo) };
        await untouched();
      },
    });
  }

  /** Leave the bench, with what is cut out as it is now. */
  async function untouched() {
    const { closeBench } = await import("./touching.js");
    closeBench(bench);
    scene("photo");
    show(extracted);
  }

  /** Nothing of a photograph stays, nor does anything go on. */
  function forget() {
    camera.stop();
    extracted = null;
    bench.replaceChildren();
  }

  return {
    begin,
    extract,
    touchUp,
    untouched,
    async camera() {
      if (await camera.open()) one("[data-drop]").classList.add("has-picture");
      else showProblem(problem("camera-closed"));
    },
    cancel: () => extracting?.abort(new DOMException("Cancelled", "AbortError")),
    async keep(name) {
      const id = await figure.keep(extracted.person, name);
      forget();
      return id;
    },
    /** The vault was locked. */
    close() {
      extracting?.abort();
      forget();
    },
  };
}
