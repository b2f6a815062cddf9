// Stands in for extraction: the whole picture is taken for the person, who stands as figures do that we draw.
const ROWS = 1536;
const COLS = 750;
const JOINTS = {
  crown: [60, 375], neck: [270, 375], shoulder_left: [310, 270], shoulder_right: [310, 480],
  hip_left: [760, 310], hip_right: [760, 440], knee_left: [1080, 310], knee_right: [1080, 440],
};

export async function openExtractor() {
  return {
    async extract(blob, { onProgress, signal } = {}) {
      onProgress?.({ step: "finding", text: "Finding you", share: 0.5 });
      const picture = await createImageBitmap(blob);
      signal?.throwIfAborted();
      const context = new OffscreenCanvas(COLS, ROWS).getContext("2d");
      context.drawImage(picture, 0, 0, COLS, ROWS);
      const rgba = context.getImageData(0, 0, COLS, ROWS);
      return { person: { width: COLS, height: ROWS, rgba, joints: JOINTS }, quality: [{ code: "arms", advice: "Hold your arms a little away." }] };
    },
    async prepare({ rgba }) {
      const person = await createImageBitmap(rgba);
      return { person, bases: async () => person, masks: {} };
    },
    close() {},
  };
}
