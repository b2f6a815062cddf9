// Stands in for dressing: garments are laid over the person one below the other.
export const openDressing = (canvas) => ({
  async show({ prepared: { person }, garments }) {
    [canvas.width, canvas.height] = [person.width, person.height];
    const context = canvas.getContext("2d");
    context.drawImage(person, 0, 0);
    for (const [place, { parts }] of garments.entries()) {
      for (const { url } of parts) {
        const picture = await createImageBitmap(await (await fetch(url)).blob());
        context.drawImage(picture, 175, 260 + 420 * place, 400, 480);
      }
    }
    return { worn: garments.map((garment) => garment.commodity_id) };
  },
  close() {},
});
