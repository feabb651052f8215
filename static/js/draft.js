// Keeps form[data-draft] two seconds after typing stops. What could not be kept stays in the page and is tried again.
(function () {
  "use strict";
  const AFTER = 2000;
  const AGAIN = [5000, 15000, 30000];
  const states = new WeakMap();

  function state(form) {
    if (!states.has(form)) states.set(form, { timer: 0, failed: 0, busy: false, waiting: false, sent: false });
    return states.get(form);
  }
  function at(form, wait) {
    const s = state(form);
    clearTimeout(s.timer);
    if (!s.sent) s.timer = setTimeout(() => keep(form), wait);
  }
  // The words stand in the page, so that they are translated with it.
  function say(form, failed) {
    const note = form.querySelector("[data-draft-note]") || document.querySelector("[data-draft-note]");
    if (!note) return;
    const now = new Date().toTimeString().slice(0, 5);
    note.textContent = failed ? now + " " + note.dataset.failed : note.dataset.saved + " " + now;
    note.classList.toggle("saved--failed", failed);
  }

  // What does not belong in this system was not kept, and what had been kept is gone.
  function hush(form) {
    const note = form.querySelector("[data-draft-note]") || document.querySelector("[data-draft-note]");
    if (note) note.textContent = "";
  }

  async function keep(form) {
    const s = state(form);
    if (s.sent || !form.isConnected) return;
    if (s.busy) { s.waiting = true; return; }
    s.busy = true;
    const pairs = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") pairs.append(name, value);
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: pairs, credentials: "same-origin", headers: { "HX-Request": "true" } });
      if (answer.status === 401 || answer.redirected) {
        document.dispatchEvent(new Event("signed-out"));
        throw new Error("signed out");
      }
      if (!answer.ok) throw new Error(String(answer.status));
      s.failed = 0;
      if (answer.headers.get("Draft-Kept") === "no") hush(form);
      else say(form, false);
    } catch (error) {
      say(form, true);
      at(form, AGAIN[Math.min(s.failed++, AGAIN.length - 1)]);
    } finally {
      s.busy = false;
      if (s.waiting) { s.waiting = false; at(form, AFTER); }
    }
  }

  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.form;
      if (form && form.dataset.draft) at(form, AFTER);
    });
  }
  // 存为草稿 and Ctrl+S save at once; without script the button posts the form.
  document.addEventListener("click", (event) => {
    const button = event.target.closest('button[formaction*="draft=1"]');
    if (!button || !button.form || !button.form.dataset.draft) return;
    event.preventDefault();
    keep(button.form);
  });
  document.addEventListener("draft-now", (event) => keep(event.target));
  document.addEventListener("signed-in", () => document.querySelectorAll("form[data-draft]").forEach(keep));
  addEventListener("online", () => document.querySelectorAll("form[data-draft]").forEach((form) => { if (state(form).failed) keep(form); }));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.draft) return;
    clearTimeout(state(form).timer);
    state(form).sent = true;
  });
  // A refused form that stays in the page is typed on: it is kept again.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.dataset && event.target.dataset.draft) state(event.target).sent = false;
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-draft]").forEach((form) => { state(form).sent = false; });
  });
})();
