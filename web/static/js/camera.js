// The camera of this device, in the frame of a body: it counts down, so that one can step back. No effects on import.
import { one } from "./exchange.js";

const COUNTDOWN_SECONDS = 5;
const BODY_RATIO = 500 / 1024;

export class Camera {
  #root;
  #shot;
  #stream = null;
  #timer = 0;

  /** In an element with a frame, a video, a countdown and buttons; `shot` gets each picture as a file. */
  constructor(root, shot) {
    [this.#root, this.#shot] = [root, shot];
    one("[data-shutter]", root).addEventListener("click", () => this.#count());
    one("[data-stop]", root).addEventListener("click", () => this.stop());
  }

  static get isThere() {
    return Boolean(navigator.mediaDevices?.getUserMedia);
  }

  get #video() {
    return one("video", this.#root);
  }

  /** Show what the camera sees; tell whether it may. */
  async open() {
    const video = { facingMode: "user", width: { ideal: 1920 }, height: { ideal: 1920 } };
    this.#stream = await navigator.mediaDevices.getUserMedia({ video }).catch(() => null);
    if (!this.#stream) return false;
    this.#video.hidden = one("[data-camera-tools]", this.#root).hidden = false;
    this.#video.srcObject = this.#stream;
    await this.#video.play();
    one("[data-shutter]", this.#root).focus();
    one("[data-drop]", this.#root).scrollIntoView({ block: "nearest" });
    return true;
  }

  #count() {
    clearInterval(this.#timer);
    const countdown = one(".countdown", this.#root);
    let left = COUNTDOWN_SECONDS;
    countdown.hidden = false;
    countdown.textContent = left;
    this.#timer = setInterval(() => {
      left -= 1;
      countdown.textContent = left;
      if (left === 0) this.#shoot();
    }, 1000);
  }

  #shoot() {
    const { videoWidth: width, videoHeight: height } = this.#video, { clientWidth, clientHeight } = one("[data-drop]", this.#root);
    // Keep what the frame showed: the widest cut of the camera's picture no wider than the niche shows.
    const ratio = clientWidth / clientHeight || BODY_RATIO;
    const cut = { width: Math.min(width, height * ratio), height: Math.min(height, width / ratio) };
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: Math.round(cut.width), height: Math.round(cut.height) });
    canvas.getContext("2d").drawImage(this.#video, (width - cut.width) / 2, (height - cut.height) / 2,
      cut.width, cut.height, 0, 0, canvas.width, canvas.height);
    this.stop();
    canvas.toBlob((blob) => this.#shot(new File([blob], "camera.jpg", { type: "image/jpeg" })), "image/jpeg", 0.94);
  }

  stop() {
    clearInterval(this.#timer);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = this.#video.srcObject = null;
    for (const part of ["video", "[data-camera-tools]", ".countdown"]) one(part, this.#root).hidden = true;
  }
}
