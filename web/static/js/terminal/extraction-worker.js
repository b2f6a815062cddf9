// The worker that cuts persons out of photographs. Nothing it is given leaves it but by its answers.
import { NobodyFound, cutOut } from "./cutting.js";
import { COLS, ROWS, framed, placement } from "./framing.js";
import { pixels } from "./pixels.js";
import { corrected, prepared } from "./preparing.js";

// The library tells on the channel of errors what it does; that is no trouble.
const report = console.error.bind(console);
console.error = (...words) => (/^(INFO|W\d)/.test(words[0]) ? console.debug : report)(...words);

const BYTES_MAX = 15e6;
const [SIDE_MIN, SIDE_MAX, PIXELS_MAX] = [200, 2048, 50e6];

class Refused extends Error {}
const refuse = (code) => {
  throw new Refused(code);
};

/** Fetch the networks and what runs them, telling how much is there. */
async function loaded(base, tell) {
  const lacking = () => refuse("program-incomplete"), names = ["person.tflite", "body.tflite", "vision_wasm_module_internal.wasm"];
  const responses = await Promise.all(names.map((name) => fetch(base + name).catch(lacking)));
  if (!responses.every(({ ok }) => ok)) lacking();
  const total = responses.reduce((sum, { headers }) => sum + Number(headers.get("Content-Length")), 0);
  let there = 0;
  const counting = () => new TransformStream({ transform: (chunk, out) => (out.enqueue(chunk), tell("loading", total ? Math.min(1, (there += chunk.length) / total) : null)) });
  const contents = await Promise.all(responses.map(({ body }) => new Response(body.pipeThrough(counting())).arrayBuffer().catch(lacking)));
  const { ImageEmbedder } = await import(`${base}vision_bundle.mjs`).catch(lacking);
  const run = {};
  for (const [k, name] of ["person", "body"].entries()) {
    // The library takes the factory away after each use, and an imported module does not run again.
    self.ModuleFactory = (await import(`${base}vision_wasm_module_internal.js`).catch(lacking)).default;
    const options = { baseOptions: { modelAssetBuffer: new Uint8Array(contents[k]), delegate: "CPU" }, runningMode: "IMAGE" };
    // An embedder hands the network's tensors out as they are: so the terminal computes what the server does.
    const network = await ImageEmbedder.createFromOptions({ wasmBinaryPath: `${base}${names[2]}` }, options);
    run[name] = ({ w, h, d }) => network.embed(new ImageData(d, w, h)).embeddings.map(({ floatEmbedding }) => floatEmbedding);
  }
  return run;
}

/** Open a file: upright, in sRGB, and not larger than the server keeps it. */
async function decoded(blob) {
  if (!blob.size) refuse("empty-file");
  if (blob.size > BYTES_MAX) refuse("too-many-bytes");
  const head = String.fromCharCode(...new Uint8Array(await blob.slice(0, 12).arrayBuffer()));
  const isHeic = /^ftyp(hei|hev|mif1|msf1)/.test(head.slice(4));
  if (!isHeic && !/^(\xff\xd8\xff|\x89PNG\r\n|RIFF....WEBP|....ftypavi[fs])/s.test(head)) refuse("not-an-image");
  const whole = await createImageBitmap(blob).catch(() => refuse(isHeic ? "heic-not-here" : "unreadable"));
  const { width, height } = whole, ratio = Math.min(1, SIDE_MAX / Math.max(width, height));
  if (width * height > PIXELS_MAX) refuse("too-many-pixels");
  if (Math.min(width, height) < SIDE_MIN) refuse("too-small");
  const size = { resizeWidth: Math.max(1, Math.round(width * ratio)), resizeHeight: Math.max(1, Math.round(height * ratio)), resizeQuality: "high" };
  const bitmap = ratio < 1 ? await createImageBitmap(whole, size) : whole;
  if (bitmap !== whole) whole.close();
  return bitmap;
}

const canvas = (w, h) => new OffscreenCanvas(w, h).getContext("2d", { willReadFrequently: true });

/** The pixels of an ImageData, or of anything that can be drawn. */
function pixelsOf(source) {
  if (source instanceof ImageData) return pixels(source.width, source.height, 4, source.data);
  const drawing = canvas(source.width, source.height);
  drawing.drawImage(source, 0, 0);
  return pixelsOf(drawing.getImageData(0, 0, source.width, source.height));
}

/** The whole photograph where the person of the frame was cut out of it: what a brush may bring back. */
function ground(bitmap, { scale, down, across }) {
  const drawing = canvas(COLS, ROWS);
  drawing.imageSmoothingQuality = "high";
  drawing.setTransform(scale, 0, 0, scale, across, down);
  drawing.drawImage(bitmap, 0, 0);
  return drawing.canvas.transferToImageBitmap();
}

const imageData = ({ w, h, d }) => new ImageData(d, w, h);
let networks;
let people = 0;
const known = new Map();

const OPERATIONS = {
  async open({ base }, tell) {
    networks ??= await loaded(base, tell);
  },

  async extract({ blob }, tell) {
    tell("opening");
    const bitmap = await decoded(blob);
    const { rgba, joints, quality } = cutOut(pixelsOf(bitmap), networks, tell);
    tell("placing");
    const place = placement(rgba, joints, { isCutOffAtFeet: quality.includes("cut-off-at-feet") });
    const person = framed(rgba, joints, place), photo = ground(bitmap, place);
    bitmap.close();
    return { person: { width: COLS, height: ROWS, rgba: imageData(person.rgba), joints: person.joints }, photo, quality };
  },

  async correct({ person, mask, photo }) {
    const [rgba, alpha] = [pixelsOf(person.rgba), pixelsOf(mask)];
    if (alpha.w !== rgba.w || alpha.h !== rgba.h) refuse("mask-does-not-fit");
    const result = corrected(rgba, alpha, photo && pixelsOf(photo)) ?? refuse("nothing-left");
    return { ...person, rgba: imageData(result) };
  },

  async prepare({ person }) {
    const of = prepared(pixelsOf(person.rgba), person.joints), id = ++people;
    known.set(id, of);
    const bitmap = (p) => createImageBitmap(imageData(p));
    const masks = Object.fromEntries(await Promise.all(Object.entries(of.masks).map(async ([name, each]) => [name, await bitmap(each)])));
    return { id, person: await bitmap(pixelsOf(person.rgba)), masks };
  },

  base: ({ id, zones }) => createImageBitmap(imageData(known.get(id).base(zones))),
  forget: async ({ id }) => void known.delete(id),
};

function transferable(value) {
  if (value instanceof ImageData) return [value.data.buffer];
  if (value instanceof ImageBitmap) return [value];
  return value && typeof value === "object" ? Object.values(value).flatMap(transferable) : [];
}

self.addEventListener("message", async ({ data: { id, operation, given } }) => {
  const tell = (step, share = null) => self.postMessage({ id, step, share });
  try {
    const answer = await OPERATIONS[operation](given, tell);
    self.postMessage({ id, answer }, transferable(answer));
  } catch (error) {
    const code = error instanceof NobodyFound ? "no-person-found" : error instanceof Refused ? error.message : "fault";
    self.postMessage({ id, refused: { code, message: String(error) } });
  }
});
