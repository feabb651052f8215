// [data-since] shows how long it has been: minutes and seconds since that time.
(function () {
  "use strict";
  function show() {
    for (const clock of document.querySelectorAll("[data-since]")) {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(clock.dataset.since)) / 1000));
      clock.textContent = String(Math.floor(seconds / 60)).padStart(2, "0") + ":" + String(seconds % 60).padStart(2, "0");
    }
  }
  if (document.querySelector("[data-since]")) setInterval(show, 1000);
  show();
})();
