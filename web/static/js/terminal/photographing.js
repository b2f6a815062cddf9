// A photograph is taken or chosen, and the person cut out of it, on this device.
import { one } from "../exchange.js";
import { say } from "../words.js";
import { preview } from "./figure.js";

/**
 * @param {object} program what the page consists of
 * @param {import("./figure.js").Figure} program.figure
 * @param {(name: string) => void} program.scene shows one scene of the page
 */
export function openPhotographing({ figure, scene }) {
  let extracting = null; // what can be cancelled
  let extracted = null; // the person cut out last, until it is kept

  function begin() {
    extracted = null;
    const isBusy = Boolean(extracting);
    [one("[data-choosing]").hidden, one("[data-extracting]").hidden] = [isBusy, !isBusy];
    one("[data-extracted]").hidden = one("[data-cut]").hidden = true;
    one("[data-drop]").classList.remove("is-chosen");
    scene("photo");
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
      const { person, quality } = await figure.extract(file, { onProgress, signal });
      if (signal.aborted) return;
      extracted = person;
      preview(one("[data-cut]"), person);
      one("[data-advice]").replaceChildren(...quality.map((code) => Object.assign(document.createElement("li"), { textContent: say(`advice.${code}`) })));
      one("[data-drop]").classList.add("is-chosen");
      one("[data-cut]").hidden = one("[data-extracted]").hidden = false;
      one("[data-extracted] input").focus();
    } finally {
      if (signal === extracting?.signal) {
        extracting = null;
        one("[data-extracting]").hidden = true;
        one("[data-choosing]").hidden = Boolean(extracted);
      }
    }
  }

  return {
    begin,
    extract,
    cancel: () => extracting?.abort(new DOMException("Cancelled", "AbortError")),
    async keep(name) {
      const id = await figure.keep(extracted, name);
      extracted = null;
      return id;
    },
    /** The vault was locked: nothing of a photograph stays. */
    forget() {
      extracting?.abort();
      extracted = null;
    },
  };
}
