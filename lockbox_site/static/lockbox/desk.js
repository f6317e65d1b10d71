"use strict";
// What a page does beside what it does without scripts: drafts are saved while somebody
// types, company and changes are told, a session that ends is told.
(() => {
  const desk = document.getElementById("desk");
  if (!desk) return;
  const form = document.querySelector("form[data-desk]");
  const keeps = form !== null && form.dataset.desk === "keeps";
  const EVERY = 45000;
  const AGAIN = 5000;
  const PAUSE = 1500;
  const LONGEST = 10000;
  let isUnsaved = form !== null && "isUnsaved" in form.dataset;
  let isSignedOut = false;
  let isOffline = false;
  // Is there nothing more to be saved by: the step or the case is not theirs any more?
  let isShut = false;
  // Is it to be tried again, for the server was not reached?
  let isDue = false;
  let sending = new AbortController();
  let timer = 0;
  let typedSince = 0;
  let lastSaved = "";

  const show = (id, text) => {
    const at = document.getElementById(id);
    if (!at) return;
    if (at.textContent.trim() !== text) at.textContent = text;
    at.hidden = !text;
  };
  const kept = document.getElementById("kept");
  const words = (name) => kept?.dataset[name] || desk.dataset.unsaved;
  const mark = (is) => {
    isUnsaved = is;
    const sign = document.getElementById("unsaved");
    if (sign) sign.hidden = !is;
  };
  // Why nothing came of it, where the answer itself does not say so.
  const fail = (status) => {
    isShut = status === 403 || status === 404;
    isDue = !isShut;
    const reason = { 0: "offline", 403: "shut", 404: "gone" }[status] || "trying";
    show("kept", [status ? "" : lastSaved, words(reason)].filter(Boolean).join(" "));
  };
  const typedNow = () => {
    const typed = new FormData(form);
    // Files are chosen again.
    for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
    return typed;
  };

  const ask = async (what, by = "person") => {
    const typed = typedNow();
    typed.set("keep", what);
    const was = isUnsaved;
    const isDraft = what === "draft";
    if (isDraft) {
      clearTimeout(timer);
      timer = typedSince = 0;
      isUnsaved = false;
    }
    const undo = () => mark(isUnsaved || was);
    try {
      const answer = await fetch(form.getAttribute("action") || location.pathname, {
        method: "POST",
        body: typed,
        headers: { "X-Lockbox-Desk": by },
        redirect: "error",
        signal: sending.signal,
      });
      isOffline = isDue = false;
      if (!(answer.headers.get("Content-Type") || "").includes("json")) {
        undo();
        if (was || isDraft) fail(answer.status);
        return;
      }
      const told = await answer.json();
      if (told.kept === false) isUnsaved = isUnsaved || was;
      if (told.kept) lastSaved = told.line;
      if (told.line) show("kept", told.line);
      mark(isUnsaved);
      isSignedOut = answer.status === 401;
      if (isSignedOut) return;
      show("company", told.company);
      document.getElementById("stale").hidden = !told.is_stale;
    } catch (error) {
      if (error.name === "AbortError") return;
      isOffline = true;
      undo();
      if (was || isDraft) fail(0);
    }
  };

  // Once signed out a page has nothing more to ask by itself.
  const look = () => {
    if (!isSignedOut && !isShut) ask("look", "itself");
  };
  // What could not be saved is saved as soon as it can.
  const again = () => {
    if (isDue && isUnsaved && !timer) ask("draft", "itself");
  };

  if (form) {
    form.addEventListener("input", (event) => {
      if (event.target.type === "search") return;
      // A comment stands in two places, and is marked in both.
      for (const box of form.querySelectorAll(`[data-same="${event.target.dataset.same}"]`)) {
        box.checked = event.target.checked;
      }
      mark(true);
      if (!keeps) return;
      typedSince ||= Date.now();
      clearTimeout(timer);
      const wait = Math.min(PAUSE, Math.max(0, typedSince + LONGEST - Date.now()));
      timer = setTimeout(() => ask("draft"), wait);
    });
    form.addEventListener("submit", (event) => {
      if (isOffline || !navigator.onLine) {
        event.preventDefault();
        isOffline = true;
        fail(0);
        return;
      }
      // No draft arrives after what is sent now.
      sending.abort();
      sending = new AbortController();
      isUnsaved = false;
      clearTimeout(timer);
      timer = 0;
    });
    addEventListener("beforeunload", (event) => {
      if (isUnsaved) event.preventDefault();
    });
    mark(isUnsaved);
    if (keeps) {
      if (kept && !kept.textContent.trim()) show("kept", words("begins"));
      if (isUnsaved) ask("draft", "itself");
      setInterval(look, EVERY);
      setInterval(again, AGAIN);
      addEventListener("online", again);
      addEventListener("offline", () => {
        isOffline = true;
        fail(0);
      });
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") look();
        else if (isUnsaved) ask("draft");
      });
    }
  }

  // Who else is at work on a case that is only looked at.
  const beside = document.querySelector("#company[data-asks]");
  if (beside) {
    const askWho = async () => {
      if (document.visibilityState !== "visible") return;
      const answer = await fetch(location.pathname, {
        headers: { "X-Lockbox-Desk": "itself" },
        redirect: "error",
      });
      if (answer.ok) show("company", (await answer.json()).company);
    };
    setInterval(() => askWho().catch(() => {}), EVERY);
    document.addEventListener("visibilitychange", () => askWho().catch(() => {}));
  }

  // What stands in such boxes from the beginning is not spoken: it is said once the page
  // has loaded, beside the page, and only for a while.
  const spoken = document.getElementById("spoken");
  const boxes = document.querySelectorAll("[role=status], [role=alert]:not([autofocus])");
  const said = [...boxes].map((box) => (box.hidden ? "" : box.innerText.trim()));
  const say = (text) => {
    spoken.textContent = text;
  };
  setTimeout(() => say(said.filter(Boolean).join(" ")), 250);
  setTimeout(() => say(""), 10000);

  // What has come to one's list since it was opened.
  const came = document.getElementById("came");
  if (came) {
    const shown = new Set([...document.querySelectorAll("a.case")].map((link) => link.pathname));
    const link = document.createElement("a");
    link.href = location.pathname + location.search;
    link.textContent = came.dataset.again;
    const askForNew = async () => {
      if (document.visibilityState !== "visible") return;
      const answer = await fetch(came.dataset.asks, {
        headers: { "X-Lockbox-Desk": "itself" },
        redirect: "error",
      });
      if (!answer.ok) return;
      const { rows } = await answer.json();
      const fresh = rows.filter((row) => !shown.has(row.split("?")[0])).length;
      const text = `${came.dataset.words} ${fresh}. `;
      if (!fresh || came.firstChild?.textContent === text) return;
      came.hidden = false;
      came.replaceChildren(text, link);
    };
    setInterval(() => askForNew().catch(() => {}), EVERY);
    document.addEventListener("visibilitychange", () => askForNew().catch(() => {}));
  }

  // What is pasted elsewhere is copied as it is.
  for (const button of document.querySelectorAll("[data-copies]")) {
    const told = button.parentElement.querySelector("[data-copied]");
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copies).textContent;
      await navigator.clipboard.writeText(text);
      told.textContent = told.dataset.copied;
    });
  }

  // One answer to several questions, without fetching the page anew.
  for (const button of document.querySelectorAll("[data-answers]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const names = `input[name^="answer_${button.dataset.answers}"][value=no]`;
      for (const radio of form.querySelectorAll(names)) radio.checked = true;
      form.dispatchEvent(new Event("input"));
    });
  }

  // A list of many choices is searched.
  for (const field of document.querySelectorAll("[data-seeks]")) {
    const choices = [...document.getElementById(field.dataset.seeks).children];
    const hits = field.parentElement.querySelector("[data-hits]");
    field.parentElement.hidden = false;
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    field.addEventListener("input", () => {
      const sought = field.value.trim().toLowerCase();
      for (const choice of choices) {
        const isChosen = choice.querySelector("input").checked;
        choice.hidden = !isChosen && !choice.textContent.toLowerCase().includes(sought);
      }
      const shown = choices.filter((choice) => !choice.hidden).length;
      hits.textContent = `${shown} ${hits.dataset.hits}`;
    });
  }

  // The end of the session. A sign of the person puts it off, up to the last moment.
  const box = document.getElementById("time-left");
  const token = desk.querySelector("[name=csrfmiddlewaretoken]").value;
  const BEFORE = 300;
  const SELDOM = 60;
  const last = Number(desk.dataset.last);
  let ends = Number(desk.dataset.ends);
  let isTold = false;
  let staysAt = 0;
  const left = () => ends - Date.now() / 1000;
  const stay = async () => {
    staysAt = Date.now() / 1000 + SELDOM;
    const answer = await fetch(desk.dataset.stay, {
      method: "POST",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams({ stay: "1" }),
    });
    if (answer.ok && !answer.redirected) ends = (await answer.json()).ends;
  };
  const minutes = document.getElementById("minutes-left");
  const watch = () => {
    if (!ends) return;
    if (left() > BEFORE) {
      isTold = false;
      return;
    }
    show("minutes-left", `${minutes.dataset.words} ${Math.max(0, Math.ceil(left() / 60))}`);
    if (isTold) return;
    isTold = true;
    if (form && isUnsaved) ask("draft", "itself");
    document.getElementById("stay").hidden = ends >= last;
    box.showModal();
  };
  for (const sign of ["input", "pointerdown", "keydown"]) {
    document.addEventListener(sign, () => {
      const isPutOff = ends && !box.open && ends < last && Date.now() / 1000 > staysAt;
      if (isPutOff && left() < 2 * BEFORE) stay().catch(() => {});
    });
  }
  watch();
  setInterval(watch, 5000);
  document.getElementById("let-go").addEventListener("click", () => box.close());
  document.getElementById("stay").addEventListener("click", async () => {
    await stay();
    box.close();
  });
})();
