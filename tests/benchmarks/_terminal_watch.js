// What a page of the terminal tells of itself while it is measured.
const watched = (globalThis.watched = { lcp: 0, cls: 0, interactions: [], gaps: [], extracted: [] });

const observe = (type, take, options = {}) =>
  new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
observe("largest-contentful-paint", ({ startTime }) => { watched.lcp = startTime; });
observe("layout-shift", ({ value, hadRecentInput }) => { if (!hadRecentInput) watched.cls += value; });
observe("event", ({ interactionId, duration }) => { if (interactionId) watched.interactions.push(duration); }, { durationThreshold: 16 });

const frame = () => new Promise((done) => requestAnimationFrame(done));
/** After the next frame was painted, as far as a page can know. */
const painted = globalThis.painted = async () => {
  await frame();
  const { port1, port2 } = new MessageChannel();
  await new Promise((done) => { port1.onmessage = done; port2.postMessage(null); });
  return performance.now();
};
const quantile = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];

// How long an extraction takes, and how long the page hears nothing meanwhile.
let isExtracting = false;
async function listen() {
  let last = performance.now(), longest = 0;
  while (isExtracting) {
    await new Promise((done) => setTimeout(done));
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  watched.gaps.push(longest);
}
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-photo]")) return;
  const begun = performance.now(), form = document.querySelector("[data-extracted]");
  isExtracting = true;
  listen();
  const observer = new MutationObserver(async () => {
    if (form.hidden) return;
    observer.disconnect();
    watched.extracted.push((await painted()) - begun);
    isExtracting = false;
  });
  observer.observe(form, { attributeFilter: ["hidden"] });
}, { capture: true });

/** When so many extractions are done. */
globalThis.extraction = async (count) => {
  while (watched.gaps.length < count) await new Promise((done) => setTimeout(done, 20));
};

const canvas = () => document.querySelector("[data-stage] canvas");

/** Put on the next piece of a column, in the place of the one that is worn: milliseconds until it is seen. */
globalThis.swap = async (number) => {
  const items = [...document.querySelectorAll(".rail.left .item")], item = items[number % items.length];
  if (item.getAttribute("aria-pressed") === "true") return null;
  const begun = performance.now();
  const drawn = new Promise((done) => {
    const observer = new MutationObserver(() => (observer.disconnect(), done()));
    observer.observe(canvas(), { attributeFilter: ["aria-label"] });
  });
  item.click();
  await drawn;
  return (await painted()) - begun;
};

/** Move the piece on the chest round in a circle: milliseconds between frames, and of work in each. */
globalThis.drag = async (count) => {
  const { left, top, width, height } = canvas().getBoundingClientRect();
  const point = (kind, dx, dy) => canvas().dispatchEvent(new PointerEvent(kind, {
    clientX: left + width * 0.5 + dx, clientY: top + height * 0.3 + dy, pointerId: 1, pointerType: "mouse", bubbles: true,
  }));
  const measured = async (act) => {
    const times = [], works = [];
    for (let number = 0; number < count; number += 1) {
      act(number);
      times.push(await frame());
      works.push(performance.now() - times.at(-1)); // what ran in this frame before us
    }
    return { frame: quantile(times.slice(1).map((time, index) => time - times[index]), 0.5), work: quantile(works.slice(2), 0.5) };
  };
  const still = await measured(() => {});
  point("pointerdown", 0, 0);
  if (!canvas().classList.contains("is-held")) throw new Error("nothing is there to be moved");
  const moving = await measured((number) => point("pointermove", 20 * Math.sin(number / 7), 20 * Math.cos(number / 7)));
  point("pointerup", 0, 0);
  return { still, moving };
};

globalThis.loaded = () => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
globalThis.transferred = () => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .reduce((sum, { transferSize }) => sum + transferSize, 0);
