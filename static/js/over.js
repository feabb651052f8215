// What may be seen for a time alone ([data-over-in], seconds): the page is asked for anew when it is over.
(function () {
  "use strict";
  const shown = document.querySelector("[data-over-in]");
  if (shown) setTimeout(() => location.reload(), (Number(shown.dataset.overIn) + 1) * 1000);
})();
