"use strict";
// Who printed what, and when, at the foot of every sheet: the line that a page has for
// paper stands on its first sheet alone.
(() => {
  const line = document.querySelector(".onpaper");
  if (!line) return;
  const foot = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, foot];
  addEventListener("beforeprint", () => {
    const now = new Intl.DateTimeFormat(document.documentElement.lang, {
      dateStyle: "long",
      timeStyle: "medium",
      timeZone: line.dataset.zone,
    }).format(new Date());
    const text = `${line.textContent.replace(/\s+/g, " ").trim()}, ${now}`;
    foot.replaceSync(
      `@page { @bottom-left { content: ${JSON.stringify(text)}; font: 8pt sans-serif; } }`,
    );
  });
})();
