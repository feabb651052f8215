// Keys by attribute: data-key="1" is Alt+1; any other value is the whole combination ("Alt+N", "Ctrl+S", "Ctrl+Enter", "P").
// Single keys act only outside text fields and only where the person has not switched them off.
(function () {
  "use strict";
  const root = document.documentElement;
  const TEXT = /^(text|search|password|email|tel|url|number|date|time|datetime-local|month)$/;

  function writing(target) {
    return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || (target.tagName === "INPUT" && TEXT.test(target.type));
  }
  function combination(event) {
    const code = /^(Digit|Key|Numpad)(\w)$/.exec(event.code);
    const key = (event.altKey || event.ctrlKey) && code ? code[2] : event.key.length === 1 ? event.key.toUpperCase() : event.key;
    return (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") + key;
  }
  function shown(selector) {
    return [...document.querySelectorAll(selector)].find((found) => found.getClientRects().length);
  }
  function go(target) {
    if (target.matches("button, a[href], summary")) target.click();
    else if (target.matches("input, textarea, select")) target.focus();
    else {
      const inner = target.querySelector("[data-row] input:not([type=hidden])") || target.querySelector("input:checked") || target.querySelector("input:not([type=hidden]), textarea, select, button, a[href]");
      if (inner) inner.focus();
    }
  }
  function digit(event) {
    const group = event.target.closest && event.target.closest("[data-digits]");
    const choice = group && group.querySelectorAll("input")[Number(event.key) - 1];
    if (!choice) return false;
    choice.focus();
    choice.click();
    return true;
  }
  function single(event) {
    if (root.dataset.keys === "off" || writing(event.target)) return false;
    if (/^[1-9]$/.test(event.key) && digit(event)) return true;
    const find = event.key === "/" && shown("[data-find]");
    if (find) { find.focus(); find.select(); return true; }
    const help = event.key === "?" && document.querySelector("[data-dialog=keys]");
    if (help && help.showModal) { help.showModal(); return true; }
    const letter = /^[a-z]$/i.test(event.key) && event.key.toUpperCase();
    const target = letter && (shown('[data-key="' + letter + '"]') || (letter === "P" && shown("[data-print]")));
    if (!target) return false;
    go(target);
    return true;
  }
  function combined(event) {
    const name = combination(event);
    const alone = /^Alt\+(\d)$/.exec(name);
    const target = shown('[data-key="' + CSS.escape(name) + '"]') || (alone && shown('[data-key="' + alone[1] + '"]'));
    if (target) { go(target); return true; }
    const form = event.target.form || document.querySelector("form[data-draft]");
    if (name === "Ctrl+S" && form && form.dataset.draft) {
      form.dispatchEvent(new Event("draft-now", { bubbles: true }));
      return true;
    }
    if (name === "Ctrl+Enter" && event.target.form && event.target.form.getAttribute("method") === "post") {
      event.target.form.requestSubmit();
      return true;
    }
    return false;
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const held = event.altKey || event.ctrlKey || event.metaKey;
    if (held ? combined(event) : single(event)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-print]")) return;
    event.preventDefault();
    print();
  });
})();
