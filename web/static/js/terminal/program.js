// The coordination program: its page, what can be done on it, and what it shows when.
// What is not needed to open the page comes when it is: the screen, panels, orders, files, extraction, drawing.
import { all, clearProblem, one, problem, showProblem } from "../exchange.js";
import { say } from "../words.js";
import { Keeping } from "./keeping.js";
import { notice, plainly } from "./saying.js";
import { Vault } from "./vault.js";

const facts = JSON.parse(one("[data-facts]").textContent);
const screen = one("boutique-terminal");
const keeping = new Keeping();
let vault, catalogue, figure, photographing;

/** Load something when it is first wanted; what did not come is asked for again. */
function lazily(load) {
  let coming = null;
  return () => (coming ??= load().catch((error) => {
    coming = null;
    throw error;
  }));
}

/** Let a style sheet of the page apply; it is loaded then. */
const styled = (name) => new Promise((done, failed) => {
  const link = one(`link[data-style=${name}]`);
  link.onload = done;
  link.onerror = () => {
    link.disabled = true;
    failed(problem("unreachable"));
  };
  link.disabled = false;
});

/** What dialogs and the adding of a photograph look like. */
const panelled = lazily(() => Promise.all(["pages", "panels"].map(styled)));

/** What shows the things in a vault. */
const furnished = lazily(async () => {
  const [{ Catalogue }, { Figure }] = await Promise.all([...["catalogue", "figure", "screen"].map((name) => import(`./${name}.js`)), styled("coordination")]);
  catalogue = new Catalogue(vault);
  figure = new Figure(vault, one("[data-stage] canvas"), facts.extraction_base);
});

/** The panels, and the orders that wait. */
const opening = lazily(async () => {
  await begun;
  const [{ openPanels }] = await Promise.all([import("./panels.js"), furnished()]);
  return openPanels({ vault, catalogue, figure, screen, keeping, carryOut, toPhoto });
});

/** Where a photograph is taken and cut out. */
const photograph = lazily(async () => {
  const [{ openPhotographing }] = await Promise.all([import("./photographing.js"), panelled()]);
  return (photographing = openPhotographing({ figure, scene, carryOut }));
});

// ------------------------------------------------------------ what is shown

function scene(name) {
  for (const each of all("[data-scene]")) each.hidden = each.dataset.scene !== name;
  for (const each of all("[data-when-open]")) each.hidden = !vault?.isOpen;
  for (const each of all("[data-has-photos]")) each.hidden = !figure?.photos.length;
  for (const each of all("[data-with-passkey]")) each.hidden = !vault?.hasPasskey;
  for (const form of all("form[data-do]")) form.reset();
  if (name !== "screen") one(`[data-scene=${name}] :is(input:not(.vh), button)`)?.focus({ preventScroll: true });
}

const toPhoto = async () => (await photograph()).begin();

async function opened() {
  await furnished();
  await Promise.all([catalogue.load(), figure.load()]);
  const { send, orders } = await opening();
  send(); // may take its time, and tells by itself
  await orders();
  if (!figure.photos.length) return toPhoto();
  scene("screen");
  await screen.open({ vault, catalogue, figure, facts });
}

function locked() {
  photographing?.close();
  for (const part of [screen, figure, catalogue]) part?.close?.(); // it may be locked before they came
  for (const dialog of all("dialog[open]")) dialog.close();
  for (const list of all(".kept, [data-lines], [data-status]")) list.replaceChildren();
  scene(vault.exists ? "unlock" : "create");
}

// ------------------------------------------------------------ what can be done

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
  async unlock({ key }) {
    opening().catch(() => {}); // comes while the passcode is tried
    await vault.unlock(key);
    await opened();
  },
  passkey: () => vault.unlockByPasskey().then(opened),
  lock: () => vault.lock(),
  photo: toPhoto,
  camera: async () => (await photograph()).camera(),
  cancel: async () => (await photograph()).cancel(),
  "touch-up": async () => (await photograph()).touchUp(),
  untouched: async () => (await photograph()).untouched(),
  async keep({ name }) {
    const id = await (await photograph()).keep(name.trim());
    scene("screen");
    await screen.open({ vault, catalogue, figure, facts });
    if (figure.photos.length > 1) await screen.show(await screen.answer("wearer", `photo:${id}`));
  },
  screen() {
    photographing?.close();
    scene("screen");
  },
  async save({ name }) {
    await screen.save(name.trim());
    (await opening()).looks();
    notice(say("look-kept"));
  },
  async begin() {
    await screen.begin();
    one("[data-panel=looks]").close();
  },
  buy: async ({ card }) => (await opening()).order(card),
  async measure(given) {
    const told = Object.entries(given).filter(([, cm]) => cm).map(([name, cm]) => [name, Number(cm)]);
    await vault.put({ "setting/measures": Object.fromEntries(told) });
    one("[data-panel=measures]").close();
    await screen.load();
    await screen.refresh();
    notice(say("set"));
  },
  check: async () => (await opening()).device(),
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
    await (await opening()).device();
    notice(say("passkey-added"));
  },
  async export() {
    const { exported } = await import("./vault-file.js");
    download(await exported(vault));
    notice(say("exported"));
  },
  async import({ file, of }) {
    if (vault.exists && !vault.isOpen) throw problem("locked-import");
    const { imported } = await import("./vault-file.js");
    await imported(vault, file, of);
    for (const dialog of all("dialog[open]")) dialog.close();
    await opened();
    notice(say("imported"));
  },
  erase: () => vault.erase(),
};

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

document.addEventListener("click", (event) => {
  const button = event.target.closest("button, a[data-open]");
  if (button?.href) event.preventDefault();
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  const { open, do: name, close } = button.dataset;
  if (close !== undefined || open) button.closest("dialog")?.close();
  if (open || name) button.closest("details.menu, details.wearers")?.removeAttribute("open");
  if (open) {
    const dialog = one(`[data-panel=${open}]`);
    one("[data-messages]", dialog).replaceChildren(); // what was said the last time
    carryOut(async () => {
      await panelled();
      if (!dialog.open) dialog.showModal();
      await (await opening())[open]?.();
    });
  }
  if (name && button.type === "button") carryOut(async () => ACTS[name](), button);
});

for (const input of all("[data-photo]")) {
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = "";
    if (file) carryOut(async () => (await photograph()).extract(file));
  });
}

// ------------------------------------------------------------ the beginning

async function begin() {
  vault = await Vault.open();
  vault.addEventListener("lock", locked);
  vault.addEventListener("erase", () => location.reload());
  vault.addEventListener("change", ({ detail: ids }) => {
    const has = (kind) => ids.some((id) => id.startsWith(kind));
    if (!vault.isOpen) return has("slot/") && scene("unlock");
    carryOut(async () => {
      if (has("order/")) await (await opening()).orders();
      if (has("photo/")) await figure.load();
      if (has("photo/") && !figure.photos.length) await toPhoto();
      else if (["photo/", "event/", "setting/measures"].some(has) && !screen.hidden) {
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
const begun = carryOut(begin);
keeping.begin().catch(() => {}); // without it the page works as long as the boutique can be reached
