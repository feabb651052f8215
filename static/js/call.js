// 通话中: counts from the moment at which the form of a call was opened and goes on at its receipt; any other page ends it.
// Kept in this tab alone: when it began and of which form, nothing else. timer.js draws [data-since].
(function () {
  "use strict";
  const KEY = "call";
  const form = document.querySelector("[data-call]");
  let call = null;
  try { call = JSON.parse(sessionStorage.getItem(KEY)); } catch (error) { call = null; }
  if (form && form.dataset.call && (!call || call.once !== form.dataset.call)) call = { once: form.dataset.call, since: new Date().toISOString() };
  const going = form && call && Date.now() - Date.parse(call.since) < 3 * 3600 * 1000;
  try {
    if (going) sessionStorage.setItem(KEY, JSON.stringify(call));
    else sessionStorage.removeItem(KEY);
  } catch (error) {
    // A browser that keeps nothing counts from this page on.
  }
  if (!going) return;
  form.dataset.since = call.since;
  const begun = new Date(call.since).toTimeString().slice(0, 5);
  document.querySelectorAll("[data-call-at]").forEach((place) => { place.textContent = begun; });
  document.querySelectorAll("[data-call-goes-on]").forEach((place) => { place.hidden = false; });
})();
