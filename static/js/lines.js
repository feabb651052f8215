// The pasted lines [data-lines] and the table #rows that is read from them. htmx asks for the table one second after the last
// key; here it is held back while an input method composes, while one is in the table, and when a cell was changed after it was
// asked for: then it is asked for once more, so that what a person has put into a cell is never overwritten.
(function () {
  "use strict";
  const lines = () => document.querySelector("[data-lines]");
  const table = () => document.getElementById("rows");
  if (!lines()) return;
  let composing = false;
  let changes = 0;
  let asked = 0;
  let owed = false;
  let picked = null;

  const inside = () => Boolean(table() && table().contains(document.activeElement) && document.activeElement !== table());
  const drawing = (event) => event.detail.requestConfig.elt === lines();
  const kept = () => composing || inside() || changes !== asked || Boolean(lines().form.dataset.sent);

  function again() {
    if (!owed || composing || inside() || !lines()) return;
    owed = false;
    htmx.trigger(lines(), "draw");
  }
  document.addEventListener("compositionstart", () => { composing = true; }, true);
  document.addEventListener("compositionend", () => { composing = false; setTimeout(again, 0); }, true);
  document.addEventListener("focusout", () => setTimeout(again, 0));
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => { if (table() && table().contains(event.target)) changes += 1; }, true);
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!drawing(event)) return;
    if (composing) {
      event.preventDefault();
      owed = true;
    } else asked = changes;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!drawing(event) || !kept()) return;
    event.detail.shouldSwap = false;
    owed = true;
  });

  // The numbers beside the lines are those of the table; a line of which something is open is marked.
  const plain = (text) => text.trim().split(/\s+/).join(" ");
  function mirror() {
    const place = document.querySelector("[data-mirror]");
    if (!place || !lines()) return;
    const heads = table() ? [...table().querySelectorAll("[data-line]")] : [];
    let next = 0;
    place.replaceChildren(...lines().value.split("\n").map((text) => {
      const item = document.createElement("li");
      item.textContent = text || "\u200b";
      const head = heads[next];
      if (head && plain(text) && (head.dataset.line + " ").startsWith(plain(text) + " ")) {
        next += 1;
        item.dataset.number = String(next);
        item.classList.toggle("is-doubtful", head.parentElement.classList.contains("is-doubtful"));
      }
      return item;
    }));
  }
  function grow(cell) {
    const line = parseFloat(getComputedStyle(cell).lineHeight);
    cell.rows = 1;
    cell.rows = Math.max(1, Math.floor((cell.scrollHeight - 4) / line));
  }
  function drawn() {
    mirror();
    document.querySelectorAll("[data-grows]").forEach(grow);
    const field = picked && document.getElementById(picked);
    picked = null;
    if (field) field.focus();
  }
  document.addEventListener("input", (event) => {
    if (event.target === lines()) mirror();
    if (event.target.matches("[data-grows]")) grow(event.target);
  });
  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    if (pick) picked = pick.dataset.pick;
  });
  document.addEventListener("change", (event) => {
    const place = document.querySelector("[data-there]");
    if (place && event.target.name === "present") place.textContent = place.dataset.words.replace("{n}", String(document.querySelectorAll("[name=present]:checked").length));
  });
  document.addEventListener("htmx:afterSettle", drawn);
  addEventListener("pageshow", drawn);
  drawn();
})();
