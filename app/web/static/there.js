// The line above the question box, and whether the server is there: a question that it did not answer is kept.
"use strict";
(() => {
  const $ = (what) => document.querySelector(what);
  const KEPT = "dateline-unanswered", EVERY = 1000;
  let gone = false, watching = false;

  // What was asked and not yet answered, for this tab alone; it outlives the reload once a server is back.
  function kept(value) {
    try {
      if (value === undefined) return JSON.parse(sessionStorage.getItem(KEPT));
      value ? sessionStorage.setItem(KEPT, JSON.stringify(value)) : sessionStorage.removeItem(KEPT);
    } catch { /* no storage: then nothing is kept */ }
    return null;
  }
  // One line for the eye and, where it is a new one, for the ear.
  function tell(text, { retry = false, spoken = text } = {}) {
    const line = $("#told");
    if (!line) return;
    if (spoken && line.dataset.spoken !== spoken) $("#say").textContent = spoken;
    line.dataset.spoken = spoken;
    line.firstElementChild.textContent = text;
    line.lastElementChild.hidden = !retry;
    line.hidden = !text;
  }
  async function here() {
    try { return (await fetch("page/here", { cache: "no-store", signal: AbortSignal.timeout(20000) })).ok; } catch { return false; }
  }
  function away(now) {
    if (now === gone) return;
    gone = now;
    document.body.toggleAttribute("data-gone", gone);
    window.dispatchEvent(new Event("dateline-there"));
  }
  // While an answer is under way; `busy` says whether it still is.
  async function watch(busy) {
    if (watching) return;
    watching = true;
    while (busy() || gone) {
      away(!(await here()));
      await new Promise((done) => setTimeout(done, EVERY));
    }
    watching = false;
    window.dispatchEvent(new Event("dateline-there"));
  }
  window.datelineThere = { tell, kept, here, watch, away, gone: () => gone };
})();
