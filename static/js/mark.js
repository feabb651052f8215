// Alt+M strikes the selected words out of an excerpt; data-mark is the class that stands in their place.
(function () {
  "use strict";
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!event.altKey || event.code !== "KeyM" || !field.dataset || !field.dataset.mark || field.selectionStart === field.selectionEnd) return;
    event.preventDefault();
    const trace = "▇▇▇▇〔" + field.dataset.mark + "〕";
    // The editing command keeps the browser's own undo; a field that refuses it is written to directly.
    if (document.execCommand("insertText", false, trace)) return;
    field.setRangeText(trace, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
})();
