// The vault: all that a terminal keeps, encrypted before it is stored. No effects on import.
import { problem } from "../exchange.js";
import { say } from "../words.js";

/**
 * @typedef {object} Kept a record as it lies in the database
 * @property {string} id     "<kind>/<name>"
 * @property {string} type   media type of what is encrypted
 * @property {Uint8Array} iv
 * @property {ArrayBuffer} bytes  AES-GCM, with id and type as additional data
 */

export const NAME = "boutique-terminal";
const ROUNDS = 600_000; // of PBKDF2-SHA-256
const PASSCODE_MIN = 8; // characters: shorter ones are guessed by whoever has the disk
const WRONG_FREE = 3; // then each wrong passcode doubles the pause
const PAUSE_MS = 5_000;
const PAUSE_MS_MAX = 900_000;
const AES = { name: "AES-GCM", length: 256 };
const JSON_TYPE = "application/json";

export const encode = (text) => new TextEncoder().encode(text);
const random = (count) => crypto.getRandomValues(new Uint8Array(count));
const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export async function passcodeKey(passcode, { salt, rounds }) {
  const material = await crypto.subtle.importKey("raw", encode(passcode.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, material, AES, false, ["wrapKey", "unwrapKey"]);
}

async function passkeyKey(secret, { salt }) {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info: encode("boutique/vault/1") }, material, AES, false, ["wrapKey", "unwrapKey"]);
}

const wrapping = ({ id, iv }) => ({ name: "AES-GCM", iv, additionalData: encode(id) });

async function wrapped(slot, dataKey, key) {
  return { ...slot, wrapped: await crypto.subtle.wrapKey("raw", dataKey, key, wrapping(slot)) };
}

/** Unwrap the data key of a slot; null where the key is not the right one. */
export const unwrapped = (slot, key, isExtractable = false) =>
  crypto.subtle.unwrapKey("raw", slot.wrapped, key, wrapping(slot), AES, isExtractable, ["encrypt", "decrypt"]).catch(() => null);

async function sealed(id, value, key) {
  const isBlob = value instanceof Blob;
  const type = isBlob ? value.type : JSON_TYPE;
  const plain = isBlob ? await value.arrayBuffer() : encode(JSON.stringify(value));
  const iv = random(12);
  const additionalData = encode(`${id}\n${type}`);
  return { id, type, iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain) };
}

export async function read({ id, type, iv, bytes }, key) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: encode(`${id}\n${type}`) }, key, bytes);
  return type === JSON_TYPE ? JSON.parse(new TextDecoder().decode(plain)) : new Blob([plain], { type });
}

function checked(passcode) {
  if ([...passcode].length >= PASSCODE_MIN) return passcode;
  throw problem("passcode-short", { count: PASSCODE_MIN });
}

/** Emits "lock" when it is locked here or in another tab, "change" with the ids another tab has written, and "erase". */
export class Vault extends EventTarget {
  #database;
  #key = null;
  #slots = new Map();
  #channel = new BroadcastChannel(NAME);
  #touched = Date.now();
  #idleMinutes;

  static async open() {
    if (!globalThis.crypto?.subtle || !globalThis.indexedDB) {
      throw problem("not-safe");
    }
    const vault = new Vault();
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        for (const store of ["slots", "records", "settings"]) request.result.createObjectStore(store, { keyPath: "id" });
      };
      vault.#database = await asked(request);
    } catch {
      throw problem("keeps-nothing");
    }
    // Another tab erases everything: it must not wait for this one.
    vault.#database.onversionchange = () => vault.#erased();
    await vault.#load();
    vault.#listen();
    return vault;
  }

  async #load() {
    this.#slots = new Map((await this.#all("slots")).map((slot) => [slot.id, slot]));
    this.#idleMinutes = (await this.#get("settings", "idle"))?.minutes ?? 10;
  }

  #listen() {
    this.#channel.onmessage = ({ data }) => {
      if (data === "lock") this.#shut();
      else if (data === "active") this.#touched = Date.now();
      else this.#load().then(() => this.dispatchEvent(new CustomEvent("change", { detail: data })));
    };
    const active = () => {
      const isNews = Date.now() - this.#touched > 2_000;
      this.#touched = Date.now();
      if (isNews) this.#channel.postMessage("active");
    };
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, active, { passive: true });
    // The clock is asked, not counted: a device that slept was idle too.
    setInterval(() => this.#key && Date.now() - this.#touched > this.#idleMinutes * 60_000 && this.lock(), 1_000);
  }

  get exists() {
    return this.#slots.has("passcode");
  }

  get isOpen() {
    return this.#key !== null;
  }

  get hasPasskey() {
    return this.#slots.has("passkey");
  }

  get idleMinutes() {
    return this.#idleMinutes;
  }

  async setIdleMinutes(minutes) {
    await this.#write("settings", [{ id: "idle", minutes: Math.min(120, Math.max(1, minutes)) }]);
    await this.#load();
  }

  // ------------------------------------------------------------ locking

  async create(passcode) {
    // Another tab may have been faster: its key must not be lost.
    if ((await this.#all("slots")).length) throw problem("vault-exists");
    const dataKey = await crypto.subtle.generateKey(AES, true, ["encrypt", "decrypt"]);
    await this.#setPasscode(checked(passcode), dataKey);
    await this.unlock(passcode);
    return navigator.storage?.persist?.();
  }

  async unlock(passcode) {
    this.#open(await this.#byPasscode(passcode));
  }

  async changePasscode(old, passcode) {
    checked(passcode);
    await this.#setPasscode(passcode, await this.#byPasscode(old, true));
  }

  async #setPasscode(passcode, dataKey) {
    const slot = { id: "passcode", salt: random(16), iv: random(12), rounds: ROUNDS };
    await this.#keep(await wrapped(slot, dataKey, await passcodeKey(passcode, slot)));
  }

  async #keep(slot) {
    await this.#write("slots", [slot]);
    await this.#load();
    this.#channel.postMessage([`slot/${slot.id}`]);
  }

  /** One guess at a time, in all tabs; each is counted before it is tried, so closing the page saves none. */
  #byPasscode(passcode, isExtractable = false) {
    return navigator.locks.request(`${NAME}/guess`, async () => {
      const { wrong = 0, until = 0 } = (await this.#get("settings", "guesses")) ?? {};
      const seconds = Math.ceil((until - Date.now()) / 1000);
      if (seconds > 0) throw problem("too-many-wrong", { time: seconds > 90 ? say("minutes", { count: Math.ceil(seconds / 60) }) : say("seconds", { count: seconds }) });
      const pause = wrong + 1 < WRONG_FREE ? 0 : Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (wrong + 1 - WRONG_FREE));
      await this.#write("settings", [{ id: "guesses", wrong: wrong + 1, until: pause && Date.now() + pause }]);
      const slot = this.#slots.get("passcode");
      const dataKey = await unwrapped(slot, await passcodeKey(passcode, slot), isExtractable);
      if (!dataKey) throw problem(pause ? "wrong-and-wait" : "wrong-passcode", { time: say("seconds", { count: Math.ceil(pause / 1000) }) });
      await this.#write("settings", [{ id: "guesses", wrong: 0, until: 0 }]);
      return dataKey;
    });
  }

  async addPasskey(passcode) {
    const dataKey = await this.#byPasscode(passcode, true);
    const slot = { id: "passkey", salt: random(32), iv: random(12) };
    const made = await navigator.credentials.create({ publicKey: {
      rp: { name: "Boutique" },
      user: { id: random(16), name: document.title, displayName: document.title },
      challenge: random(32),
      pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
      extensions: { prf: { eval: { first: slot.salt } } },
    } });
    const { enabled, results } = made.getClientExtensionResults().prf ?? {};
    if (!enabled) throw problem("passkey-secretless");
    slot.credential = made.rawId;
    const secret = results?.first ?? (await this.#secretOf(slot));
    await this.#keep(await wrapped(slot, dataKey, await passkeyKey(secret, slot)));
  }

  async #secretOf({ credential: id, salt: first }) {
    const given = await navigator.credentials.get({ publicKey: {
      challenge: random(32),
      allowCredentials: [{ type: "public-key", id }],
      userVerification: "required",
      extensions: { prf: { eval: { first } } },
    } });
    return given.getClientExtensionResults().prf?.results?.first;
  }

  async unlockByPasskey() {
    const slot = this.#slots.get("passkey");
    const secret = await this.#secretOf(slot).catch(() => null);
    const dataKey = secret && (await unwrapped(slot, await passkeyKey(secret, slot)));
    if (!dataKey) throw problem("passkey-failed");
    this.#open(dataKey);
  }

  #open(dataKey) {
    this.#key = dataKey;
    this.#touched = Date.now();
  }

  /** Lock it here and in every other tab. */
  lock() {
    this.#channel.postMessage("lock");
    this.#shut();
  }

  #shut() {
    if (!this.#key) return;
    this.#key = null;
    this.dispatchEvent(new Event("lock"));
  }

  // ------------------------------------------------------------ records

  /** Keep records under their ids, all or none: `{ "<kind>/<name>": object or Blob }`. */
  async put(entries) {
    const key = this.#opened();
    await this.#write("records", await Promise.all(Object.entries(entries).map(([id, value]) => sealed(id, value, key))));
    this.#channel.postMessage(Object.keys(entries));
  }

  async get(id) {
    const key = this.#opened();
    const kept = await this.#get("records", id);
    return kept && read(kept, key);
  }

  /** All records whose id begins so, by id. */
  async list(prefix) {
    const key = this.#opened();
    const kept = await this.#all("records", IDBKeyRange.bound(prefix, `${prefix}\uffff`));
    return new Map(await Promise.all(kept.map(async (record) => [record.id, await read(record, key)])));
  }

  async remove(...prefixes) {
    this.#opened();
    await this.#change("records", (store) => {
      for (const prefix of prefixes) store.delete(IDBKeyRange.bound(prefix, `${prefix}\uffff`));
    });
    this.#channel.postMessage(prefixes);
  }

  #opened() {
    if (!this.#key) throw problem("vault-closed");
    return this.#key;
  }

  /** The slot of the passcode and all records, encrypted as they lie here. */
  async everything() {
    this.#opened();
    return { slot: this.#slots.get("passcode"), records: await this.#all("records") };
  }

  async erase() {
    this.#database.close();
    await asked(indexedDB.deleteDatabase(NAME));
    this.#erased();
  }

  #erased() {
    this.#database.close();
    this.#key = null;
    this.dispatchEvent(new Event("erase"));
  }

  // ------------------------------------------------------------ the database

  #get(store, id) {
    return asked(this.#database.transaction(store).objectStore(store).get(id));
  }

  #all(store, range) {
    return asked(this.#database.transaction(store).objectStore(store).getAll(range));
  }

  #write(store, values) {
    return this.#change(store, (to) => values.forEach((value) => to.put(value)));
  }

  async #change(store, act) {
    const transaction = this.#database.transaction(store, "readwrite", { durability: "strict" });
    act(transaction.objectStore(store));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error?.name === "QuotaExceededError" ? problem("device-full") : transaction.error);
    });
  }
}
