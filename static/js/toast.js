(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const close = event.target.closest(".toast [data-close]");
    if (close) close.closest(".toast").remove();
  });
})();
