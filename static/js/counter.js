// Counts the characters of a field with data-most while one types.
(function () {
  "use strict";
  function show(field) {
    const place = document.querySelector('[data-count-of="' + CSS.escape(field.id) + '"]');
    if (place) place.textContent = [...field.value].length + " / " + field.dataset.most;
  }
  const all = (within) => within.querySelectorAll("[data-most]").forEach(show);
  document.addEventListener("input", (event) => { if (event.target.dataset.most) show(event.target); });
  document.addEventListener("htmx:afterSettle", () => all(document));
  all(document);
})();
