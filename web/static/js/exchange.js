// Talking with the boutique: requests, their problems in plain words, and two short selectors. No effects on import.
import { say } from "./words.js";

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

export class Problem extends Error {
  constructor({ title, detail }) {
    super(title);
    this.detail = detail || "";
  }
}

/** A problem that a script tells of, by its name among the words of the page. */
export const problem = (name, fields) => new Problem({ title: say(name, fields), detail: say(`${name}.detail`, fields) });

export function showProblem(told) {
  const known = told instanceof Problem ? told : problem("unreachable");
  const banner = one("#problem").content.firstElementChild.cloneNode(true);
  one("h2", banner).textContent = known.message;
  one("p", banner).textContent = known.detail;
  one(".close", banner).addEventListener("click", () => banner.remove());
  // An open dialog covers the page, so it has its own place for messages.
  (one("dialog[open] [data-messages]") ?? one("[data-messages]")).replaceChildren(banner);
  banner.scrollIntoView({ block: "nearest" });
}

export const clearProblem = () => all("[data-messages] .problem").forEach((banner) => banner.remove());

/** POST JSON; answer the JSON, or throw a Problem with the server's own words. A lost answer is asked for once more. */
export async function post(url, body, timeoutSeconds = 60) {
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json, application/problem+json",
  };
  // Only over a safe line do browsers make UUIDs; without a key nothing may be sent twice.
  const key = crypto.randomUUID?.();
  if (key) headers["Idempotency-Key"] = key;
  const send = () =>
    fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(timeoutSeconds * 1000) });
  const response = await send().catch((error) => {
    if (key && error instanceof TypeError) return send();
    throw error;
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw answer.title ? new Problem(answer) : problem("failed");
}

/** GET or POST for a parsed page: XMLHttpRequest parses HTML itself, so no string ever becomes markup here. */
export function page(url, { body = null, onProgress, onSent } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(body ? "POST" : "GET", url);
    request.responseType = "document";
    request.setRequestHeader("Accept", "text/html");
    request.setRequestHeader("X-Fragment", "1");
    if (onProgress) request.upload.addEventListener("progress", onProgress);
    if (onSent) request.upload.addEventListener("load", onSent);
    request.addEventListener("error", () => reject(problem("unreachable")));
    request.addEventListener("load", () => {
      const answer = request.response;
      const banner = answer && one(".problem[role=alert]", answer);
      const whole = answer && one("[data-problem]", answer);
      if (banner) {
        reject(new Problem({ title: one("h2", banner).textContent, detail: one("p", banner)?.textContent }));
      } else if (whole) {
        reject(new Problem(whole.dataset));
      } else if (request.status >= 400) {
        reject(problem("failed"));
      } else {
        resolve({ answer, url: request.responseURL });
      }
    });
    request.send(body);
  });
}
