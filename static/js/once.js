// A form that is on its way is not sent again; its button says what is going on.
(function () {
  "use strict";
  function release(form) {
    delete form.dataset.sent;
    for (const button of form.elements) { // also those that stand in the bar
      if (!button.hasAttribute("aria-busy")) continue;
      button.removeAttribute("aria-busy");
      button.removeAttribute("aria-disabled");
      button.replaceChildren(...(button.words || []));
    }
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const button = event.submitter || form.querySelector("[data-busy]");
    setTimeout(() => {
      // Another script, not htmx, kept the form back: nothing is under way.
      if (event.defaultPrevented && !form.matches("[hx-post]")) return;
      form.dataset.sent = "1";
      setTimeout(() => release(form), 20000);
      if (!button || !button.dataset.busy) return;
      button.words = [...button.childNodes];
      button.textContent = button.dataset.busy;
      button.setAttribute("aria-busy", "true");
      button.setAttribute("aria-disabled", "true");
    }, 0);
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.matches("form")) release(event.target);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
})();
