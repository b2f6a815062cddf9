// What the page says: notices, and errors in plain words; and copies of its templates.
import { one, Problem } from "../exchange.js";

export const clone = (id) => one(`#${id}`).content.firstElementChild.cloneNode(true);

export function notice(words) {
  const banner = clone("notice");
  one("p", banner).textContent = words;
  (one("dialog[open] [data-messages]") ?? one("[data-messages]")).replaceChildren(banner);
}

/** Say an error of any module so that it tells what to do; nothing for what was cancelled. */
export function plainly(error) {
  if (error instanceof Problem || error?.name === "AbortError") return error instanceof Problem ? error : null;
  if (error?.code && typeof error.code === "string") return new Problem({ title: "This picture cannot be used", detail: error.message });
  if (error?.name === "NotAllowedError") return new Problem({ title: "The passkey was not used", detail: "Try once more, or go on with the passcode." });
  return new Problem({ title: "That did not work", detail: `Everything that was kept is still here. Load this page again and try once more. (${error?.message ?? error})` });
}
