// Nothing fires while an input method composes: input and keys are held back, then one input goes through.
(function () {
  "use strict";
  let composing = false;
  let endedAt = -1;
  let heard = false;

  addEventListener("compositionstart", () => { composing = true; }, true);
  addEventListener("compositionend", (event) => {
    composing = false;
    endedAt = event.timeStamp;
    heard = false;
    setTimeout(() => {
      if (!heard && !composing && event.target.isConnected) event.target.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }, 0);
  }, true);

  addEventListener("input", (event) => {
    if (composing || event.isComposing) event.stopImmediatePropagation();
    else heard = true;
  }, true);

  for (const kind of ["keydown", "keyup", "keypress"]) {
    addEventListener(kind, (event) => {
      // Some methods send the Enter that ended the composition once more, right after it.
      const ending = event.key === "Enter" && endedAt >= 0 && event.timeStamp - endedAt < 30;
      if (!composing && !event.isComposing && event.keyCode !== 229 && !ending) return;
      event.stopImmediatePropagation();
      if (event.key === "Enter" && kind !== "keyup") event.preventDefault();
    }, true);
  }
})();
