// Talking with the boutique: requests, their problems in plain words, money, and two short selectors. No effects on import.

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

export const money = ({ minor, currency }) => {
  const plain = new Intl.NumberFormat("en", { style: "currency", currency });
  const digits = plain.resolvedOptions().maximumFractionDigits;
  const amount = minor / 10 ** digits;
  const isWhole = Number.isInteger(amount);
  return new Intl.NumberFormat("en", {
    style: "currency",
    currency,
    minimumFractionDigits: isWhole ? 0 : digits,
    maximumFractionDigits: digits,
  }).format(amount);
};

export class Problem extends Error {
  constructor({ title, detail }) {
    super(title);
    this.detail = detail || "";
  }
}

const UNREACHABLE = new Problem({
  title: "The boutique cannot be reached",
  detail: "Nothing is lost. Look at your connection and try again.",
});

export function showProblem(problem) {
  const known = problem instanceof Problem ? problem : UNREACHABLE;
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
  throw new Problem({ title: answer.title || "That did not work", detail: answer.detail || "Try once more." });
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
    request.addEventListener("error", () => reject(UNREACHABLE));
    request.addEventListener("load", () => {
      const answer = request.response;
      const banner = answer && one(".problem[role=alert]", answer);
      const whole = answer && one("[data-problem]", answer);
      if (banner) {
        reject(new Problem({ title: one("h2", banner).textContent, detail: one("p", banner)?.textContent }));
      } else if (whole) {
        reject(new Problem(whole.dataset));
      } else if (request.status >= 400) {
        reject(new Problem({ title: "That did not work", detail: "Try once more." }));
      } else {
        resolve({ answer, url: request.responseURL });
      }
    });
    request.send(body);
  });
}
