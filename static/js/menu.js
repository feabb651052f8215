// A folded list closes when another opens, when one of its links is followed, on a click elsewhere and on Esc.
(function () {
  "use strict";
  function close(except) {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== except) menu.open = false;
  }
  document.addEventListener("click", (event) => close(event.target.closest(".menu__list a") ? null : event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
    if (!menu) return;
    close(null);
    menu.querySelector("summary").focus();
  });
})();
