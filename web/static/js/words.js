// What pages say, in their language: scripts name it, and hold no sentences themselves. No effects on import.
export const language = document.documentElement.lang || "en";

const said = JSON.parse(document.querySelector("[data-words]")?.textContent ?? "{}");
const plural = new Intl.PluralRules(language);

/** Say something by its name, with its fields filled in; where it depends on a number, that is `count`. */
export function say(name, fields = {}) {
  const words = said[name] ?? name;
  const form = typeof words === "string" ? words : words[plural.select(fields.count)] ?? words.other;
  return form.replace(/%\((\w+)\)s/g, (_, field) => fields[field]);
}

/** How many pieces there are, in words where they are few. */
export const counted = (count) => (count < said.counted.length ? said.counted[count] : say("pieces", { count }));

/** Several things in one sentence. */
export const listed = (things) => new Intl.ListFormat(language).format(things);

export const money = ({ minor, currency }) => {
  const digits = new Intl.NumberFormat(language, { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
  const amount = minor / 10 ** digits;
  return new Intl.NumberFormat(language, {
    style: "currency",
    currency,
    minimumFractionDigits: Number.isInteger(amount) ? 0 : digits,
    maximumFractionDigits: digits,
  }).format(amount);
};
