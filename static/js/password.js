// 显示 beside a password, and a line when the caps lock is on.
(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show]");
    if (!button) return;
    const field = document.getElementById(button.dataset.show);
    const show = field.type === "password";
    button.showLabel = button.showLabel || button.textContent;
    field.type = show ? "text" : "password";
    button.textContent = show ? button.dataset.hideLabel : button.showLabel;
    button.setAttribute("aria-pressed", String(show));
    field.focus();
  });
  for (const kind of ["keydown", "keyup"]) {
    document.addEventListener(kind, (event) => {
      const line = event.target.id && document.querySelector('[data-caps="' + CSS.escape(event.target.id) + '"]');
      if (line && event.getModifierState) line.hidden = !event.getModifierState("CapsLock");
    });
  }
})();
