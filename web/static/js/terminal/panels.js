// The panels of the terminal: looks, buying, orders, this device. They come when an unlocked vault is shown, or one is opened.
import { all, one, Problem } from "../exchange.js";
import { language, money, say } from "../words.js";
import { orderOf, Outbox } from "./outbox.js";
import { clone, notice } from "./saying.js";

/**
 * @param {object} program what the page consists of
 * @param {import("./vault.js").Vault} program.vault
 * @param {import("./catalogue.js").Catalogue} program.catalogue
 * @param {import("./figure.js").Figure} program.figure
 * @param {import("./screen.js").BoutiqueTerminal} program.screen
 * @param {import("./keeping.js").Keeping} program.keeping
 * @param {(act: () => Promise<void>) => Promise<void>} program.carryOut does something, and says what went wrong
 * @param {() => void} program.toPhoto goes to where a photograph is taken
 */
export function openPanels({ vault, catalogue, figure, screen, keeping, carryOut, toPhoto }) {
  const outbox = new Outbox(vault);
  outbox.addEventListener("change", () => carryOut(orders));
  let sizing = Promise.resolve(); // sizes that are being chosen

  const row = (title, words, ...acts) => {
    const item = clone("kept");
    one("b", item).textContent = title;
    one("p", item).textContent = words;
    one(".actions", item).append(...acts.map(([label, act]) => {
      const element = document.createElement(typeof act === "string" ? "a" : "button");
      Object.assign(element, { className: "plain", textContent: label });
      element.setAttribute("aria-label", say("of", { label, title }));
      if (typeof act === "string") element.href = act;
      else Object.assign(element, { type: "button", onclick: () => carryOut(act) });
      return element;
    }));
    return item;
  };

  function looks() {
    one("[data-looks]").replaceChildren(...screen.looks.map(({ id, title, pieces, isShown }) => row(
      title,
      say(isShown ? "pieces-shown" : "pieces", { count: pieces.length }),
      [say("wear"), () => screen.wear(id).then(() => one("[data-panel=looks]").close())],
      [say("duplicate"), () => screen.duplicate(id).then(looks)],
      [say("delete"), () => screen.discard(id).then(looks)],
    )));
  }

  async function buy() {
    const ids = screen.chosen.map(({ commodity }) => commodity.id);
    await catalogue.refresh(ids);
    const pieces = screen.chosen;
    one("[data-lines]").replaceChildren(...await Promise.all(pieces.map(async ({ commodity, variant }) => {
      const line = clone("line");
      one(".line-name", line).textContent = commodity.name;
      one(".num", line).textContent = money(commodity.price);
      one(".plate", line).classList.add(`tint-${commodity.colours[0]?.name ?? "beige"}`);
      catalogue.picture(commodity.image_url_small).then((url) => { one("img", line).src = url; }, () => {});
      const select = one("select", line);
      select.setAttribute("aria-label", say("size-of", { name: commodity.name }));
      select.append(new Option(say("choose-size"), ""), ...commodity.variants.map(({ id, size, left }) => {
        const option = new Option(left ? size : say("sold-out", { size }), id);
        option.disabled = !left;
        return option;
      }));
      select.value = variant?.id ?? "";
      select.onchange = () => {
        // One after another, and all of them before it is bought.
        sizing = sizing.then(() => select.value && carryOut(() => screen.answer("size", `${commodity.id}:${select.value}`)));
      };
      return line;
    })));
    const total = pieces.reduce((sum, { commodity }) => sum + commodity.price.minor, 0);
    one("[data-sum]").textContent = money({ minor: total, currency: pieces[0]?.commodity.price.currency ?? "EUR" });
  }

  async function orders() {
    if (!vault.isOpen) return;
    const listed = await outbox.list();
    const waiting = listed.filter(({ state }) => state !== "sent").length;
    for (const badge of all("[data-orders-waiting]")) [badge.hidden, badge.textContent] = [!waiting, waiting];
    const list = one("[data-orders]");
    list.replaceChildren(...listed.map((order) => {
      const title = order.pieces.map(({ name, size }) => say("in-size", { name, size })).join(say("comma"));
      const acts = order.state === "sent" ? [[say("receipt"), `/purchases/${order.id}`]] : [
        ...(order.state === "sign-in" ? [[say("sign-in"), `/sign-in?next=${location.pathname}`]] : []),
        [say("let-go"), () => outbox.drop(order.id)],
      ];
      return row(title, say("order", { total: money(order.total), words: order.state === "refused" ? order.words : say(`order.${order.state}`) }), ...acts);
    }));
    if (!listed.length) list.append(row(say("no-orders"), say("no-orders.detail")));
  }

  async function device() {
    const found = await keeping.check();
    if (found?.version) {
      one("[data-version]").textContent = found.version;
      one("[data-digest]").textContent = found.digest;
      one("[data-key]").textContent = found.public_key;
    }
    one("[data-checked]").textContent = !found ? say("being-kept")
      : found.wrong.length ? say("not-as-signed", { files: found.wrong.join(say("comma")) })
        : say("as-signed", { count: found.files.length });
    if (!vault?.isOpen) return;
    one("#minutes").value = vault.idleMinutes;
    one("[data-passkey-words]").textContent = say(vault.hasPasskey ? "has-passkey" : "no-passkey");
    one("[data-photos]").replaceChildren(...figure.photos.map(({ id, name, at }) => row(
      name,
      say("added", { date: new Date(at).toLocaleDateString(language, { dateStyle: "long" }) }),
      [say("erase"), () => figure.erase(id).then(() => (figure.photos.length ? screen.refresh().then(device) : (one("[data-panel=device]").close(), toPhoto())))],
    )));
    const { usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    const isLasting = await navigator.storage?.persisted?.();
    one("[data-persistence]").textContent = say(isLasting ? "lasting" : "passing", { megabytes: Math.ceil(usage / 1e6) });
  }

  async function measures() {
    const told = (await vault.get("setting/measures")) ?? {};
    for (const input of all("[data-do=measure] input")) input.value = told[input.name] ?? "";
  }

  /** Order the look that is shown, with all sizes chosen before. */
  async function order(card) {
    await sizing;
    const made = orderOf(screen.chosen, card);
    await outbox.add(made);
    one("[data-panel=buy]").close();
    screen.refresh();
    await orders();
    const { state, words } = (await outbox.list()).find(({ id }) => id === made.id);
    if (state === "refused") throw new Problem({ title: say("not-sold"), detail: words });
    notice(state === "sent" ? say("bought") : say("order-kept", { words: say(`order.${state}`) }));
  }

  return { looks, buy, orders, measures, device, order, send: () => outbox.send() };
}
