"use strict";
// A click on a word or place of the page ticks its box in the form, and the page shows it.
(() => {
  const page = document.querySelector(".sheet svg");
  const form = document.getElementById("judge");
  if (!page || !form) return;

  const fieldOf = (rect) => document.getElementById(rect.dataset.for);
  const show = (rect) => {
    const field = fieldOf(rect);
    if (!field) return;
    const isWord = field.name === "words";
    rect.classList.toggle("chosen", field.checked);
    rect.classList.toggle("left-open", !isWord && !field.checked);
  };

  page.setAttribute("data-clicks", "");
  page.addEventListener("click", (event) => {
    const rect = event.target.closest("rect");
    const field = rect && fieldOf(rect);
    if (!field) return;
    field.checked = !field.checked;
    const folded = field.closest("details");
    if (folded) folded.open = true;
    show(rect);
  });
  form.addEventListener("change", () => page.querySelectorAll("rect").forEach(show));
  page.querySelectorAll("rect:not(.word)").forEach(show);
})();
