// What the page says: notices, and errors in plain words; and copies of its templates.
import { one, problem, Problem } from "../exchange.js";
import { say } from "../words.js";

export const clone = (id) => one(`#${id}`).content.firstElementChild.cloneNode(true);

export function notice(words) {
  const banner = clone("notice");
  one("p", banner).textContent = words;
  (one("dialog[open] [data-messages]") ?? one("[data-messages]")).replaceChildren(banner);
}

/** Say an error of any module so that it tells what to do; nothing for what was cancelled. */
export function plainly(error) {
  if (error instanceof Problem || error?.name === "AbortError") return error instanceof Problem ? error : null;
  if (error?.code && typeof error.code === "string") return new Problem({ title: say("not-usable"), detail: say(`refused.${error.code}`, { error: error.message }) });
  if (error?.name === "NotAllowedError") return problem("passkey-unused");
  return problem("broke", { error: error?.message ?? error });
}
