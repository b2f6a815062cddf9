// Adding an image of oneself: drop it, choose it, or let the camera count down.
import { Camera } from "./camera.js";
import { all, clearProblem, one, page, showProblem } from "./exchange.js";
import { say } from "./words.js";

class BoutiqueUpload extends HTMLElement {
  connectedCallback() {
    this.form = one("form", this);
    this.file = this.form.elements.photo;
    this.drop = one("[data-drop]", this);
    this.picture = one("img.preview", this);
    this.camera = new Camera(this, (file) => this.#choose(file));
    this.file.addEventListener("change", () => this.#preview());
    this.form.addEventListener("submit", (event) => this.#send(event));
    this.#acceptDrops();
    if (Camera.isThere) this.#offerCamera();
  }

  disconnectedCallback() {
    this.camera.stop();
  }

  #acceptDrops() {
    if (matchMedia("(hover: hover)").matches) this.drop.classList.add("can-drop");
    this.drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.drop.classList.add("is-over");
    });
    this.drop.addEventListener("dragleave", () => this.drop.classList.remove("is-over"));
    this.drop.addEventListener("drop", (event) => {
      event.preventDefault();
      this.drop.classList.remove("is-over");
      const file = [...event.dataTransfer.files].find(({ type }) => type.startsWith("image/"));
      if (file) this.#choose(file);
    });
  }

  #choose(file) {
    const transfer = new DataTransfer();
    transfer.items.add(file);
    this.file.files = transfer.files;
    this.#preview();
  }

  #preview() {
    const [file] = this.file.files;
    if (this.picture.src) URL.revokeObjectURL(this.picture.src);
    this.camera.stop();
    this.picture.hidden = !file;
    this.drop.classList.toggle("has-picture", Boolean(file));
    this.drop.classList.toggle("is-chosen", Boolean(file));
    if (!file) return;
    this.picture.src = URL.createObjectURL(file);
    // A browser may not know HEIC: then the outline stays, and the name tells what was chosen.
    this.picture.onerror = () => {
      this.picture.hidden = true;
      this.drop.classList.remove("has-picture", "is-chosen");
    };
  }

  #offerCamera() {
    one("[data-without-camera]").hidden = true;
    const open = one("[data-open-camera]");
    open.hidden = false;
    open.addEventListener("click", () => this.#open());
    one("[data-stop]", this).addEventListener("click", () => this.drop.classList.toggle("has-picture", !this.picture.hidden));
  }

  async #open() {
    if (!(await this.camera.open())) {
      one("#photo-hint").textContent = say("no-camera");
      return;
    }
    this.picture.hidden = true;
    this.drop.classList.add("has-picture");
    this.drop.classList.remove("is-chosen");
  }

  async #send(event) {
    event.preventDefault();
    const box = one("[data-progress]");
    const bar = one("progress", box);
    const words = one("#upload-stage");
    const button = event.submitter;
    clearProblem();
    box.hidden = false;
    if (button) button.disabled = true;
    bar.value = 0;
    words.textContent = say("sending");
    try {
      const { url } = await page(this.form.action, {
        body: new FormData(this.form),
        onProgress: ({ loaded, total }) => { bar.value = loaded / total; },
        onSent: () => {
          bar.removeAttribute("value");
          words.textContent = say("cutting-out");
        },
      });
      location.assign(url);
    } catch (problem) {
      box.hidden = true;
      if (button) button.disabled = false;
      showProblem(problem);
    }
  }
}

customElements.define("boutique-upload", BoutiqueUpload);

for (const form of all(".upkeep form")) {
  form.addEventListener("submit", () => {
    one("button.low", form).textContent = say("one-moment");
  });
}
