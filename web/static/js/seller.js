// Registration made easier: see the picture and what is read in it, add sizes, keep to three colours, lose nothing when it is refused.
import { all, clearProblem, one, page, showProblem } from "./exchange.js";
import { language, listed, say } from "./words.js";

const COLOURS_MAX = 3;
const READ_SIDE_PX = 1024; // an upload takes time, and the network looks at less than that
const SMALL_BYTES = 1_000_000; // goes as it is, so that what is proposed is exactly what is registered
const percent = (share) => new Intl.NumberFormat(language, { style: "percent" }).format(share);

function limitColours(form) {
  const boxes = all("[name=colours]", form);
  const isFull = boxes.filter((box) => box.checked).length >= COLOURS_MAX;
  for (const box of boxes) box.disabled = isFull && !box.checked;
}

class BoutiqueDescription extends HTMLElement {
  connectedCallback() {
    one("[data-colours]", this).addEventListener("change", () => limitColours(this));
    limitColours(this);
  }
}

class BoutiqueRegistration extends HTMLElement {
  #reading = null;
  #words = "";

  connectedCallback() {
    this.#words = one("[data-proposal]", this).textContent;
    one("[name=photo]", this).addEventListener("change", (event) => this.#choose(event.target.files[0]));
    one("[data-colours]", this).addEventListener("change", () => limitColours(this));
    one("[name=type]", this).addEventListener("change", () => this.#measures());
    this.#measures();
    one("form", this).addEventListener("submit", (event) => this.#send(event));
    const add = one("[data-add-size]", this);
    add.hidden = false;
    add.addEventListener("click", () => this.#addSize());
  }

  #preview(file) {
    const [picture, words] = [one("[data-preview] img", this), one("[data-preview] .soft", this)];
    if (picture.src) URL.revokeObjectURL(picture.src);
    picture.hidden = !file;
    words.hidden = Boolean(file);
    if (file) picture.src = URL.createObjectURL(file);
  }

  #choose(file) {
    this.#preview(file);
    this.#reading?.abort();
    this.#reading = new AbortController();
    this.#unsaid(null);
    if (file) this.#propose(file, this.#reading.signal);
    else one("[data-proposal]", this).textContent = this.#words;
  }

  /** Say what the image shows before anything is registered; without an answer the form works all the same. */
  async #propose(file, signal) {
    const status = one("[data-proposal]", this);
    status.textContent = say("looking");
    try {
      const body = new FormData();
      body.append("image", await smaller(file), "image");
      const response = await fetch("/api/v1/classifications", { method: "POST", body, signal });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.detail);
      this.#unsaid(answer);
      status.textContent = inWords(answer);
    } catch (error) {
      if (!signal.aborted) status.textContent = error instanceof TypeError ? this.#words : error.message;
    }
  }

  /** Put what was read where nothing is chosen yet. */
  #unsaid(answer) {
    for (const name of ["type", "design"]) {
      const option = one(`[name=${name}] [data-unsaid]`, this);
      option.textContent = answer ? say("as-shown", { what: say(`${name}.${answer[name]}`) }) : option.dataset.unsaid;
    }
    const read = answer?.colours.map((colour) => colour.name) ?? [];
    for (const box of all("[name=colours]", this)) box.parentElement.toggleAttribute("data-read", read.includes(box.value));
  }

  async #send(event) {
    event.preventDefault();
    const { submitter: button, target: form } = event;
    const body = new FormData(form);
    const words = button.textContent;
    clearProblem();
    button.disabled = true;
    button.textContent = say("one-moment");
    try {
      const { url } = await page(form.action, { body });
      location.assign(url);
    } catch (problem) {
      button.disabled = false;
      button.textContent = words;
      showProblem(problem);
    }
  }

  /** Ask for the measures that a type has; what was written for another one does not count. */
  #measures() {
    const rows = one("[data-sizes]", this);
    const known = JSON.parse(rows.dataset.measures)[one("[name=type]", this).value] ?? [];
    for (const label of all("[data-measure]", rows)) {
      label.hidden = !known.includes(label.dataset.measure);
      if (label.hidden) one("input", label).value = "";
    }
  }

  #addSize() {
    const rows = one("[data-sizes]", this);
    const row = rows.lastElementChild.cloneNode(true);
    const [size, pieces] = row.children;
    const count = rows.children.length + 1;
    for (const field of all("input", row)) field.value = "";
    pieces.value = "0";
    size.setAttribute("aria-label", say("size", { count }));
    pieces.setAttribute("aria-label", say("pieces-of-size", { count }));
    rows.append(row);
    size.focus();
  }
}

/** A large photo made small here; one the browser cannot open goes as it is. */
async function smaller(file) {
  if (file.size <= SMALL_BYTES) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, READ_SIDE_PX / Math.max(picture.width, picture.height));
    const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: "image/webp", quality: 0.9 });
  } catch {
    return file;
  }
}

function inWords({ types: [type], design, measured_colours: measured, doubts }) {
  const shown = say("shown", {
    type: say(`type.${type.name}`),
    sure: percent(type.confidence),
    design: say(`design.${design}`),
    colours: measured.map(({ name, share }) => say("share", { colour: say(`colour.${name}`), share: percent(share) })).join(say("comma")),
  });
  const asked = listed(doubts.map((aspect) => say(`the-${aspect}`)));
  return `${shown}${asked ? say("asked", { asked }) : say("otherwise")}`;
}

customElements.define("boutique-description", BoutiqueDescription);
customElements.define("boutique-registration", BoutiqueRegistration);
