"use strict";
// Keys that lead on and take the step of a row. None acts while somebody types, and the
// person can switch all of them off.
(() => {
  const desk = document.getElementById("desk");
  if (!desk) return;
  const keys = document.getElementById("keys");
  const showKeys = document.getElementById("show-keys");
  if (showKeys) {
    showKeys.hidden = false;
    showKeys.addEventListener("click", () => keys.showModal());
  }
  document.getElementById("keys-close").addEventListener("click", () => keys.close());
  const STEPS = { 1: "assess", 2: "propose", 3: "decide" };
  const ROW = "table.work tbody tr";
  const goTo = (address) => location.assign(address);
  const search = () => {
    const field = document.querySelector("#seek, #searchbar, .seek input[type=search]");
    if (field) field.focus();
    else goTo(desk.dataset.search);
  };
  const next = () => goTo(`${desk.dataset.next}?after=${encodeURIComponent(location.pathname)}`);
  // Of the row where the focus is; where it is on none, of the first that has it.
  const step = (name = "") => {
    const button = name ? `[data-takes="${name}"]` : "[data-takes]";
    const row = document.activeElement.closest(ROW);
    return row ? row.querySelector(button) : document.querySelector(`${ROW} ${button}`);
  };
  const take = (name) => step(name)?.click();
  const actions = {
    "?": () => keys.showModal(),
    h: () => goTo(desk.dataset.start),
    "/": search,
    n: next,
    r: () => take("register"),
    a: () => take("assign"),
    k: () => (step() ? take() : next()),
  };
  document.addEventListener("keydown", (event) => {
    if (desk.dataset.keys === "off" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    const led = STEPS[event.key];
    const button = led && document.querySelector(`a[data-step="${led}"]`);
    const action = button ? () => goTo(button.href) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
})();
