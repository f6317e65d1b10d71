"use strict";
// What an auditor takes out is fetched here, so that the page can say how far it has come.
// Without this script the same buttons and links lead to the same file.
(() => {
  const OFTEN = 250; // milliseconds between two texts to look at
  const SELDOM = 5000; // and between two that are read out
  const PIECE = 8 << 20; // bytes put away together, where the browser may use its disk
  const TAIL = 4096; // bytes; an end mark is shorter
  const QUOTE = 34;
  const NEWLINE = 10;
  const OPENERS = "button[name=as], a[data-export]";
  const language = document.documentElement.lang;
  let running = null; // what cancels it

  const filled = (text, values) =>
    text.replace(/\{(\w+)\}/g, (_all, name) => values[name].toLocaleString(language));

  // A newline within quotes belongs to a cell of a CSV file. A quote that is meant is
  // doubled there, so that inside is after an odd number of them. JSON writes \n for its own.
  const lineCounter = (form) => {
    let lines = 0;
    let isInside = false;
    return (bytes) => {
      for (let at = 0; at < bytes.length; at += 1) {
        if (bytes[at] === QUOTE && form === "csv") isInside = !isInside;
        else if (bytes[at] === NEWLINE && !isInside) lines += 1;
      }
      return lines;
    };
  };

  // The number in a text that was made of this pattern, or null.
  const numberIn = (text, pattern) => {
    const [before, after] = pattern.split("{n}");
    if (!text.startsWith(before) || !text.endsWith(after)) return null;
    const number = text.slice(before.length, text.length - after.length);
    return /^\d+$/.test(number) ? Number(number) : null;
  };

  const csvEnd = (line, texts) => {
    const cell = line.startsWith('"') ? line.slice(1, -1).replaceAll('""', '"') : line;
    const whole = numberIn(cell, `# ${texts.end}`);
    if (whole !== null) return { rows: whole, isWhole: true };
    const part = numberIn(cell, `# ${texts.cut}`);
    return part === null ? null : { rows: part, isWhole: false, why: cell.slice(2) };
  };

  const jsonEnd = (line) => {
    try {
      const { end } = JSON.parse(line);
      return end ? { rows: end.rows, isWhole: end.whole, why: end.why } : null;
    } catch {
      return null;
    }
  };

  // What the file's own last line says of it; null where there is none.
  const endOf = (tail, form, texts) => {
    const text = new TextDecoder().decode(tail);
    if (form === "pdf") return text.includes("%%EOF") ? { isWhole: true } : null;
    if (!text.endsWith("\n")) return null;
    const line = text.trimEnd().split("\n").pop();
    return form === "csv" ? csvEnd(line, texts) : jsonEnd(line);
  };

  const nameOf = (answer) => {
    const header = answer.headers.get("Content-Disposition") || "";
    const [, name] = header.match(/^attachment; filename="([^"]+)"$/) || [];
    return name;
  };

  // Everything of an answer, with how many lines there were and the last of it.
  const readAll = async (answer, form, onLines) => {
    const count = lineCounter(form);
    const reader = answer.body.getReader();
    const pieces = [];
    let loose = [];
    let size = 0;
    let lines = 0;
    let tail = new Uint8Array();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      loose.push(value);
      size += value.length;
      if (size > PIECE) {
        pieces.push(new Blob(loose));
        loose = [];
        size = 0;
      }
      const joined = new Uint8Array(tail.length + value.length);
      joined.set(tail);
      joined.set(value, tail.length);
      tail = joined.slice(-TAIL);
      lines = count(value);
      onLines(lines);
    }
    const type = answer.headers.get("Content-Type");
    return { blob: new Blob([...pieces, ...loose], { type }), lines, tail };
  };

  const panelOf = (box, opener) => {
    const way = box.querySelector("[data-way]");
    const bar = box.querySelector("progress");
    const looks = box.querySelector("[data-looks]");
    const status = box.querySelector("[role=status]");
    const part = box.querySelector("[data-part]");
    const texts = box.dataset;
    let text = texts.begun;
    let timers = [];

    // The same text written anew would be read out anew.
    const write = (at) => {
      if (at.textContent !== text) at.textContent = text;
    };
    const begin = () => {
      bar.removeAttribute("value");
      way.hidden = false;
      part.hidden = true;
      status.className = "visually-hidden";
      looks.textContent = text;
      status.textContent = text;
      timers = [
        setInterval(write, OFTEN, looks),
        setInterval(write, SELDOM, status),
      ];
    };
    // One more than were counted is the last line, which is no row; rows that came while
    // it was read may make more.
    const show = (lines, total) => {
      const isCounted = total > 0 && lines <= total + 1;
      const n = isCounted ? Math.min(lines, total) : lines;
      if (isCounted) {
        bar.max = total;
        bar.value = n;
      } else {
        bar.removeAttribute("value");
      }
      text = filled(isCounted ? texts.of : texts.rows, { n, total });
    };
    const end = (why, isTrouble = false) => {
      timers.forEach(clearInterval);
      if (way.contains(document.activeElement)) opener.focus();
      way.hidden = true;
      status.className = isTrouble ? "errornote" : "";
      status.textContent = why;
    };
    const offer = (blob, name) => {
      URL.revokeObjectURL(part.href);
      part.href = URL.createObjectURL(blob);
      part.download = name.replace(/(?=\.\w+$)/, `-${texts.partial}`);
      part.hidden = false;
    };
    return { texts, begin, show, end, offer };
  };

  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  // A page in place of a file. To go to it would ask once more, and stand twice on record.
  const advise = async (answer, panel, form) => {
    if (answer.redirected) {
      running = null;
      location.assign(answer.url);
      return;
    }
    const isPage = (answer.headers.get("Content-Type") || "").startsWith("text/html");
    const text = await answer.text();
    if (!isPage) {
      panel.end(text || panel.texts.failed, true);
      return;
    }
    const page = new DOMParser().parseFromString(text, "text/html");
    const corrected = answer.ok && form && page.querySelector("form.audit-filters");
    if (corrected) {
      panel.end("");
      form.replaceWith(corrected);
      corrected.querySelector("[aria-invalid=true]")?.focus();
      return;
    }
    const advice = page.querySelector("main.card p, #content p");
    panel.end(advice ? advice.textContent.trim() : panel.texts.failed, true);
  };

  const take = async (address, panel, form) => {
    const answer = await fetch(address, { signal: running.signal, cache: "no-store" });
    const name = nameOf(answer);
    if (!answer.ok || !name) {
      await advise(answer, panel, form);
      return;
    }
    const kind = name.split(".").pop();
    const total = Number(answer.headers.get("X-Rows")) || 0; // NaN of "10000+"
    const { blob, lines, tail } = await readAll(answer, kind, (count) => {
      if (kind !== "pdf") panel.show(Math.max(count - 1, 0), total);
    });
    const end = endOf(tail, kind, panel.texts);
    // Beside its rows a file has its first line and its last.
    if (!end || (kind !== "pdf" && lines !== end.rows + 2)) {
      panel.end(panel.texts.broken, true);
    } else if (end.isWhole) {
      save(blob, name);
      const { done, one, drawn } = panel.texts;
      const text = end.rows === 1 ? one : done;
      panel.end(kind === "pdf" ? drawn : filled(text, { n: end.rows }));
    } else {
      panel.end(end.why, true);
      panel.offer(blob, name);
    }
  };

  const start = async (address, box, opener, form) => {
    if (running) return;
    const openers = [...document.querySelectorAll(OPENERS)];
    const panel = panelOf(box, opener);
    running = new AbortController();
    const { signal } = running;
    for (const one of openers) one.setAttribute("aria-disabled", "true");
    panel.begin();
    try {
      await take(address, panel, form);
    } catch {
      panel.end(signal.aborted ? panel.texts.cancelled : panel.texts.broken, !signal.aborted);
    }
    running = null;
    for (const one of openers) one.removeAttribute("aria-disabled");
  };

  document.addEventListener("submit", (event) => {
    const { submitter, target } = event;
    const box = target.querySelector("[data-progress]");
    if (!box || !submitter || !submitter.matches(OPENERS)) return;
    event.preventDefault();
    const typed = new FormData(target);
    typed.set(submitter.name, submitter.value);
    start(`${location.pathname}?${new URLSearchParams(typed)}`, box, submitter, target);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-cancel]") && running) running.abort();
    const link = event.target.closest("a[data-export]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    start(link.href, link.closest("section").querySelector("[data-progress]"), link, null);
  });
  addEventListener("beforeunload", (event) => {
    if (running) event.preventDefault();
  });
})();
