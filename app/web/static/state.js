// The state of the archive: what it holds, how far its vectors are, and what `doctor` finds.
"use strict";
(() => {
  const $ = (what, where = document) => where.querySelector(what);
  const view = $("#archive"), box = $("#state"), button = $('[data-do="check"]', box), progress = $(".check p", box);
  const WATCHED = 30000;
  let asked = 0, first = null, html = "", begun = false, articles = null;

  const shown = () => document.body.dataset.view === "articles";
  async function get(path, options) {
    try { const answer = await fetch(`page/articles/${path}`, options); return answer.ok ? await answer.json() : null; } catch { return null; }
  }
  async function state() {
    clearTimeout(asked);
    const now = await get("state");
    if (now) {
      window.datelineList.outlets(now.outlets);
      // From our own renderer, which escapes every word.
      if (now.html !== html) $(".held", box).innerHTML = html = now.html;
      const coming = $(".coming", view);
      coming.hidden = !now.coming;
      if (coming.dataset.said !== now.coming) coming.innerHTML = coming.dataset.said = now.coming;
      watched(now.watched);
      left();
      // What is followed brings articles by itself: the list shows them where one is.
      if (now.watched && articles !== null && articles !== now.articles) { articles = now.articles; return window.datelineList.changed(); }
      articles = now.articles;
    }
    clearTimeout(asked);
    if (shown() && (!now?.settled || now.watched)) asked = setTimeout(state, now?.settled ? WATCHED : document.hidden ? 15000 : 2000);
  }
  // The server's clock may stand elsewhere: times are the reader's own.
  function watched(words) {
    const line = $(".watched", view);
    line.hidden = !words;
    if (line.dataset.said === words) return;
    line.innerHTML = line.dataset.said = words;
    for (const one of line.querySelectorAll("time")) {
      const when = new Date(one.dateTime), today = when.toDateString() === new Date().toDateString();
      one.textContent = when.toLocaleString([], today ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    }
  }
  function left() {
    const strip = $(".vectors", view);
    if (!strip) return;
    const done = +strip.dataset.embedded, all = +strip.dataset.passages;
    if (!first || done < first.done) first = { at: Date.now(), done };
    const rate = (done - first.done) / (Date.now() - first.at);
    if (done < all && rate > 0) for (const one of view.querySelectorAll(".vectors .left")) one.textContent = `About ${Math.max(1, Math.round((all - done) / rate / 60000))} min left.`;
  }
  async function check() {
    button.disabled = true;
    $(".found", box).replaceChildren();
    let now = await get("check", { method: "POST", headers: { "X-Dateline": "page" } });
    while (now && now.html === null) {
      progress.textContent = `Every text and vector is read: ${Math.round(now.seconds || 0)} s so far.`;
      await new Promise((done) => setTimeout(done, 700));
      now = await get("check");
    }
    progress.textContent = now ? "" : "The server does not answer.";
    if (now) $(".found", box).innerHTML = now.html;
    button.disabled = false;
  }
  async function copy(one) {
    const label = $(".label", one);
    let done = false;
    try { await navigator.clipboard.writeText(one.dataset.copy); done = true; } catch {
      // No clipboard outside https and localhost: the words are marked, to be copied by hand.
      getSelection().selectAllChildren(one.previousElementSibling);
    }
    label.textContent = done ? "Copied" : "Press Ctrl+C";
    setTimeout(() => { label.textContent = "Copy"; }, 2000);
  }
  view.addEventListener("click", (event) => {
    const one = event.target.closest("[data-do]"), act = one?.dataset.do;
    if (act === "state") {
      box.hidden = !box.hidden;
      one.setAttribute("aria-expanded", String(!box.hidden));
      if (!box.hidden) state();
    } else if (act === "check") check();
    else if (act === "copy") copy(one);
  });
  function placed() {
    if (!shown() || begun) return;
    begun = true;
    state();
  }
  addEventListener("dateline-collection", () => { if (begun) state(); });
  addEventListener("dateline-place", placed);
  placed();
})();
