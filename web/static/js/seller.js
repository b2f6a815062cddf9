// Registration made easier: see the picture, add sizes, keep to three colours, lose nothing when it is refused.
import { all, clearProblem, one, page, showProblem } from "./exchange.js";

const COLOURS_MAX = 3;

class BoutiqueRegistration extends HTMLElement {
  connectedCallback() {
    one("[name=photo]", this).addEventListener("change", (event) => this.#preview(event.target.files[0]));
    one("[data-colours]", this).addEventListener("change", () => this.#limitColours());
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

  #limitColours() {
    const boxes = all("[name=colours]", this);
    const isFull = boxes.filter((box) => box.checked).length >= COLOURS_MAX;
    for (const box of boxes) box.disabled = isFull && !box.checked;
  }

  async #send(event) {
    event.preventDefault();
    const { submitter: button, target: form } = event;
    const body = new FormData(form);
    const words = button.textContent;
    clearProblem();
    button.disabled = true;
    button.textContent = "One moment…";
    try {
      const { url } = await page(form.action, { body });
      location.assign(url);
    } catch (problem) {
      button.disabled = false;
      button.textContent = words;
      showProblem(problem);
    }
  }

  #addSize() {
    const rows = one("[data-sizes]", this);
    const row = rows.lastElementChild.cloneNode(true);
    const [size, pieces] = row.children;
    const count = rows.children.length + 1;
    size.value = "";
    pieces.value = "0";
    size.setAttribute("aria-label", `Size ${count}`);
    pieces.setAttribute("aria-label", `Pieces of size ${count}`);
    rows.append(row);
    size.focus();
  }
}

customElements.define("boutique-registration", BoutiqueRegistration);
