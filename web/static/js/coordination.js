// The coordination screen without reloads: every act is one step, sent in order, answered with the new look.
import { all, clearProblem, one, page, post, problem, showProblem } from "./exchange.js";
import { counted, money, say } from "./words.js";

const PATIENCE_MS = 150; // a picture that comes sooner needs no progress line
const LEFT_TYPES = new Set(["hat", "t-shirt", "longsleeve", "shirt", "top", "dress"]);
const FLAGS = new Set(["undo", "redo", "clear"]);

const set = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

/** Terminal mode has the same screen: it answers, draws and fetches columns by itself. */
export class BoutiqueCoordination extends HTMLElement {
  #queue = Promise.resolve();
  #waiting = 0;
  #ahead = null;
  #foreseen = null;

  connectedCallback() {
    this.stage = one("[data-stage]", this);
    this.pieces = one("[data-pieces]", this);
    this.addEventListener("submit", (event) => this.#submitted(event));
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("keydown", (event) => this.#arrows(event));
    document.addEventListener("keydown", (event) => this.#shortcut(event));
    for (const rail of all(".rail", this)) this.prepare(rail);
    new ResizeObserver(() => this.#place()).observe(one(".room", this));
    document.fonts.ready.then(() => this.#place());
    if (one("img", this.stage)) this.#comeAlive();
  }

  /** Where the server draws, more of it comes with the first hand: pieces follow it, and what it reaches for is drawn. */
  #comeAlive() {
    let hands = null;
    const hold = (event) => {
      hands ??= import("./live/hands.js").then(({ Hands }) => new Hands(this));
      if (event.type === "pointerdown") hands.then((opened) => opened.take(event));
    };
    for (const name of ["pointerenter", "pointerdown"]) this.stage.addEventListener(name, hold);
    const reach = async ({ target }) => {
      const item = target.closest(".item");
      if (!item) return this.#ahead?.leave();
      this.#ahead ??= new (await import("./live/ahead.js")).Ahead(this);
      this.#ahead.reach(item);
    };
    for (const name of ["pointerover", "focusin"]) this.addEventListener(name, reach);
  }

  get #picture() {
    return one("img:not(.is-going)", this.stage);
  }

  /** The address of the picture that is shown. */
  get shown() {
    return this.#picture?.getAttribute("src"); // a terminal shows none
  }

  get worn() {
    return new Set(all(".piece", this.pieces).map((piece) => piece.dataset.id));
  }

  #submitted(event) {
    const act = event.submitter;
    if (!act?.name) return;
    event.preventDefault();
    if (act.getAttribute("aria-disabled") === "true") return;
    this.step(act.name, act.value, act);
  }

  /** Take a step after those before it; tell whether it went well. */
  step(name, value, act) {
    if (act?.matches(".item")) {
      const picture = this.#waiting ? null : this.#ahead?.take(act);
      this.#foreseen = picture && this.#foresee(picture);
      act.setAttribute("aria-pressed", name === "put_on");
    }
    clearProblem();
    const before = this.shown;
    this.#waiting += 1;
    setTimeout(() => this.#busy(), PATIENCE_MS);
    this.#queue = this.#queue.then(async () => {
      try {
        const look = await this.answer(name, value);
        if (name === "wearer" && !look.wearer) look.wearer = value;
        await this.show(look);
        if (name === "wearer") this.#closeWearers();
        return true;
      } catch (error) {
        this.mark();
        showProblem(error);
        // What was foreseen did not come.
        if (await this.#foreseen) await this.draw({ picture_url: before, description: this.#picture.alt }).catch(() => {});
        return false;
      } finally {
        this.#waiting -= 1;
        this.#busy();
      }
    });
    return this.#queue;
  }

  /** Carry out a step; give the new look. */
  answer(name, value) {
    const url = `/api/v1/coordinations/${encodeURIComponent(this.dataset.id)}/steps`;
    return post(url, { [name]: FLAGS.has(name) ? true : value });
  }

  // On a phone the panel covers the person, so it makes room for what was chosen.
  #closeWearers() {
    const panel = one(".wearers", this);
    if (!panel.open || !matchMedia("(max-width: 700px)").matches) return;
    panel.open = false;
    one("summary", panel).focus();
  }

  #busy() {
    const isBusy = this.#waiting > 0;
    this.classList.toggle("is-busy", isBusy);
    one("progress", this.stage).hidden = !isBusy;
  }

  async show(look) {
    const focused = document.activeElement;
    const key = focused?.name && [focused.name, focused.value, focused.closest(".piece")?.dataset.id];
    this.dataset.step = look.step;
    this.#list(look.pieces);
    this.#adjust(look.pieces);
    this.mark(look);
    one("[data-total]", this).textContent = money(look.total);
    one("[data-count]", this).textContent = counted(look.pieces.length);
    const bag = one("[data-bag-count]");
    bag.textContent = look.pieces.length;
    bag.hidden = !look.pieces.length;
    bag.parentElement.setAttribute("aria-label", say("your-look", { count: look.pieces.length }));
    one(".go", this).toggleAttribute("aria-disabled", false);
    if (!look.pieces.length) one(".go", this).setAttribute("aria-disabled", "true");
    if (key && document.activeElement !== focused) focused.isConnected ? focused.focus() : this.#refocus(key);
    this.#place();
    this.dispatchEvent(new CustomEvent("look", { detail: look }));
    // Only the newest picture is worth waiting for; older ones are skipped when acts follow fast.
    if (this.#waiting <= 1) await this.draw(look);
    one("[data-status]", this).textContent = say("look-and-total", { look: look.description, total: money(look.total) });
  }

  async draw({ picture_url: url, description }) {
    const foreseen = await this.#foreseen, old = this.#picture;
    this.#foreseen = null;
    old.alt = description;
    if (this.shown === url) return;
    const next = old.cloneNode();
    // A picture that fails is asked for once more; the old one stays rather than a broken one.
    if (!(await this.#load(next, url)) && !(await this.#load(next, url))) {
      throw problem("no-picture");
    }
    // What hands or a foreseen picture show already is the very same: it changes places unseen.
    const isThere = this.stage.matches(".is-live") || (foreseen && url.endsWith(foreseen));
    if (isThere) {
      old.replaceWith(next);
      if (!this.isHeld) this.stage.classList.remove("is-live");
    } else this.#fade(old, next);
  }

  /** Show what a step will make of the look; give its recipe. */
  async #foresee({ url, recipe }) {
    const next = this.#picture.cloneNode();
    if (!(await this.#load(next, url))) return null;
    this.#fade(this.#picture, next);
    return recipe;
  }

  #fade(old, next) {
    next.classList.add("is-coming");
    old.after(next);
    old.classList.replace("is-coming", "is-going") || old.classList.add("is-going");
    set(old, { alt: "", "aria-hidden": "true" });
    const remove = () => old.remove();
    old.addEventListener("animationend", remove);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) remove();
    setTimeout(remove, 600);
  }

  #load(picture, url) {
    picture.removeAttribute("src");
    picture.src = url;
    return picture.decode().then(() => true, () => false);
  }

  #list(pieces) {
    const none = one(".none", this.pieces);
    const template = one("#piece", this).content.firstElementChild;
    const kept = new Map(all(".piece", this.pieces).map((piece) => [piece.dataset.id, piece]));
    const rows = pieces.map((piece) => this.#fill(kept.get(piece.commodity.id) ?? template.cloneNode(true), piece));
    for (const [id, row] of kept) if (!pieces.some((piece) => piece.commodity.id === id)) row.remove();
    for (const row of rows) none.before(row);
    const isListed = !this.pieces.classList.contains("is-placed");
    if (isListed) rows.find((row) => !kept.has(row.dataset.id))?.scrollIntoView({ block: "nearest" });
    none.hidden = pieces.length > 0;
    if (kept.size !== rows.length) this.pieces.scrollTop = 0;
    one("[data-pair]", this).replaceChildren(...pieces.map(({ commodity }) => {
      const plate = document.createElement("span");
      plate.className = `plate tint-${commodity.colours?.[0]?.name ?? "beige"}`;
      plate.append(set(new Image(40, 50), { src: commodity.image_url_small, alt: "" }));
      return plate;
    }));
  }

  #adjust(pieces) {
    const panel = one("[data-adjust]", this);
    const none = one(".none", panel);
    const kept = new Map(all("section", panel).map((row) => [row.dataset.id, row]));
    for (const { commodity, is_adjusted: isAdjusted, can_be_tucked: canBeTucked = false, placement } of pieces) {
      const row = kept.get(commodity.id) ?? one("#adjust", this).content.firstElementChild.cloneNode(true);
      kept.delete(commodity.id);
      row.dataset.id = commodity.id;
      one("h4", row).textContent = commodity.name;
      one(".pad", row).setAttribute("aria-label", say("adjust", { name: commodity.name }));
      for (const button of all("button", row)) button.value = `${commodity.id}:${button.value.split(":")[1]}`;
      one("[value$=':reset']", row).setAttribute("aria-disabled", !isAdjusted);
      Object.assign(set(one(".tuck", row), { "aria-pressed": placement?.tucked ?? false }), { hidden: !canBeTucked });
      none.before(row);
    }
    for (const row of kept.values()) row.remove();
    none.hidden = pieces.length > 0;
  }

  #fill(row, { commodity, variant_id: chosen, variants = [], is_owned: isOwned, callout, suits, size_advice: advice }) {
    Object.assign(row.dataset, { id: commodity.id, type: commodity.type });
    delete row.dataset.row;
    if (callout) Object.assign(row.dataset, callout);
    row.setAttribute("aria-label", commodity.name);
    const link = one("h3 a", row);
    link.textContent = commodity.name;
    link.href = `/commodities/${encodeURIComponent(commodity.id)}`;
    set(one(".off", row), { value: commodity.id, "aria-label": say("take-off", { name: commodity.name }) });
    one(".price", row).textContent = isOwned ? say("yours-already") : money(commodity.price);
    Object.assign(one(".suits", row), { hidden: !suits, textContent: suits });
    one(".fit", row).hidden = !advice;
    Object.assign(one(".fit a", row), { textContent: advice?.words ?? "", href: advice?.url ?? "" });
    const sizes = one(".sizes", row);
    if (!sizes) return row;
    sizes.hidden = isOwned || !variants.length;
    sizes.setAttribute("aria-label", say("size-of", { name: commodity.name }));
    const known = all(".size", sizes);
    if (known.length !== variants.length) {
      sizes.replaceChildren(...variants.map(() => set(document.createElement("button"), { class: "size", name: "size" })));
    }
    all(".size", sizes).forEach((button, index) => {
      const { id, size, left } = variants[index];
      button.value = `${commodity.id}:${id}`;
      button.textContent = size;
      button.disabled = !left;
      button.setAttribute("aria-pressed", id === chosen);
      if (!left) button.setAttribute("aria-label", say("sold-out", { size }));
      else button.removeAttribute("aria-label");
    });
    return row;
  }

  mark(look) {
    const worn = this.worn;
    for (const item of all(".item", this)) {
      const isWorn = worn.has(item.dataset.id);
      item.name = isWorn ? "take_off" : "put_on";
      item.setAttribute("aria-pressed", isWorn);
    }
    if (!look) return;
    for (const [name, can] of [["undo", look.can_undo], ["redo", look.can_redo]]) {
      set(one(`.tool[name=${name}]`, this), { "aria-disabled": !can });
    }
    this.#body(look.body);
    const wearer = look.wearer?.kind ? `${look.wearer.kind}:${look.wearer.id}` : look.wearer;
    if (wearer) for (const face of all(".face", this)) face.setAttribute("aria-pressed", face.value.split(":")[1] === wearer.split(":")[1]);
  }

  #body(body) {
    const bodies = one("[data-bodies]", this);
    if (!bodies) return; // on a terminal everybody has their own
    const note = one("[data-body-note]", this);
    note.hidden = !body || body.is_own;
    note.textContent = body?.note ?? "";
    bodies.hidden = !body;
    if (!body) return;
    const [own, drawn] = all("button", bodies);
    set(own, { value: body.own, "aria-pressed": body.is_own });
    set(drawn, { value: body.drawn, "aria-pressed": !body.is_own });
    one("[data-body-advice]", bodies).textContent = body.advice.join(" ");
  }

  #refocus([name, value, piece]) {
    const fallback = all(".piece .off", this.pieces)[0] ?? one(".item", this);
    const same = all(`button[name="${name}"]`, this).find((button) => button.value === value);
    (same ?? (piece && one(`.piece[data-id="${CSS.escape(piece)}"] .off`, this)) ?? fallback)?.focus();
  }

  // Columns: arrows walk, Enter or Space puts on; one tab stop per column.
  prepare(rail) {
    const items = all(".item", rail);
    const stop = items.find((item) => item.getAttribute("aria-pressed") === "true") ?? items[0];
    for (const item of items) item.tabIndex = item === stop ? 0 : -1;
    stop?.scrollIntoView({ block: "nearest" });
    const more = one("[data-more]", rail);
    if (!more) return;
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      this.#more(more);
    }, { root: one(".items", rail), rootMargin: "300px" });
    watch.observe(more);
  }

  async #more(link) {
    const rail = link.closest(".rail");
    try {
      const fresh = await this.further(link);
      for (const element of fresh) element.tabIndex = element.matches("a") ? 0 : -1;
      link.replaceWith(...fresh);
      this.mark();
      if (one("[data-more]", rail)) this.#observeAgain(rail);
    } catch (error) {
      showProblem(error);
    }
  }

  /** The next commodities of a column, and the link to those after them. */
  async further(link) {
    const { answer } = await page(link.href);
    return all(".item, [data-more]", answer).map((element) => document.adoptNode(element));
  }

  #observeAgain(rail) {
    const focused = document.activeElement;
    const scroll = one(".items", rail).scrollTop;
    this.prepare(rail);
    one(".items", rail).scrollTop = scroll;
    if (rail.contains(focused) && focused.matches(".item")) focused.tabIndex = 0;
  }

  #arrows(event) {
    const item = event.target.closest?.(".item");
    if (!item) return;
    const items = all(".item", item.closest(".items"));
    const columns = getComputedStyle(item.closest(".items")).gridTemplateColumns.split(" ").length;
    const at = items.indexOf(item);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + columns, ArrowUp: at - columns,
      Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = items[Math.max(0, Math.min(items.length - 1, to))];
    item.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  #shortcut(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    if (event.target.matches?.("input, textarea, select")) return;
    event.preventDefault();
    const tool = one(`.tool[name=${event.shiftKey ? "redo" : "undo"}]`, this);
    if (tool.getAttribute("aria-disabled") !== "true") this.step(tool.name, "1");
  }

  async #clicked(event) {
    const more = event.target.closest("[data-more]");
    const type = event.target.closest(".chooser .panel a, .origin a");
    if ((!more && !type) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (more) return this.#more(more);
    try {
      await this.turn(type, type.closest(".rail").dataset.side);
    } catch (error) {
      showProblem(error);
    }
  }

  /** Show another type in a column. */
  async turn(link, side) {
    const { answer } = await page(link.href);
    const isOrigin = link.matches(".origin a");
    this.#column(one(`.rail[data-side=${side}]`, answer), side, answer);
    one(`.rail[data-side=${side}] ${isOrigin ? ".origin [aria-current]" : "summary"}`, this).focus();
    history.replaceState(null, "", link.href);
  }

  #column(fresh, side, answer) {
    const old = one(`.rail[data-side=${side}]`, this);
    const rail = document.adoptNode(fresh);
    old.replaceWith(rail);
    const other = side === "left" ? "right" : "left";
    // The other column's links and every form carry both types in their address; if both traded places, all of it is new.
    const [shown, answered] = [this, answer].map((root) => one(`.rail[data-side=${other}]`, root));
    if (one("h2", shown).textContent === one("h2", answered).textContent) {
      for (const links of [".panel", ".origin"]) one(links, shown)?.replaceWith(document.adoptNode(one(links, answered)));
    } else {
      shown.replaceWith(document.adoptNode(answered));
      this.prepare(answered);
    }
    const address = one(".items", rail).getAttribute("action");
    for (const form of all("form[action^='/coordination/steps']", this)) form.setAttribute("action", address);
    this.mark();
    this.prepare(rail);
  }

  // Call-outs: each note beside the portion, a fine line leading to its piece.
  #place() {
    const room = one(".room", this);
    const leads = one(".leads", this);
    leads.replaceChildren();
    const isBeside = getComputedStyle(leads).display !== "none";
    this.pieces.classList.toggle("is-placed", isBeside);
    if (!isBeside) return;
    const frame = room.getBoundingClientRect();
    const body = this.stage.getBoundingClientRect();
    const rows = all(".piece", this.pieces);
    const tools = one(".tools", this).getBoundingClientRect();
    for (const side of ["left", "right"]) {
      const notes = rows.filter((row) => LEFT_TYPES.has(row.dataset.type) === (side === "left"));
      for (const note of notes) note.classList.toggle("is-left", side === "left");
      for (const note of notes) note.classList.toggle("is-right", side === "right");
      const placed = notes.map((note, index) => {
        const row = Number(note.dataset.row ?? (index + 1) / (notes.length + 1));
        const y = body.top - frame.top + row * body.height;
        const x = body.left - frame.left + Number(note.dataset.col ?? 0.5) * body.width;
        return { note, x, y, top: y - 12, height: note.offsetHeight };
      }).sort((first, second) => first.y - second.y);
      const floor = side === "left" ? tools.top - frame.top - 10 : frame.height - 8;
      let under = floor;
      for (const spot of [...placed].reverse()) {
        spot.top = Math.min(spot.top, under - spot.height);
        under = spot.top - 18;
      }
      let above = 4;
      for (const spot of placed) {
        spot.top = Math.max(spot.top, above);
        above = spot.top + spot.height + 18;
        spot.note.style.setProperty("--top", Math.round(spot.top));
        if (spot.note.dataset.row) this.#lead(leads, spot, side, frame);
      }
    }
  }

  #lead(leads, { note, x, y, top }, side, frame) {
    const title = one("h3 a", note).getClientRects();
    const line = title[0];
    const from = side === "left" ? line.right - frame.left + 8 : line.left - frame.left - 8;
    const level = top + 12;
    const bend = side === "left" ? Math.max(from, x - Math.abs(y - level) - 14) : Math.min(from, x + Math.abs(y - level) + 14);
    const draw = (name, attributes) =>
      leads.append(set(document.createElementNS("http://www.w3.org/2000/svg", name), attributes));
    const gap = side === "left" ? -5 : 5;
    draw("polyline", { points: `${from},${level} ${bend},${level} ${x + gap},${y}` });
    draw("circle", { cx: x, cy: y, r: 4.5 });
  }
}

customElements.define("boutique-coordination", BoutiqueCoordination);
