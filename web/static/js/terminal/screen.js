// The coordination screen of terminal mode: the same screen, over what this device keeps.
import { BoutiqueCoordination } from "../coordination.js";
import { all, one, Problem, showProblem } from "../exchange.js";
import { language, listed, money, say } from "../words.js";
import { AS_IT_FALLS, changed, folded } from "./looks.js";
import { clone, plainly } from "./saying.js";

const named = ({ name, at }) => name ?? say("look-of", { moment: new Date(at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" }) });

/** When what was changed on the page is seen; on a page that nobody sees, soon. */
const shown = () => new Promise((done) => {
  requestAnimationFrame(() => setTimeout(done));
  setTimeout(done, 100);
});

export class BoutiqueTerminal extends BoutiqueCoordination {
  #vault;
  #catalogue;
  #figure;
  #facts;
  #events = new Map(); // of every look, in order, by its id
  #counts = {};
  #screen = {}; // which look is shown, and which types
  #measures = {}; // of her body, cm, as far as she told this device
  #sizing; // comes with the first piece

  /** Show what an unlocked vault holds. */
  async open({ vault, catalogue, figure, facts }) {
    [this.#vault, this.#catalogue, this.#figure, this.#facts] = [vault, catalogue, figure, facts];
    await this.load();
    this.#screen = { ...facts.columns, ...(await vault.get("setting/screen")) };
    const columns = this.#columns(); // they are there before the person is drawn
    if (this.#events.has(this.#screen.id)) await this.refresh();
    else await this.begin();
    await columns;
  }

  async load() {
    this.#measures = (await this.#vault.get("setting/measures")) ?? {};
    this.#events.clear();
    for (const [id, event] of await this.#vault.list("event/")) {
      const look = id.split("/")[1];
      this.#events.set(look, [...(this.#events.get(look) ?? []), event]);
    }
  }

  close() {
    this.#events.clear();
    this.#measures = {};
    for (const list of all(".items, .faces, .chooser .panel", this)) list.replaceChildren();
    for (const piece of all(".piece", this)) piece.remove();
    for (const tool of all(".tool[name]", this)) tool.setAttribute("aria-disabled", "true");
  }

  // ------------------------------------------------------------ the look

  get #state() {
    return folded(this.#events.get(this.#screen.id) ?? [], this.#facts);
  }

  /** The pieces of the look that can be bought, each with its size and where it was put. */
  get chosen() {
    return this.#state.look.pieces.flatMap((piece) => {
      const commodity = this.#catalogue.commodities.get(piece.commodity_id);
      const variant = commodity?.variants.find(({ id }) => id === piece.variant_id);
      return commodity ? [{ commodity, variant, placement: piece.placement }] : [];
    });
  }

  /** Keep that something was done; events are added and never changed, so tabs lose nothing of each other. */
  async #record(kind, payload = {}, id = this.#screen.id) {
    const events = this.#events.get(id) ?? [];
    const last = events.at(-1);
    const at = new Date(Math.max(Date.now(), last ? Date.parse(last.at) + 1 : 0)).toISOString();
    const event = { kind, at, payload };
    await this.#vault.put({ [`event/${id}/${at}/${crypto.randomUUID()}`]: event });
    this.#events.set(id, [...(this.#events.get(id) ?? []), event]);
  }

  async answer(name, value) {
    const { canUndo, canRedo } = this.#state;
    const [id, variant] = value.split(":");
    const acts = {
      put_on: () => this.#putOn(id),
      take_off: () => this.#record("commodity-taken-off", { commodity_id: id }),
      size: () => this.#record("size-chosen", { commodity_id: id, variant_id: variant }),
      adjust: () => this.#adjust(id, variant),
      wearer: () => this.#record("wearer-chosen", { wearer: { kind: id, id: variant } }),
      undo: () => canUndo && this.#record("step-undone"),
      redo: () => canRedo && this.#record("step-redone"),
      clear: () => this.#record("look-cleared"),
    };
    try {
      await acts[name]();
    } catch (error) {
      throw plainly(error) ?? error;
    }
    return this.#view();
  }

  #putOn(id) {
    const { type, variants } = this.#catalogue.commodities.get(id);
    // A commodity that comes in one size needs no choice.
    const variant = variants.length === 1 ? variants[0].id : null;
    return this.#record("commodity-coordinated", { piece: { commodity_id: id, type, variant_id: variant } });
  }

  /** Change how a piece is worn: by a word, or by `<down>,<right>,<scale>`, as the boutique takes it. */
  async #adjust(id, change) {
    const { changes, bounds } = this.#facts, piece = this.#state.look.pieces.find(({ commodity_id }) => commodity_id === id);
    if (!piece) return;
    const [down, right, scale] = change.split(",").map(Number), before = piece.placement ?? AS_IT_FALLS;
    const by = change in changes ? changes[change] : { down, right, scale, level: 0 };
    const placement = by ? changed(before, by, bounds) : AS_IT_FALLS;
    if (Object.entries(AS_IT_FALLS).some(([name, value]) => placement[name] !== (before[name] ?? value))) await this.#record("piece-adjusted", { commodity_id: id, placement });
  }

  async #view() {
    const { look, step, canUndo, canRedo } = this.#state;
    if (look.pieces.length) this.#sizing ??= await import("./sizing.js");
    const photo = this.#figure.photo(look.wearer?.id);
    const pieces = look.pieces.flatMap((piece) => {
      const commodity = this.#catalogue.commodities.get(piece.commodity_id);
      return commodity ? [{ commodity, variants: commodity.variants, variant_id: piece.variant_id, placement: piece.placement, can_be_tucked: this.#facts.tuckable.includes(piece.type), can_be_opened: this.#facts.openable.includes(piece.type), is_adjusted: Object.entries(AS_IT_FALLS).some(([name, value]) => (piece.placement?.[name] ?? value) !== value), size_advice: this.#advice(commodity), callout: this.#callout(piece.type, photo) }] : [];
    });
    const names = pieces.map(({ commodity: { name }, placement }) => (placement?.opened ? say("worn-open", { piece: name }) : name));
    return {
      step, pieces, can_undo: canUndo, can_redo: canRedo,
      wearer: { kind: "photo", id: photo.id },
      total: { minor: pieces.reduce((sum, { commodity }) => sum + commodity.price.minor, 0), currency: pieces[0]?.commodity.price.currency ?? "EUR" },
      description: say(names.length ? "wearing" : "wearing-nothing", { name: photo.name, pieces: listed(names) }),
    };
  }

  /** Which size fits her, in words. */
  #advice(commodity) {
    const found = this.#sizing.advised(commodity, this.#measures, this.#facts.sizes), { body } = this.#facts;
    const worded = ({ measure, measures, ...rest }) => ({ ...rest, measure: body[measure], measures: measures?.map((name) => body[name]).join(say("comma")) });
    return found && { words: found.why.map(([name, fields]) => say(`size.${name}`, worded(fields))).join(" "), url: "#measures" };
  }

  #callout(type, { joints, width, height }) {
    const [start, end, share] = this.#facts.callouts[type] ?? [];
    if (!joints[start] || !joints[end]) return null;
    const [row, col] = [0, 1].map((axis) => joints[start][axis] * (1 - share) + joints[end][axis] * share);
    const within = (value) => Math.max(0.02, Math.min(0.98, value));
    return { row: within(row / height), col: within(col / width) };
  }

  async draw({ pieces, wearer, description }) {
    await shown(); // what was done is marked at once; the person takes longer
    const without = [];
    const garments = await Promise.all(pieces.map(({ commodity }) => this.#catalogue.cloth(commodity.id).catch(() => {
      without.push(commodity.name);
    })));
    try {
      const placements = Object.fromEntries(pieces.map(({ commodity, placement, variant_id: chosen }) =>
        [commodity.id, { ...(placement ?? AS_IT_FALLS), size: this.#sizing.shownSize(commodity, chosen, this.#measures, this.#facts.sizes) }]));
      await this.#figure.draw(wearer.id, garments.filter(Boolean), placements);
    } catch (error) {
      throw plainly(error) ?? error;
    }
    this.#figure.label(description);
    this.#letPiecesBeMoved();
    if (without.length) {
      throw new Problem({
        title: say("not-shown", { pieces: listed(without) }),
        detail: say("not-shown.detail"),
      });
    }
    for (const picture of all("[data-pair] img", this)) this.#picture(picture, picture.getAttribute("src"));
  }

  async #letPiecesBeMoved() {
    const { movable } = await import("./dragging.js");
    movable(this.#figure.canvas, {
      figure: this.#figure,
      shiftMax: this.#facts.bounds.shift_max,
      placement: (id) => this.#state.look.pieces.find(({ commodity_id }) => commodity_id === id)?.placement ?? AS_IT_FALLS,
      isAllowed: ({ pointerType }) => pointerType === "mouse" || one(".adjusting", this).open,
      drop: (id, { down, right }) => this.step("adjust", `${id}:${down},${right},1`),
    });
  }

  /** Show the look anew, as it is kept. */
  async refresh() {
    await this.#faces();
    one("[data-look-name]", this).textContent = this.#state.name ?? say("this-look");
    await this.#view().then((look) => this.show(look)).catch((error) => showProblem(plainly(error)));
  }

  async #faces() {
    one("[data-faces]", this).replaceChildren(...(await Promise.all(this.#figure.photos.map(async ({ id, name }) => {
      const face = clone("face");
      face.value = `photo:${id}`;
      one(".face-name", face).textContent = name;
      one("img", face).src = await this.#figure.url(id);
      return face;
    }))));
  }

  // ------------------------------------------------------------ looks

  /** Every look on this device, the one changed last first. */
  get looks() {
    return [...this.#events].map(([id, events]) => {
      const state = folded(events, this.#facts);
      return { id, title: named(state), at: state.at, pieces: state.look.pieces, isShown: id === this.#screen.id };
    }).sort((first, second) => second.at.localeCompare(first.at));
  }

  async begin(look = { wearer: { kind: "photo", id: this.#figure.photos[0].id }, pieces: [] }) {
    const id = crypto.randomUUID();
    await this.#record("coordination-started", look, id);
    await this.wear(id);
  }

  async wear(id) {
    await this.#keepScreen({ id });
    await this.refresh();
  }

  async save(name) {
    await this.#record("look-saved", { name });
    await this.refresh();
  }

  async duplicate(id) {
    const { look, name } = folded(this.#events.get(id), this.#facts);
    await this.begin(look);
    if (name) await this.save(say("again", { name }));
  }

  async discard(id) {
    await this.#vault.remove(`event/${id}/`);
    this.#events.delete(id);
    if (id !== this.#screen.id) return;
    const [other] = this.looks;
    if (other) await this.wear(other.id);
    else await this.begin();
  }

  async #keepScreen(change) {
    this.#screen = { ...this.#screen, ...change };
    await this.#vault.put({ "setting/screen": this.#screen });
  }

  // ------------------------------------------------------------ the columns

  async #columns() {
    try {
      this.#counts = await this.#catalogue.types();
      await Promise.all(["left", "right"].map((side) => this.#fill(side)));
    } catch (error) {
      showProblem(plainly(error));
    }
  }

  async turn({ dataset: { type } }, side) {
    const other = side === "left" ? "right" : "left";
    // Two different types always: choosing the other column's one trades places with it.
    const traded = type === this.#screen[other] ? { [other]: this.#screen[side] } : {};
    await this.#keepScreen({ [side]: type, ...traded });
    await this.#columns();
    const chooser = one(`.rail[data-side=${side}] .chooser`, this);
    chooser.open = false;
    one("summary", chooser).focus();
  }

  async #fill(side) {
    const rail = one(`.rail[data-side=${side}]`, this);
    const type = this.#screen[side];
    const { labels } = this.#facts;
    one("h2", rail).textContent = labels[type];
    one(".panel", rail).replaceChildren(...Object.keys(labels).filter((name) => this.#counts[name]).map((name) => {
      const [link, count] = [document.createElement("a"), document.createElement("i")];
      Object.assign(link, { href: "/terminal", textContent: `${labels[name]} ` });
      link.dataset.type = name;
      if (name === type) link.setAttribute("aria-current", "true");
      count.textContent = this.#counts[name];
      link.append(count);
      return link;
    }));
    one(".items", rail).replaceChildren(...(await this.#items(type)));
    this.mark();
    this.prepare(rail);
  }

  further(link) {
    return this.#items(link.dataset.type, link.dataset.after);
  }

  async #items(type, after) {
    const { commodities, next } = await this.#catalogue.shelf(type, after);
    this.#keepCloths(commodities);
    const items = commodities.map((commodity) => {
      const item = clone("item");
      item.value = item.dataset.id = commodity.id;
      one(".plate", item).classList.add(`tint-${commodity.colours[0]?.name ?? "beige"}`);
      one(".n", item).textContent = commodity.name;
      one(".p", item).textContent = commodity.is_sold_out ? say("gone") : money(commodity.price);
      this.#picture(one("img", item), commodity.image_url_small);
      return item;
    });
    if (!next) return items;
    const more = document.createElement("a");
    Object.assign(more, { href: "/terminal", className: "more", textContent: say("more") });
    Object.assign(more.dataset, { more: "", type, after: next });
    return [...items, more];
  }

  /** What is seen now is wanted later, when the boutique may be away. */
  async #keepCloths(commodities) {
    if (navigator.connection?.saveData) return;
    for (const { id } of commodities) {
      if (!this.#vault.isOpen || !(await this.#catalogue.cloth(id).catch(() => null))) return;
    }
  }

  #picture(image, address) {
    if (!address.startsWith("/")) return;
    this.#catalogue.picture(address).then((url) => { image.src = url; }, () => {});
  }
}

customElements.define("boutique-terminal", BoutiqueTerminal);
