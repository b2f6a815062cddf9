// Whether the program itself is kept on this device, which one it is, and whether a newer one is there.
import { trusted } from "./trusted.js";

/** Emits "newer" when another program is complete and waits, and "refused" when one did not come whole or was not what was signed. */
export class Keeping extends EventTarget {
  #registration = null;
  #prompt = null;

  constructor() {
    super();
    addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      this.#prompt = event;
      this.dispatchEvent(new Event("installable"));
    });
  }

  async begin() {
    const { serviceWorker } = navigator;
    if (!serviceWorker) return;
    let isControlled = Boolean(serviceWorker.controller);
    serviceWorker.addEventListener("controllerchange", () => {
      if (isControlled) location.reload(); // another program took over
      isControlled = true;
    });
    this.#registration = await serviceWorker.register(trusted("/terminal/service-worker.js"), { scope: "/terminal", updateViaCache: "none" });
    this.#registration.addEventListener("updatefound", () => this.#follow(this.#registration.installing));
    if (this.#registration.installing) this.#follow(this.#registration.installing);
    if (this.#registration.waiting && serviceWorker.controller) this.dispatchEvent(new Event("newer"));
    // While the boutique is away there is nothing to ask.
    document.addEventListener("visibilitychange", () => document.hidden || this.#registration.update().catch(() => {}));
  }

  #follow(worker) {
    let isWhole = false;
    worker.addEventListener("statechange", () => {
      isWhole ||= worker.state === "installed";
      if (worker.state === "installed" && this.#registration.active) this.dispatchEvent(new Event("newer"));
      if (worker.state === "redundant" && !isWhole) this.dispatchEvent(new Event("refused"));
    });
  }

  renew() {
    this.#registration?.waiting?.postMessage("take over");
  }

  install() {
    return this.#prompt?.prompt();
  }

  /** Read every byte that is kept; tell what it is, and what is not as it was signed. Null where nothing is kept. */
  async check() {
    const active = this.#registration?.active;
    if (!active) return null;
    const { port1, port2 } = new MessageChannel();
    active.postMessage("check", [port2]);
    return new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
  }
}
