// All of a vault in one file, encrypted as it lies on the device.
import { problem } from "../exchange.js";
import { encode, NAME, passcodeKey, read, unwrapped } from "./vault.js";

/** Everything; the passcode of today opens it. */
export async function exported(vault) {
  const { slot, records } = await vault.everything();
  const plain = ({ iv, salt, wrapped: key, ...rest }) => ({ ...rest, iv: [...iv], ...(key && { salt: [...salt], wrapped: [...new Uint8Array(key)] }) });
  const head = encode(JSON.stringify({
    slot: plain(slot),
    records: records.map(({ bytes, ...record }) => ({ ...plain(record), size: bytes.byteLength })),
  }));
  return new Blob([`${NAME} 1 ${head.length}\n`, head, ...records.map(({ bytes }) => bytes)], { type: "application/octet-stream" });
}

/** Add all of an exported file, or nothing; a vault that is new takes over its passcode. */
export async function imported(vault, file, passcode) {
  const [format, version, length] = (await file.slice(0, 60).text()).split("\n")[0].split(" ");
  if (format !== NAME || version !== "1") throw problem("no-export");
  let at = `${format} ${version} ${length}\n`.length;
  const take = async (size) => file.slice(at, (at += size)).arrayBuffer();
  const { slot, records } = JSON.parse(new TextDecoder().decode(await take(Number(length))));
  for (const name of ["iv", "salt", "wrapped"]) slot[name] = new Uint8Array(slot[name]);
  const key = await unwrapped(slot, await passcodeKey(passcode, slot));
  if (!key) throw problem("wrong-for-file");
  const entries = {};
  try {
    for (const { iv, size, ...record } of records) {
      entries[record.id] = await read({ ...record, iv: new Uint8Array(iv), bytes: await take(size) }, key);
    }
  } catch {
    throw problem("damaged-file");
  }
  if (!vault.exists) await vault.create(passcode);
  await vault.put(entries);
}
