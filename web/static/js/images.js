// Adding an image of oneself: drop it, choose it, or let the camera count down.
import { all, clearProblem, one, page, showProblem } from "./exchange.js";
import { say } from "./words.js";

const COUNTDOWN_SECONDS = 5;
const BODY_RATIO = 500 / 1024;

class BoutiqueUpload extends HTMLElement {
  connectedCallback() {
    this.form = one("form", this);
    this.file = this.form.elements.photo;
    this.drop = one("[data-drop]", this);
    this.picture = one("img.preview", this);
    this.video = one("video", this);
    this.countdown = one(".countdown", this);
    this.tools = one("[data-camera-tools]", this);
    this.file.addEventListener("change", () => this.#preview());
    this.form.addEventListener("submit", (event) => this.#send(event));
    this.#acceptDrops();
    if (navigator.mediaDevices?.getUserMedia) this.#offerCamera();
  }

  disconnectedCallback() {
    this.#stop();
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
    this.#stop();
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
    one("[data-shutter]", this).addEventListener("click", () => this.#count());
    one("[data-stop]", this).addEventListener("click", () => this.#stop());
  }

  async #open() {
    try {
      const video = { facingMode: "user", width: { ideal: 1920 }, height: { ideal: 1920 } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video });
    } catch {
      one("#photo-hint").textContent = say("no-camera");
      return;
    }
    this.picture.hidden = true;
    this.video.hidden = this.tools.hidden = false;
    this.drop.classList.add("has-picture");
    this.drop.classList.remove("is-chosen");
    this.video.srcObject = this.stream;
    await this.video.play();
    one("[data-shutter]", this).focus();
    this.drop.scrollIntoView({ block: "nearest" });
  }

  #count() {
    clearInterval(this.timer);
    let left = COUNTDOWN_SECONDS;
    this.countdown.hidden = false;
    this.countdown.textContent = left;
    this.timer = setInterval(() => {
      left -= 1;
      this.countdown.textContent = left;
      if (left === 0) this.#shoot();
    }, 1000);
  }

  #shoot() {
    const { videoWidth: width, videoHeight: height } = this.video;
    // Keep what the frame showed: the widest cut of the camera's picture no wider than the niche shows.
    const ratio = this.drop.clientWidth / this.drop.clientHeight || BODY_RATIO;
    const cut = { width: Math.min(width, height * ratio), height: Math.min(height, width / ratio) };
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: Math.round(cut.width), height: Math.round(cut.height) });
    canvas.getContext("2d").drawImage(this.video, (width - cut.width) / 2, (height - cut.height) / 2,
      cut.width, cut.height, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => this.#choose(new File([blob], "camera.jpg", { type: "image/jpeg" })), "image/jpeg", 0.94);
  }

  #stop() {
    clearInterval(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    this.video.hidden = this.tools.hidden = this.countdown.hidden = true;
    this.drop.classList.toggle("has-picture", !this.picture.hidden);
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
