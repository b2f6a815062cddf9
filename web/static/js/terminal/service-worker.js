// Keeps the coordination program, and nothing else. PROGRAM is the digest of the one it was sent with.
const PAGE = "/terminal";
const NAME = "coordination-program-";
const PINNED = "coordination-program-key"; // the key that signed the first program stays the only one
const MANIFEST = "/coordination-program";

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const digest = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));
const bytesOf = (base64) => Uint8Array.from(atob(base64.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

/** JSON in the one way that both sides sign and check: sorted, without spaces. */
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)}}`;
};
const signed = (value) => new TextEncoder().encode(canonical(value));

async function checkManifest({ signature, ...said }) {
  if ((await digest(signed(said.files))) !== said.digest) throw new Error("the list of files is not what its digest says");
  const key = await crypto.subtle.importKey("raw", bytesOf(said.public_key), "Ed25519", false, ["verify"]);
  if (!(await crypto.subtle.verify("Ed25519", key, bytesOf(signature), signed(said)))) throw new Error("the signature is not right");
  const pinned = await caches.match(MANIFEST, { cacheName: PINNED }); // opening it would make it
  if (pinned && (await pinned.text()) !== said.public_key) throw new Error("another key has signed it");
}

/** A file of the program, or an error: nothing else is ever answered in its place. */
async function fetched({ path, sha256 }) {
  const response = await fetch(path, { cache: "no-cache", credentials: "omit" });
  if (!response.ok) throw new Error(`${path} cannot be had`);
  if ((await digest(await response.clone().arrayBuffer())) !== sha256) throw new Error(`${path} is not the file that was signed`);
  return response;
}

async function install() {
  const answer = await fetch(MANIFEST, { cache: "no-store", credentials: "omit" });
  const manifest = await answer.clone().json();
  if (manifest.digest !== PROGRAM) throw new Error("the program has changed meanwhile");
  await checkManifest(manifest);
  // Complete, or not at all: until then the program before it stays.
  await caches.delete(NAME + PROGRAM);
  const cache = await caches.open(NAME + PROGRAM);
  try {
    for (const file of manifest.files) await cache.put(file.path, await fetched(file));
    await cache.put(MANIFEST, answer);
    await (await caches.open(PINNED)).put(MANIFEST, new Response(manifest.public_key));
  } catch (error) {
    await caches.delete(NAME + PROGRAM);
    throw error;
  }
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith(NAME) && name !== NAME + PROGRAM && name !== PINNED) await caches.delete(name);
  }
  await clients.claim();
}

async function answered(request) {
  const cache = await caches.open(NAME + PROGRAM);
  const path = new URL(request.url).pathname;
  const kept = await cache.match(path);
  if (kept) return kept;
  // The browser may have thrown a file away. A file of the program is the right one, or none.
  const file = (await (await cache.match(MANIFEST))?.json())?.files.find((each) => each.path === path);
  return file ? fetched(file).catch(() => Response.error()) : fetch(request);
}

/** Look at every byte that is kept: what is it, and what is not as it was signed? */
async function check() {
  const cache = await caches.open(NAME + PROGRAM);
  const manifest = await (await cache.match(MANIFEST)).json();
  const wrong = [];
  await checkManifest(manifest).catch((error) => wrong.push(error.message));
  for (const { path, sha256 } of manifest.files) {
    const kept = await cache.match(path);
    if (!kept || (await digest(await kept.arrayBuffer())) !== sha256) wrong.push(path);
  }
  return { ...manifest, wrong };
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const isOurs = origin === location.origin && event.request.method === "GET"
    && (pathname === PAGE || pathname.startsWith(`${PAGE}/`) || pathname.startsWith("/static/"));
  if (isOurs) event.respondWith(answered(event.request));
});
addEventListener("message", (event) => {
  if (event.data === "take over") skipWaiting();
  if (event.data === "check") {
    event.waitUntil(check().then(
      (found) => event.ports[0].postMessage(found),
      (error) => event.ports[0].postMessage({ wrong: [error.message], files: [] }),
    ));
  }
});
