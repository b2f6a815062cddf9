// The panels of the terminal: looks, buying, orders, this device. They come when an unlocked vault is shown, or one is opened.
import { all, money, one, Problem } from "../exchange.js";
import { orderOf, Outbox } from "./outbox.js";
import { clone, notice } from "./saying.js";

const ORDER_WORDS = {
  queued: "Waits here until the boutique can be reached.",
  "sign-in": "Waits until you are signed in as who ordered it.",
  sent: "Bought.",
};

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
      element.setAttribute("aria-label", `${label}: ${title}`);
      if (typeof act === "string") element.href = act;
      else Object.assign(element, { type: "button", onclick: () => carryOut(act) });
      return element;
    }));
    return item;
  };

  function looks() {
    one("[data-looks]").replaceChildren(...screen.looks.map(({ id, title, pieces, isShown }) => row(
      title,
      `${pieces.length} ${pieces.length === 1 ? "piece" : "pieces"}${isShown ? ", shown now" : ""}`,
      ["Wear", () => screen.wear(id).then(() => one("[data-panel=looks]").close())],
      ["Duplicate", () => screen.duplicate(id).then(looks)],
      ["Delete", () => screen.discard(id).then(looks)],
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
      select.setAttribute("aria-label", `Size of ${commodity.name}`);
      select.append(new Option("Choose a size", ""), ...commodity.variants.map(({ id, size, left }) => {
        const option = new Option(left ? size : `${size}, sold out`, id);
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
    const orders = await outbox.list();
    const waiting = orders.filter(({ state }) => state !== "sent").length;
    for (const badge of all("[data-orders-waiting]")) [badge.hidden, badge.textContent] = [!waiting, waiting];
    const list = one("[data-orders]");
    list.replaceChildren(...orders.map((order) => {
      const title = order.pieces.map(({ name, size }) => `${name} (${size})`).join(", ");
      const acts = order.state === "sent" ? [["Receipt", `/purchases/${order.id}`]] : [
        ...(order.state === "sign-in" ? [["Sign in", "/sign-in?next=/terminal"]] : []),
        ["Let it go", () => outbox.drop(order.id)],
      ];
      return row(title, `${money(order.total)}. ${ORDER_WORDS[order.state] ?? order.words}`, ...acts);
    }));
    if (!orders.length) list.append(row("Nothing yet", "What you buy is listed here, also while the boutique is away."));
  }

  async function device() {
    const found = await keeping.check();
    if (found?.version) {
      one("[data-version]").textContent = found.version;
      one("[data-digest]").textContent = found.digest;
      one("[data-key]").textContent = found.public_key;
    }
    one("[data-checked]").textContent = !found ? "The program is being kept; look again in a moment."
      : found.wrong.length ? `Not as it was signed: ${found.wrong.join(", ")}. Erase the site’s data in the browser after exporting everything, and open this page again.`
        : `All ${found.files.length} files are as they were signed.`;
    if (!vault?.isOpen) return;
    one("#minutes").value = vault.idleMinutes;
    one("[data-passkey-words]").textContent = vault.hasPasskey ? "A passkey unlocks this device already; a new one takes its place."
      : "Your face, your finger or the PIN of this device then unlocks too. The passcode stays.";
    one("[data-photos]").replaceChildren(...figure.photos.map(({ id, name, at }) => row(
      name,
      `Added ${new Date(at).toLocaleDateString("en", { dateStyle: "long" })}`,
      ["Erase", () => figure.erase(id).then(() => (figure.photos.length ? screen.refresh().then(device) : (one("[data-panel=device]").close(), toPhoto())))],
    )));
    const { usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    const isLasting = await navigator.storage?.persisted?.();
    one("[data-persistence]").textContent = `${Math.ceil(usage / 1e6)} MB are used. ${isLasting ? "The browser keeps them until you erase them."
      : "The browser may clear them when space is short: install the program, and export a copy now and then."}`;
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
    if (state === "refused") throw new Problem({ title: "The boutique did not sell it", detail: words });
    notice(state === "sent" ? "It is yours. The receipt stands with your orders." : `Your order is kept. ${ORDER_WORDS[state]}`);
  }

  return { looks, buy, orders, device, order, send: () => outbox.send() };
}
