// The bulk bar appears with the first tick. Without script it is always there.
(function () {
  "use strict";
  const boxes = () => [...document.querySelectorAll("input[form=bulk]")];

  function show() {
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    const all = boxes();
    const ticked = all.filter((box) => box.checked);
    bar.hidden = !ticked.length;
    bar.querySelector("[data-bulk-count]").textContent = ticked.length;
    for (const box of all) box.closest("[data-number]").classList.toggle("is-ticked", box.checked);
    const head = document.querySelector("[data-tick-all]");
    if (head) {
      head.checked = ticked.length > 0 && ticked.length === all.length;
      head.indeterminate = ticked.length > 0 && ticked.length < all.length;
    }
  }
  function set(on) {
    for (const box of boxes()) box.checked = on;
    show();
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) set(event.target.checked);
    else if (event.target.matches("input[form=bulk]")) show();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-bulk-clear]")) set(false);
  });
  document.addEventListener("htmx:afterSettle", show);
  addEventListener("pageshow", show);
  show();
})();
