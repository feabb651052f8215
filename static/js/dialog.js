// [data-opens="keys"] opens the dialog of that name.
(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const dialog = opener && document.querySelector('[data-dialog="' + CSS.escape(opener.dataset.opens) + '"]');
    if (dialog && dialog.showModal && !dialog.open) dialog.showModal();
  });
})();
