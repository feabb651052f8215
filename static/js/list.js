// j and k go through the rows of a list, x ticks the one at hand. Focus is the cursor: Enter opens the link by itself.
// In a [data-list=opens] the row that one stays at is opened beside the list: only what is read leaves a look on the trail.
(function () {
  "use strict";
  const STAY = 400;
  let going;
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || document.documentElement.dataset.keys === "off") return;
    if (!/^[jkx]$/.test(event.key) || document.querySelector("dialog[open]")) return;
    if (/^(TEXTAREA|SELECT)$/.test(event.target.tagName) || (event.target.tagName === "INPUT" && event.target.type !== "checkbox")) return;
    const rows = [...document.querySelectorAll("[data-list] [data-number]")];
    if (!rows.length) return;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    event.preventDefault();
    if (event.key === "x") {
      const box = here >= 0 && rows[here].querySelector("input[type=checkbox]");
      if (box) box.click();
      return;
    }
    const next = rows[here < 0 ? 0 : Math.min(Math.max(here + (event.key === "j" ? 1 : -1), 0), rows.length - 1)];
    const link = next.querySelector("a[href]");
    link.focus();
    next.scrollIntoView({ block: "nearest" });
    clearTimeout(going);
    if (next.closest("[data-list=opens]")) going = setTimeout(() => document.activeElement === link && link.click(), STAY);
  });
})();
