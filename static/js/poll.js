// A poll rests while its tab is hidden and asks at once when it is seen again.
(function () {
  "use strict";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.target.matches("[data-poll]")) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) document.body.dispatchEvent(new Event("shown"));
  });
  // The phone's bar shows the count of the same place.
  document.addEventListener("htmx:oobAfterSwap", () => {
    for (const copy of document.querySelectorAll("[data-count-copy]")) {
      const source = document.getElementById(copy.dataset.countCopy);
      if (source) copy.textContent = source.textContent;
    }
  });
})();
