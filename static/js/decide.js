// One of several decisions is chosen by a card. [data-when="name=value"] is shown while that choice of the form holds (or while
// nothing is chosen under that name), and the bar repeats the decision in words: the chosen facts of its card.
(function () {
  "use strict";
  const form = document.querySelector("form[data-decides]");
  if (!form) return;
  const chosen = (name) => form.querySelector('[name="' + CSS.escape(name) + '"]:checked');

  function facts(card) {
    const found = [];
    for (const field of card.querySelectorAll(".choice-card__more .field")) {
      const select = field.querySelector("select");
      const radio = field.querySelector(".choice__input:checked");
      const text = field.querySelector("input[type=text], input[type=date]");
      const counted = [...field.querySelectorAll("[data-when] > b")].filter((day) => day.getClientRects().length);
      if (select && select.value) found.push(select.selectedOptions[0].text);
      else if (radio) found.push(radio.nextElementSibling.textContent);
      else if (text && text.value) found.push(text.value);
      else if (counted.length === 1) found.push(counted[0].textContent);
    }
    return found;
  }
  function show() {
    for (const part of document.querySelectorAll("[data-when]")) {
      const [name, value] = part.dataset.when.split("=");
      const now = chosen(name);
      part.hidden = Boolean(now) && now.value !== value;
    }
    const card = chosen("decision").closest(".choice-card");
    const button = [...document.querySelectorAll("[data-decision]")].find((one) => !one.hidden);
    form.action = button.getAttribute("formaction");
    document.querySelector("[data-decided]").textContent = button.dataset.decision;
    document.querySelector("[data-decided-words]").textContent = ["", ...facts(card)].join("，");
  }
  // 并入 beside a match chooses that decision and fills in its number, without losing what has been typed.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-joins]");
    const into = link && form.querySelector("[name=into]");
    if (!into) return;
    event.preventDefault();
    into.value = link.dataset.joins;
    form.querySelector("[name=decision][value=join]").checked = true;
    into.dispatchEvent(new Event("change", { bubbles: true }));
    into.focus();
  });
  for (const kind of ["input", "change"]) form.addEventListener(kind, show);
  addEventListener("pageshow", show);
  show();
})();
