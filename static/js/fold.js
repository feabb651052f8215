// The head of a folded part says what the part holds while one types.
(function () {
  "use strict";
  document.addEventListener("change", (event) => {
    const fold = event.target.closest("details.fold");
    const place = fold && fold.querySelector(".fold__got");
    if (!place) return;
    const chosen = [...fold.querySelectorAll("input:checked")].map((box) => box.nextElementSibling.textContent);
    const typed = [...fold.querySelectorAll("input[type=text], textarea")].map((field) => field.value.trim());
    place.textContent = [...chosen, ...typed].filter(Boolean).join("、") || place.dataset.empty;
  });
})();
