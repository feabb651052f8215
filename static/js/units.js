// Choosing the unit narrows the list of its people. A list of people says of each its unit (option[data-unit]); the unit's list
// stands in the same form under the same name with "unit" for "officer". Without script both lists stay whole.
(function () {
  "use strict";
  function unitOf(people) {
    const name = people.name.replace("officer", "unit");
    return name !== people.name && people.form && people.form.querySelector('select[name="' + CSS.escape(name) + '"]');
  }
  function narrow(people) {
    const unit = unitOf(people);
    if (!unit) return;
    for (const option of people.options) {
      const other = Boolean(unit.value && option.dataset.unit && option.dataset.unit !== unit.value);
      option.hidden = other;
      option.disabled = other;
    }
    const chosen = people.selectedOptions[0];
    if (chosen && chosen.disabled) people.value = "";
  }
  const lists = (within) => [...within.querySelectorAll("select")].filter((list) => list.querySelector("option[data-unit]"));
  const all = () => lists(document).forEach(narrow);

  document.addEventListener("change", (event) => {
    const list = event.target;
    if (!list.matches("select") || !list.form) return;
    const person = list.selectedOptions[0];
    const unit = person && person.dataset.unit && unitOf(list);
    // Whoever chooses the person first has chosen the unit with it.
    if (unit && !unit.value) unit.value = person.dataset.unit;
    lists(list.form).forEach(narrow);
  });
  document.addEventListener("htmx:afterSettle", all);
  addEventListener("pageshow", all);
  all();
})();
