// What the reader says of an answer or a citation. The server keeps it; here it is shown again after every drawing.
"use strict";
(() => {
  const $ = (what, where = document) => where.querySelector(what);
  const ASKS = new Set(["bad", "should-have-answered", "wrong-citation"]);
  const { shown, kept } = window.datelineConversation;
  let of = null, said = new Map(), opened = "";

  // Turn and citation, such as 3.2; 0 is the answer as a whole. Empty where nothing can be said yet.
  function about(box) {
    const cited = box.closest("#panel") ? window.datelineCited() : null, turn = (cited || box).closest(".turn");
    if (!turn || turn.getAttribute("aria-busy") === "true") return "";
    return `${turn.id.slice(1)}.${cited ? cited.dataset.cite.split(".")[1] : 0}`;
  }
  const within = (box) => box.closest("#panel .bottom, .tools");
  async function load() {
    if (!kept() || !shown() || shown() === of) return;
    const mine = of = shown();
    said = new Map();
    opened = "";
    let found = [];
    try {
      const answer = await fetch(`page/conversations/${mine}/feedback`);
      if (answer.ok) found = await answer.json();
    } catch { /* the page says that the server is away */ }
    if (of !== mine) return;
    for (const one of found) if (!said.has(`${one.turn}.${one.citation}`)) said.set(`${one.turn}.${one.citation}`, one);
    draw();
  }
  function draw() {
    for (const box of document.querySelectorAll(".judge")) {
      const key = about(box), now = said.get(key), form = $(".note", within(box)), field = $("textarea", form);
      if (box.closest("#panel")) box.hidden = !key;
      for (const button of box.querySelectorAll("button")) button.setAttribute("aria-pressed", String(now?.verdict === button.dataset.verdict));
      form.hidden = !ASKS.has(now?.verdict) || !(now.note || opened === key);
      // What is being written stays as long as it is about the same.
      if (form.dateline === `${of} ${key}` && !form.hidden) continue;
      form.dateline = form.hidden ? "" : `${of} ${key}`;
      field.value = now?.note || "";
      $(".saved", form).textContent = "";
    }
  }
  async function keep(key, verdict, note) {
    const [turn, citation] = key.split(".").map(Number), where = of, before = said.get(key);
    if (verdict) said.set(key, { verdict, note }); else said.delete(key);
    draw();
    let done = false;
    try {
      const body = JSON.stringify({ citation, verdict, note });
      done = (await fetch(`page/conversations/${where}/turns/${turn}/feedback`, { method: "PUT", headers: { "Content-Type": "application/json" }, body })).ok;
    } catch { /* said below */ }
    if (!done && of === where) {
      if (before) said.set(key, before); else said.delete(key);
      draw();
    }
    $("#say").textContent = !done ? "It could not be saved." : verdict ? "Saved" : "Taken back";
    return done;
  }
  async function judge(button) {
    const key = about(button), now = said.get(key), verdict = button.dataset.verdict, off = now?.verdict === verdict;
    if (!key) return;
    opened = off ? "" : key;
    const saving = keep(key, off ? null : verdict, off ? "" : now && ASKS.has(now.verdict) && ASKS.has(verdict) ? now.note : "");
    const form = $(".note", within(button));
    if (!form.hidden) {
      $("textarea", form).focus();
      form.scrollIntoView({ block: "nearest" });
    }
    await saving;
  }
  async function send(form) {
    const key = about(form), now = said.get(key), told = $(".saved", form);
    if (!key || !now) return;
    opened = key;
    told.textContent = "";
    told.textContent = (await keep(key, now.verdict, $("textarea", form).value.trim())) ? "Saved" : "It could not be saved.";
  }

  addEventListener("click", (event) => {
    const button = event.target.closest?.('[data-act="judge"]');
    if (button) judge(button);
  });
  addEventListener("submit", (event) => { if (event.target.matches(".note")) send(event.target); });
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches?.(".note textarea")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  addEventListener("input", (event) => { if (event.target.matches?.(".note textarea")) $(".saved", event.target.form).textContent = ""; });
  addEventListener("dateline-drawn", () => { load(); draw(); });
  addEventListener("dateline-cited", draw);
  addEventListener("dateline-shown", () => { if (shown() !== of) of = null; });
})();
