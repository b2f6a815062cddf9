// The coordination program: its page, what can be done on it, and what it shows when.
import { all, clearProblem, one, problem, Problem, showProblem } from "../exchange.js";
import { language, money, say } from "../words.js";
import { Catalogue } from "./catalogue.js";
import { Figure, plainly, preview } from "./figure.js";
import { Keeping } from "./keeping.js";
import { Outbox, orderOf } from "./outbox.js";
import { BoutiqueTerminal, clone, notice } from "./screen.js";
import { Vault } from "./vault.js";

customElements.define("boutique-terminal", BoutiqueTerminal);

const facts = JSON.parse(one("[data-facts]").textContent);
const screen = one("boutique-terminal");
const keeping = new Keeping();
let vault, catalogue, figure, outbox;
let sizing = Promise.resolve(); // sizes that are being chosen
let extracting = null; // what can be cancelled
let extracted = null; // the person cut out last, until it is kept

// ------------------------------------------------------------ what is shown

function scene(name) {
  for (const each of all("[data-scene]")) each.hidden = each.dataset.scene !== name;
  for (const each of all("[data-when-open]")) each.hidden = !vault?.isOpen;
  for (const each of all("[data-has-photos]")) each.hidden = !figure?.photos.length;
  for (const each of all("[data-with-passkey]")) each.hidden = !vault?.hasPasskey;
  for (const form of all("form[data-do]")) form.reset();
  if (name !== "screen") one(`[data-scene=${name}] :is(input:not(.vh), button)`)?.focus({ preventScroll: true });
}

function photoScene() {
  extracted = null;
  const isBusy = Boolean(extracting);
  [one("[data-choosing]").hidden, one("[data-extracting]").hidden] = [isBusy, !isBusy];
  one("[data-extracted]").hidden = one("[data-cut]").hidden = true;
  one("[data-drop]").classList.remove("is-chosen");
  scene("photo");
}

async function opened() {
  await catalogue.load();
  await figure.load();
  outbox.send(); // may take its time, and tells by itself
  await showOrders();
  if (!figure.photos.length) return photoScene();
  scene("screen");
  await screen.open({ vault, catalogue, figure, facts });
}

function locked() {
  extracting?.abort();
  extracted = null;
  for (const part of [screen, figure, catalogue]) part.close();
  for (const dialog of all("dialog[open]")) dialog.close();
  for (const list of all(".kept, [data-lines], [data-status]")) list.replaceChildren();
  scene(vault.exists ? "unlock" : "create");
}

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

function showLooks() {
  one("[data-looks]").replaceChildren(...screen.looks.map(({ id, title, pieces, isShown }) => row(
    title,
    say(isShown ? "pieces-shown" : "pieces", { count: pieces.length }),
    [say("wear"), () => screen.wear(id).then(() => one("[data-panel=looks]").close())],
    [say("duplicate"), () => screen.duplicate(id).then(showLooks)],
    [say("delete"), () => screen.discard(id).then(showLooks)],
  )));
}

async function showBuying() {
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

async function showOrders() {
  if (!vault.isOpen) return;
  const orders = await outbox.list();
  const waiting = orders.filter(({ state }) => state !== "sent").length;
  for (const badge of all("[data-orders-waiting]")) [badge.hidden, badge.textContent] = [!waiting, waiting];
  const list = one("[data-orders]");
  list.replaceChildren(...orders.map((order) => {
    const title = order.pieces.map(({ name, size }) => say("in-size", { name, size })).join(say("comma"));
    const acts = order.state === "sent" ? [[say("receipt"), `/purchases/${order.id}`]] : [
      ...(order.state === "sign-in" ? [[say("sign-in"), `/sign-in?next=${location.pathname}`]] : []),
      [say("let-go"), () => outbox.drop(order.id)],
    ];
    return row(title, say("order", { total: money(order.total), words: order.state === "refused" ? order.words : say(`order.${order.state}`) }), ...acts);
  }));
  if (!orders.length) list.append(row(say("no-orders"), say("no-orders.detail")));
}

async function showDevice() {
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
    [say("erase"), () => figure.erase(id).then(() => (figure.photos.length ? screen.refresh().then(showDevice) : (one("[data-panel=device]").close(), photoScene())))],
  )));
  const { usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  const isLasting = await navigator.storage?.persisted?.();
  one("[data-persistence]").textContent = say(isLasting ? "lasting" : "passing", { megabytes: Math.ceil(usage / 1e6) });
}

// ------------------------------------------------------------ what can be done

async function extract(file) {
  extracting?.abort();
  const { signal } = (extracting = new AbortController());
  photoScene();
  const [bar, words] = [one("[data-extracting] progress"), one("#extracting")];
  bar.removeAttribute("value");
  words.textContent = say("step.waiting");
  try {
    const onProgress = ({ share, step }) => {
      words.textContent = say(`step.${step}`);
      if (share === null || share === undefined) bar.removeAttribute("value");
      else bar.value = share;
    };
    const { person, quality } = await figure.extract(file, { onProgress, signal });
    if (signal.aborted) return;
    extracted = person;
    preview(one("[data-cut]"), person);
    one("[data-advice]").replaceChildren(...quality.map((code) => Object.assign(document.createElement("li"), { textContent: say(`advice.${code}`) })));
    one("[data-drop]").classList.add("is-chosen");
    one("[data-cut]").hidden = one("[data-extracted]").hidden = false;
    one("[data-extracted] input").focus();
  } finally {
    if (signal === extracting?.signal) {
      extracting = null;
      one("[data-extracting]").hidden = true;
      one("[data-choosing]").hidden = Boolean(extracted);
    }
  }
}

function download(blob) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `boutique-${new Date().toISOString().slice(0, 10)}.vault` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const ACTS = {
  async create({ passcode, again }) {
    if (passcode !== again) throw problem("passcodes-differ");
    await vault.create(passcode);
    await opened();
  },
  unlock: ({ key }) => vault.unlock(key).then(opened),
  passkey: () => vault.unlockByPasskey().then(opened),
  lock: () => vault.lock(),
  photo: photoScene,
  cancel: () => extracting?.abort(new DOMException("Cancelled", "AbortError")),
  async keep({ name }) {
    const id = await figure.keep(extracted, name.trim());
    extracted = null;
    scene("screen");
    await screen.open({ vault, catalogue, figure, facts });
    if (figure.photos.length > 1) await screen.show(await screen.answer("wearer", `photo:${id}`));
  },
  screen: () => scene("screen"),
  async save({ name }) {
    await screen.save(name.trim());
    showLooks();
    notice(say("look-kept"));
  },
  async begin() {
    await screen.begin();
    one("[data-panel=looks]").close();
  },
  async buy({ card }) {
    await sizing;
    const order = orderOf(screen.chosen, card);
    await outbox.add(order);
    one("[data-panel=buy]").close();
    screen.refresh();
    await showOrders();
    const { state, words } = (await outbox.list()).find(({ id }) => id === order.id);
    if (state === "refused") throw new Problem({ title: say("not-sold"), detail: words });
    notice(state === "sent" ? say("bought") : say("order-kept", { words: say(`order.${state}`) }));
  },
  check: showDevice,
  install: () => keeping.install(),
  renew: () => keeping.renew(),
  async idle({ minutes }) {
    await vault.setIdleMinutes(Number(minutes));
    notice(say("set"));
  },
  async change({ old, new: passcode }) {
    await vault.changePasscode(old, passcode);
    notice(say("passcode-changed"));
  },
  async "add-passkey"({ with: passcode }) {
    await vault.addPasskey(passcode);
    await showDevice();
    notice(say("passkey-added"));
  },
  async export() {
    download(await vault.exported());
    notice(say("exported"));
  },
  async import({ file, of }) {
    if (vault.exists && !vault.isOpen) throw problem("locked-import");
    await vault.imported(file, of);
    for (const dialog of all("dialog[open]")) dialog.close();
    await opened();
    notice(say("imported"));
  },
  erase: () => vault.erase(),
};

const PANELS = { looks: showLooks, buy: showBuying, orders: showOrders, device: showDevice };

/** Do something; say plainly what went wrong. Buttons rest meanwhile, so that nothing is done twice. */
async function carryOut(act, button) {
  clearProblem();
  if (button) button.disabled = true;
  try {
    await act();
  } catch (error) {
    const told = plainly(error);
    if (told) showProblem(told);
  } finally {
    if (button) button.disabled = false;
  }
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  event.preventDefault();
  const act = ACTS[form.dataset.do];
  const given = Object.fromEntries(new FormData(form));
  if (act) carryOut(async () => {
    await act(given);
    if (all("input[type=password]", form).length) form.reset();
  }, submitter);
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  const { open, do: name, close } = button.dataset;
  if (close !== undefined || open) button.closest("dialog")?.close();
  if (open || name) button.closest("details.menu, details.wearers")?.removeAttribute("open");
  if (open) {
    const dialog = one(`[data-panel=${open}]`);
    one("[data-messages]", dialog).replaceChildren(); // what was said the last time
    dialog.showModal();
    carryOut(async () => PANELS[open]?.());
  }
  if (name && button.type === "button") carryOut(async () => ACTS[name](), button);
});

for (const input of all("[data-photo]")) {
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = "";
    if (file) carryOut(() => extract(file));
  });
}

// ------------------------------------------------------------ the beginning

async function begin() {
  vault = await Vault.open();
  catalogue = new Catalogue(vault);
  figure = new Figure(vault, one("[data-stage] canvas"), facts.extraction_base);
  outbox = new Outbox(vault);
  outbox.addEventListener("change", () => carryOut(showOrders));
  vault.addEventListener("lock", locked);
  vault.addEventListener("erase", () => location.reload());
  vault.addEventListener("change", ({ detail: ids }) => {
    const has = (kind) => ids.some((id) => id.startsWith(kind));
    if (!vault.isOpen) return has("slot/") && scene("unlock");
    carryOut(async () => {
      if (has("order/")) await showOrders();
      if (has("photo/")) await figure.load();
      if (has("photo/") && !figure.photos.length) photoScene();
      else if ((has("photo/") || has("event/")) && !screen.hidden) {
        await screen.load();
        await screen.refresh();
      }
    });
  });
  scene(vault.exists ? "unlock" : "create");
}

keeping.addEventListener("newer", () => { one("[data-newer]").hidden = false; });
keeping.addEventListener("refused", () => notice(say("program-refused")));
keeping.addEventListener("installable", () => { one("[data-installable]").hidden = false; });
carryOut(begin);
keeping.begin().catch(() => {}); // without it the page works as long as the boutique can be reached
