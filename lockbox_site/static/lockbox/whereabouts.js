"use strict";
// Where somebody is in a long form: which question is at hand, and how many are left.
(() => {
  const panel = document.querySelector(".whereabouts");
  const form = document.querySelector("form.stepform");
  if (!panel || !form) return;
  const told = document.getElementById("left-to-answer");
  const links = [...panel.querySelectorAll("ol a")];
  const asked = () =>
    [...form.querySelectorAll("fieldset")].filter(
      (set) => set.checkVisibility() && set.querySelector("input[type=radio]"),
    );

  const count = () => {
    const left = asked().filter((set) => !set.querySelector("input[type=radio]:checked"));
    told.textContent = left.length
      ? `${left.length} ${told.dataset.left}`
      : told.dataset.none;
    told.hidden = false;
  };

  const mark = () => {
    const edge = panel.getBoundingClientRect().bottom + 40;
    let here = null;
    for (const link of links) {
      const place = document.getElementById(link.hash.slice(1));
      link.parentElement.hidden = !place || !place.checkVisibility();
      if (place && place.checkVisibility() && place.getBoundingClientRect().top <= edge) {
        here = link;
      }
    }
    for (const link of links) {
      if (link === here) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };

  form.addEventListener("input", () => {
    count();
    mark();
  });
  addEventListener("scroll", mark, { passive: true });
  count();
  mark();
})();
