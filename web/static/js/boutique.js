// On every page: menus close as people expect, and a problem is read out first.
import { all, one, Problem, showProblem } from "./exchange.js";

// Menus are <details>: they open without any script; here they learn to close.
const openMenus = () => all(".menu[open], .chooser[open], .wearers[open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    one("summary", menu).focus();
  }
});
document.addEventListener("click", (event) => {
  if (event.target.closest("a[aria-disabled=true]")) event.preventDefault();
});

// A problem the server wrote gets a button to close it, and the reader's attention.
const told = one("[data-messages] .problem");
if (told) {
  showProblem(new Problem({ title: one("h2", told).textContent, detail: one("p", told)?.textContent }));
  one("[data-messages] .problem").focus();
}
