// What does not fit the chosen kind is not shown: [data-fits] holds the kinds of an option, [data-needs] those of a field.
// An option with [data-waives] needs none of these. Nothing chosen: all is shown. A choice that fits no more is taken back.
(function () {
  "use strict";
  const form = document.querySelector("form[data-main]");
  if (!form || !form.querySelector("[data-fits]")) return;
  const among = (kinds, kind) => !kind || kinds.split(" ").includes(kind);

  function show() {
    const chosen = form.querySelector("[name=kind]:checked");
    const kind = chosen ? chosen.value : "";
    for (const option of form.querySelectorAll("[data-fits]")) {
      option.hidden = !among(option.dataset.fits, kind);
      const input = option.querySelector("input");
      input.disabled = option.hidden;
      if (option.hidden) input.checked = false;
    }
    for (const group of form.querySelectorAll(".measures__group")) group.hidden = !group.querySelector("[data-fits]:not([hidden])");
    const praise = form.querySelector("[data-waives] input:checked");
    for (const field of form.querySelectorAll("[data-needs]")) {
      const needed = Boolean(kind) && among(field.dataset.needs, kind) && !praise;
      field.required = needed;
      field.closest(".field").hidden = Boolean(kind) && !needed;
    }
  }
  form.addEventListener("change", show);
  addEventListener("pageshow", show);
  show();
})();
