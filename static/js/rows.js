// Adds and takes off the [data-row] of a [data-rows]: a new row is a copy of the last with the next number in its names.
// Without script the buttons post the form.
(function () {
  "use strict";
  const FIELDS = "input:not([type=hidden]), textarea, select";
  const list = (rows) => [...rows.querySelectorAll("[data-row]")];
  const number = (row) => Number((/-(\d+)-/.exec(row.querySelector("[name]").name) || [0, 0])[1]);

  function clear(row) {
    for (const field of row.querySelectorAll(FIELDS)) {
      if (field.tagName === "SELECT") field.selectedIndex = Math.max(0, [...field.options].findIndex((o) => o.defaultSelected));
      else field.value = "";
      field.removeAttribute("aria-invalid");
    }
  }
  function add(rows) {
    const all = list(rows);
    const last = all[all.length - 1];
    const next = Math.max(...all.map(number)) + 1;
    const row = last.cloneNode(true);
    for (const part of row.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for"]) {
        if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(/-\d+-/, "-" + next + "-"));
      }
    }
    clear(row);
    last.after(row);
    row.querySelector("input:not([type=hidden]), textarea").focus();
  }
  function drop(rows, row) {
    const all = list(rows);
    const beside = all[all.indexOf(row) + 1] || all[all.indexOf(row) - 1];
    if (beside) row.remove();
    else clear(row);
    (beside || row).querySelector(FIELDS).focus();
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row], [data-drop-row]");
    const rows = button && button.closest("[data-rows]");
    if (!rows || !list(rows).length) return;
    event.preventDefault();
    if (button.hasAttribute("data-add-row")) add(rows);
    else drop(rows, button.closest("[data-row]"));
    rows.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
