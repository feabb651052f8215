// The summary of a refused form takes the focus; a form that opened under the buttons takes it in its first field.
(function () {
  "use strict";
  function summary(within) {
    const found = within.querySelector("[data-errors]");
    if (found) found.focus();
    return Boolean(found);
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.target.isConnected ? event.detail.target : document.getElementById(event.detail.target.id);
    if (!part || summary(part) || !part.matches("#next, #form, dialog")) return;
    const first = part.querySelector("[autofocus]") || part.querySelector("input:not([type=hidden]), textarea, select, button");
    if (first) first.focus();
  });
  // The line of a summary leads to its field, also inside a folded part.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const field = target && target.matches("fieldset") ? target.querySelector("input:not([type=hidden]):not([type=checkbox])") : target;
    if (!field || !field.matches("input, textarea, select")) return;
    event.preventDefault();
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    field.focus();
  });
  summary(document);
})();
