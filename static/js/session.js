// The session ended over a page that holds typed words: a dialog, and the page stays as it is.
(function () {
  "use strict";
  let typed = false;
  const dialog = () => document.querySelector("[data-dialog=signed-out]");

  document.addEventListener("input", (event) => {
    if (event.target.form && event.target.form.getAttribute("method") === "post") typed = true;
  });
  document.addEventListener("signed-out", () => {
    const box = dialog();
    if (box && box.showModal && !box.open) box.showModal();
  });

  // Untouched pages follow HX-Redirect to the sign-in page, as htmx does by itself.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status !== 401 || !typed) return;
    event.preventDefault();
    document.dispatchEvent(new Event("signed-out"));
  });

  // The new session has a new token: it is read from this same page, loaded once more behind the dialog.
  async function renew() {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("header[data-person] [name=csrf_token]");
    const still = dialog().querySelector("[data-still-out]");
    still.hidden = Boolean(token);
    if (!token) return;
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token.value;
    dialog().close();
    document.dispatchEvent(new Event("signed-in"));
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-signed-in]")) renew().catch(() => { dialog().querySelector("[data-still-out]").hidden = false; });
  });
})();
