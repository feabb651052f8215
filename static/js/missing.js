// [data-missing] in the bar names what a form[data-main] still lacks, as links. Its data-words hold "… {n} …".
// A [data-some] lacks something while none of its [data-one] is filled in. What is folded away is not asked for.
(function () {
  "use strict";
  const NAMED = 3;
  function lacking(form) {
    const found = new Map();
    for (const field of form.querySelectorAll("[required], [data-some]")) {
      if (!field.getClientRects().length) continue;
      const set = field.type === "radio";
      if (field.matches("[data-some]")) {
        if ([...field.querySelectorAll("[data-one]")].some((one) => (one.type === "checkbox" ? one.checked : one.value.trim()))) continue;
      } else if (set ? form.querySelector('[name="' + CSS.escape(field.name) + '"]:checked') : field.value.trim()) continue;
      const holder = field.closest(".field");
      const label = holder && holder.querySelector(".field__label");
      if (label && !found.has(field.name || field.id)) found.set(field.name || field.id, [field.id, label.firstChild.textContent.trim()]);
    }
    return [...found.values()];
  }
  function show() {
    const place = document.querySelector("[data-missing]");
    const form = document.querySelector("form[data-main]");
    if (!place || !form) return;
    const found = lacking(form);
    const words = document.createElement("b");
    words.textContent = found.length ? (place.dataset.words || "").replace("{n}", String(found.length)) : "";
    const links = found.slice(0, NAMED).flatMap(([id, label], i) => {
      const link = document.createElement("a");
      link.href = "#" + id;
      link.textContent = label;
      return i ? ["、", link] : [link];
    });
    place.replaceChildren(words, ...links, found.length > NAMED ? "…" : "");
  }
  for (const kind of ["input", "change"]) document.addEventListener(kind, show);
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
