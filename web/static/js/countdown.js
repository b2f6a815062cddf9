// How long pieces are held: the server says how many seconds are left, so a wrong clock misleads nobody.
import { one } from "./exchange.js";
import { say } from "./words.js";

const SAID = [[300, "five-minutes"], [60, "one-minute"]]; // seconds before the end

class BoutiqueCountdown extends HTMLElement {
  connectedCallback() {
    this.end = performance.now() + Number(this.dataset.seconds) * 1000;
    this.said = null;
    for (const part of ["left", "bar"]) one(`[data-${part}]`, this).hidden = false;
    this.#show();
    this.timer = setInterval(() => this.#show(), 1000);
    // A page that comes out of the browser's memory is as old as it was when it was left.
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  #show() {
    const left = Math.max(0, Math.ceil((this.end - performance.now()) / 1000));
    const minutes = Math.floor(left / 60);
    one("[data-left]", this).textContent = `${minutes}:${String(left % 60).padStart(2, "0")}`;
    one("[data-bar]", this).value = left;
    const [, name] = SAID.findLast(([seconds]) => left <= seconds) ?? [];
    if (left) {
      if (name && name !== this.said) one("[data-said]", this).textContent = say((this.said = name));
      return;
    }
    clearInterval(this.timer);
    one("[data-said]", this).textContent = say("time-over");
    setTimeout(() => location.replace(location.href), 1000); // the server says what can be done now
  }
}

customElements.define("boutique-countdown", BoutiqueCountdown);
