// A done POST answers 303. Where htmx sent it, the page that follows takes the place of the whole body, with its address.
(function () {
  "use strict";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = event.detail;
    const asked = new URL(detail.pathInfo.requestPath, location.href);
    const came = detail.xhr.responseURL && new URL(detail.xhr.responseURL);
    if (detail.requestConfig.verb !== "post" || !came || came.pathname + came.search === asked.pathname + asked.search) return;
    detail.target = document.body;
    detail.swapOverride = "innerHTML show:window:top";
    detail.selectOverride = "unset"; // the form that asked may have wanted a part of its own page
    history.pushState({ htmx: true }, "", came.href);
  });
})();
