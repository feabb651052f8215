// [data-missing] in the bar names what a form[data-main] still lacks, as links. Its data-words hold "… {n} …".
(function () {
  "use strict";
  function lacking(form) {
    const found = new Map();
    for (const field of form.querySelectorAll("[required]")) {
      const set = field.type === "radio";
      if (set ? form.querySelector('[name="' + CSS.escape(field.name) + '"]:checked') : field.value.trim()) continue;
      const holder = field.closest(".field");
      const label = holder && holder.querySelector(".field__label");
      if (label && !found.has(field.name)) found.set(field.name, [field.id, label.firstChild.textContent.trim()]);
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
    const links = found.flatMap(([id, label], i) => {
      const link = document.createElement("a");
      link.href = "#" + id;
      link.textContent = label;
      return i ? ["、", link] : [link];
    });
    place.replaceChildren(words, ...links);
  }
  for (const kind of ["input", "change"]) document.addEventListener(kind, show);
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
