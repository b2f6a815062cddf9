// How long pieces are held: the server says how many seconds are left, so a wrong clock misleads nobody.
import { one } from "./exchange.js";

const SAID = [[300, "Five minutes are left."], [60, "One minute is left."]]; // seconds before the end

class BoutiqueCountdown extends HTMLElement {
  connectedCallback() {
    this.end = performance.now() + Number(this.dataset.seconds) * 1000;
    this.said = "";
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
    const [, words = ""] = SAID.findLast(([seconds]) => left <= seconds) ?? [];
    if (left) {
      if (words !== this.said) one("[data-said]", this).textContent = this.said = words;
      return;
    }
    clearInterval(this.timer);
    one("[data-said]", this).textContent = "The time is over.";
    setTimeout(() => location.replace(location.href), 1000); // the server says what can be done now
  }
}

customElements.define("boutique-countdown", BoutiqueCountdown);
