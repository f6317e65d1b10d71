"use strict";
// The words for a side follow from the factors chosen, until somebody has changed them.
(() => {
  const factors = document.getElementById("factors");
  if (!factors) return;

  const said = (field) => {
    const side = field.dataset.side;
    const clauses = [...factors.querySelectorAll(`input[value="${side}"]:checked`)].map(
      (radio) => radio.closest("fieldset").dataset[side],
    );
    if (!clauses.length) return "";
    const last = clauses.pop();
    const rest = clauses.length ? `${clauses.join(", ")} och ` : "";
    return `${field.dataset.opening} ${rest}${last}.`;
  };

  factors.addEventListener("input", (event) => {
    if (!event.target.matches("input[type=radio]")) return;
    for (const field of factors.querySelectorAll("textarea[data-side]")) {
      const isChanged = field.value && field.value !== field.dataset.follows;
      field.dataset.follows = said(field);
      if (!isChanged) field.value = field.dataset.follows;
    }
  });
})();
