// A cut-out is touched up with the brush of the shop, and stays on this device.
import { Bench } from "../brush.js";
import { all, one } from "../exchange.js";
import { clone } from "./saying.js";

class TouchUp extends Bench {
  async deliver() {
    await this.keep(await createImageBitmap(await this.outline.picture()));
  }
}
customElements.define("boutique-touch-up", TouchUp);

/** Other screens have other tools. */
const style = (isOn) => { one("link[data-style=brush]").disabled = !isOn; };

/**
 * @param {HTMLElement} host where the bench is put
 * @param {object} options
 * @param {Blob} options.ground all of the photograph, in the frame of the cut-out
 * @param {Blob} options.cutout
 * @param {(mask: ImageBitmap) => Promise<void>} options.keep gets the outline, by its alpha
 */
export function openBench(host, { ground, cutout, keep }) {
  style(true);
  const bench = clone("touch-up");
  one("[data-ground]", bench).src = URL.createObjectURL(ground);
  one("[data-cutout]", bench).src = URL.createObjectURL(cutout);
  bench.keep = keep;
  host.replaceChildren(bench);
}

export function closeBench(host) {
  for (const { src } of all("img", host)) URL.revokeObjectURL(src);
  host.replaceChildren();
  style(false);
}
