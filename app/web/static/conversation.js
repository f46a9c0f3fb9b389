// The conversation that is shown: its name, its address, what is drawn of it, and the question that is still to be answered.
"use strict";
(() => {
  const $ = (what) => document.querySelector(what);
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const scrolled = new Map();
  let shown = null, seen = new Set(), cite = 0, question = 0, own = false, held = null;

  const send = (type, data) => window.dateline.send(type, data);
  const kept = () => $("#rail").dataset.history === "on";
  // Named here, so that a question that is sent twice is known to be one, and its address stands before the server has answered.
  const name = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => LETTERS[n & 63]).join("");

  // The conversation that a question goes to: the one shown, else a new one.
  function current() {
    if (!shown || $("#thread .lost")) {
      shown = name();
      seen = new Set();
      own = false;
      if (kept()) window.datelinePlace.go(`/c/${shown}`);
    }
    return shown;
  }
  function show(id) {
    if (shown) scrolled.set(shown, scrollY);
    shown = id;
    seen = held = null; // what is there when it opens was seen before
    own = false;
    window.dispatchEvent(new Event("dateline-close"));
    window.dispatchEvent(new Event("dateline-shown"));
    if (id) open(id, 3); else send("new", {});
  }
  // Who goes on quickly may have the next drawing called off with the one before: it is asked for again.
  function open(id, times) {
    send("leave", {});
    send("open", { c: id });
    if (times) setTimeout(() => { if (shown === id && !own) open(id, times - 1); }, 3000);
  }
  // More of the conversation above; what is read stays where it is.
  function earlier() {
    const first = $("#thread .turn");
    held = first && { id: first.id, top: first.querySelector("h2").getBoundingClientRect().top };
    send("earlier", { c: shown });
  }
  function drawn() {
    const box = $("#thread .turns"), turns = [...document.querySelectorAll("#thread .turn")], last = turns.at(-1);
    // What another conversation drew late: hidden until this one is drawn, or drawn once more.
    const late = !!box && box.dataset.c !== (shown || "");
    $("#thread").toggleAttribute("data-late", late);
    if (late) {
      if (own) show(shown);
      return false;
    }
    own = true;
    if (held && turns.length && turns[0].id !== held.id) {
      const at = $(`#${held.id} h2`);
      if (at) scrollBy({ top: at.getBoundingClientRect().top - held.top, behavior: "instant" });
      held = null;
    }
    document.title = turns.length ? `${turns[0].dataset.q.slice(0, 80)} – Dateline` : "Dateline";
    if (!seen) {
      seen = new Set(turns.map((one) => one.id));
      if (scrolled.has(shown)) scrollTo({ top: scrolled.get(shown), behavior: "instant" });
      else if (turns.length > 1 && !cite && !question) last.scrollIntoView({ block: "start", behavior: "instant" });
    } else if (last && !seen.has(last.id)) {
      seen.add(last.id);
      // Once, when it comes: from then on the reader scrolls, not the page.
      if (turns.length > 1) last.scrollIntoView({ block: "start", behavior: "instant" });
    }
    toQuestion(turns);
    toCitation(turns);
    return true;
  }
  // #s2: the second citation, counted through the conversation.
  function toCitation(turns) {
    if (!cite || !turns.length) return;
    if (+turns[0].dataset.before >= cite) return $(".earlier") && send("earlier", { c: shown });
    const turn = turns.findLast((one) => +one.dataset.before < cite);
    if (turn.getAttribute("aria-busy") === "true") return;
    const to = turn.querySelector(`[data-cite="${turn.id}.${cite - turn.dataset.before}"]`);
    cite = 0;
    if (!to) return;
    to.scrollIntoView({ block: "center", behavior: "instant" });
    to.click();
  }
  // #q2: the second question.
  function toQuestion(turns) {
    if (!question || !turns.length) return;
    if (+turns[0].id.slice(1) > question) return $(".earlier") && send("earlier", { c: shown });
    $(`#t${question}`)?.scrollIntoView({ block: "start", behavior: "instant" });
    question = 0;
  }
  // The address of a citation such as t3.1, or of a turn, for the clipboard.
  function link(id) {
    const [turn, n] = id.split(".");
    return location.origin + location.pathname + (n ? `#s${+$(`#${turn}`).dataset.before + +n}` : `#q${turn.slice(1)}`);
  }
  function place({ detail }) {
    if (detail.view !== "ask") return;
    cite = +(/^s(\d{1,6})$/.exec(detail.hash)?.[1] || 0);
    question = +(/^q(\d{1,6})$/.exec(detail.hash)?.[1] || 0);
    if (detail.id !== shown) return show(detail.id);
    const turns = [...document.querySelectorAll("#thread .turn")];
    toQuestion(turns);
    toCitation(turns);
  }
  const has = (key) => [...document.querySelectorAll("#thread .turn")].some((one) => one.dataset.key === key);
  addEventListener("dateline-place", place);
  window.datelineConversation = { current, show, drawn, earlier, link, name, has, kept, shown: () => shown, open: place };
})();
