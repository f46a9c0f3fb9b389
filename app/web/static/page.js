// The box for questions, its filters, the state of the collection, and what is sent to the server.
// Handlers hang on the document, since Gradio redraws the inside; nothing here makes HTML out of text.
"use strict";
(() => {
  const $ = (what, where = document) => where.querySelector(what);
  const KEYS = ["as_of", "since", "until", "source"];
  const WORDS = { as_of: "As of", since: "Since", until: "Until", source: "" };
  let filters = {}, waiting = 0, asking = 0, empty = false, said = "", first = null, opening = false, lost = false;

  const box = () => $("#ask textarea");
  const { tell, kept: unanswered, here, watch, away, gone } = window.datelineThere;
  const conversation = window.datelineConversation, place = window.datelinePlace;
  const busy = () => !gone() && (!!$('#thread .turn[aria-busy="true"]') || Date.now() < waiting);
  const icon = (name) => $(`.${name}`, $("#icons").content).firstElementChild.cloneNode(true);
  const say = (text) => { if ($("#say")) $("#say").textContent = text; };
  const narrow = () => matchMedia("(max-width: 899px)").matches;
  const kept = (key, value) => {
    try { return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value); } catch { return null; }
  };

  // Asking

  // `ignore`: what is not to be read into this one question; the next is read whole again.
  // `key` names a question that was sent before: the server asks it only if it never came.
  function ask(q, again, ignore, key) {
    q = (q || "").trim();
    if (!q || empty) return;
    if (tooLong(q)) return;
    if (busy()) return tell("An answer is being written. Stop it first, or wait.");
    const asked = { c: conversation.current(), key: key || conversation.name(), q, filters: { ...filters }, ignore: ignore || [], again: again || null };
    unanswered({ ...asked, sent: key ? 2 : 1 });
    if (gone()) return retry();
    tell("");
    window.dispatchEvent(new Event("dateline-close"));
    waiting = Date.now() + 15000; // until the turn is drawn; a busy machine may take seconds
    window.dateline.send("ask", asked);
    $("#rail").matches(":popover-open") && $("#rail").hidePopover();
    buttons();
    watch(busy);
    return true;
  }
  function submit() {
    if (ask(box().value)) fill("");
  }
  function fill(text) {
    box().value = text;
    grow();
  }
  function tooLong(q) {
    const most = +box().dataset.most, over = [...q].length - most;
    if (over <= 0) return false;
    tell(`${over.toLocaleString("en-GB")} ${over === 1 ? "letter" : "letters"} too many: a question has at most ${most.toLocaleString("en-GB")}.`, { spoken: "The question is too long." });
    return true;
  }
  // The server came or went, or there is nothing more to wait for.
  function there() {
    const left = unanswered();
    buttons();
    // Gradio sends nothing more over a connection that it lost, and what it drew is the server's of before.
    if (lost && !gone()) return location.reload();
    lost = gone();
    if (gone()) tell(left ? "The server went away. Your question is kept." : "The server went away.", { retry: true });
    else if (left && !busy()) tell("The server did not take the question. It is kept.", { retry: true });
    else if (!tooLong(box().value.trim())) tell("");
    if (left && !busy() && !box().value) fill(left.q);
  }
  async function retry() {
    const left = unanswered(), q = left?.q || box().value.trim();
    if (!gone()) return ask(q, left?.again, left?.ignore) && fill("");
    if (!(await here())) return tell("The server still does not answer. Your question is kept.", { retry: true });
    away(false);
  }
  // After the page was loaded anew: what the server has is answered there, what never came to it is sent once more, by itself only once.
  function restore(left) {
    if (conversation.has(left.key)) return busy() ? watch(busy) : answered();
    setFilters(left.filters);
    if (left.sent < 2 && ask(left.q, left.again, left.ignore, left.key)) return;
    fill(left.q);
    tell("The answer was cut off. Your question is kept.", { retry: true });
  }
  function buttons() {
    if (!$("#ask")) return;
    const on = busy();
    $("#stop").hidden = !on;
    $("#send").hidden = on;
    $("#send").disabled = empty;
    if (on) setTimeout(() => busy() || buttons(), Math.max(50, waiting - Date.now() + 50));
  }
  function draft(text) {
    try { return text === undefined ? sessionStorage.getItem("dateline-draft") : sessionStorage.setItem("dateline-draft", text); } catch { return null; }
  }
  function grow() {
    const area = box();
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 176)}px`;
  }
  function fresh() {
    if (conversation.kept() || place.here().view !== "ask") place.go("/"); else conversation.show(null);
    $("#rail").matches(":popover-open") && $("#rail").hidePopover();
    box().focus();
  }
  // Another conversation is shown: what was said of the one before is over.
  function left() {
    waiting = 0;
    if (unanswered()?.c !== conversation.shown()) unanswered(null);
    tell("");
    buttons();
  }

  // Filters: one object in this tab, sent whole with every question

  function day(text) {
    const when = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
    if (!when || isNaN(when)) return text;
    return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(when);
  }
  function setFilters(next) {
    filters = Object.fromEntries(KEYS.filter((key) => next[key]).map((key) => [key, String(next[key])]));
    chips();
  }
  function chips() {
    const row = $("#chips");
    if (!row) return;
    row.replaceChildren(...KEYS.filter((key) => filters[key]).map((key) => {
      const chip = document.createElement("span"), text = document.createElement("span"), off = document.createElement("button");
      chip.className = "chip open";
      chip.dataset.key = key;
      text.dir = "auto";
      text.textContent = `${WORDS[key]} ${key === "source" ? filters[key] : day(filters[key])}`.trim();
      off.type = "button";
      off.dataset.act = "off";
      off.dataset.key = key;
      off.setAttribute("aria-label", `Remove: ${text.textContent}`);
      off.append(icon("close"));
      chip.append(text, off);
      return chip;
    }));
    const set = document.createElement("button");
    set.type = "button";
    set.className = Object.keys(filters).length ? "set some" : "set";
    set.dataset.act = "set";
    set.setAttribute("aria-haspopup", "dialog");
    const label = document.createElement("span");
    label.textContent = Object.keys(filters).length ? "Change" : "All dates and sources";
    set.append(icon("filter"), label);
    set.setAttribute("aria-label", Object.keys(filters).length ? "Change dates and source" : "All dates and sources: change");
    row.append(set);
    for (const one of document.querySelectorAll('[data-act="outlet"]')) one.setAttribute("aria-pressed", String(one.dataset.source === filters.source));
  }
  function openFilters() {
    const pop = $("#pop");
    for (const key of KEYS) {
      const field = pop.elements[key];
      if (key === "source" && filters.source && ![...field.options].some((one) => one.value === filters.source)) field.add(new Option(filters.source, filters.source));
      field.value = filters[key] || "";
    }
    const at = $("#ask").getBoundingClientRect();
    $(".wrong", pop).hidden = true;
    pop.style.left = `${Math.max(16, Math.min(at.left + 4, innerWidth - 356))}px`;
    pop.showPopover();
    pop.style.bottom = `${Math.max(8, Math.min(innerHeight - at.top + 8, innerHeight - pop.offsetHeight - 8))}px`;
    pop.elements.as_of.focus();
  }

  // The collection, asked for again while something is under way

  async function status() {
    clearTimeout(asking);
    let now = null;
    try {
      const answer = await fetch("page/status");
      if (answer.ok) now = await answer.json();
      away(false);
    } catch { away(true); }
    if (now) {
      empty = now.articles === 0;
      document.body.dataset.empty = empty;
      $("#rail .views .n").textContent = now.articles.toLocaleString("en-GB");
      for (const name of ["banner", "facts", "welcome"]) if ($(`#${name}`).dateline !== now[name]) {
        // From our own renderer, which escapes every word.
        $(`#${name}`).innerHTML = $(`#${name}`).dateline = now[name];
      }
      const field = $("#pop").elements.source;
      const wanted = ["", ...now.sources];
      if ([...field.options].map((one) => one.value).join("\n") !== wanted.join("\n")) {
        field.replaceChildren(...wanted.map((one) => new Option(one || "All sources", one, false, one === filters.source)));
      }
      remaining();
      buttons();
      chips();
      $("#welcome").dataset.ready = "";
    }
    clearTimeout(asking);
    if (!now?.settled) asking = setTimeout(status, document.hidden ? 15000 : 2000);
  }
  function remaining() {
    const strip = $("#banner .strip[data-embedded]");
    if (!strip) { first = null; return; }
    const done = +strip.dataset.embedded, all = +strip.dataset.passages;
    if (!first || done < first.done) first = { at: Date.now(), done };
    const rate = (done - first.done) / (Date.now() - first.at);
    if (rate > 0) $(".left", strip).textContent = `About ${Math.max(1, Math.round((all - done) / rate / 60000))} min left.`;
  }

  // After every drawing

  function drawn() {
    waiting = 0;
    away(false);
    if (!conversation.drawn()) return;
    const back = opening && unanswered(), last = [...document.querySelectorAll("#thread .turn")].at(-1);
    opening = false;
    if (back) restore(back); else if (!busy()) answered(); else watch(busy);
    buttons();
    if (last && `${last.id} ${last.dataset.say}` !== said) {
      said = `${last.id} ${last.dataset.say}`;
      say(last.dataset.say);
    }
  }

  function answered() {
    const left = unanswered();
    // Put there while the server was away, and not touched since.
    if (left && box().value === left.q) fill("");
    unanswered(null);
    if (!tooLong(box().value.trim())) tell("");
  }
  function theme(flip) {
    const root = document.documentElement;
    if (flip) { root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark"; kept("dateline-theme", root.dataset.theme); }
    $('[data-act="theme"]')?.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
    document.body.classList.toggle("dark", root.dataset.theme === "dark");
  }
  const read = (turn, what) => JSON.parse(turn.dataset[what]);
  function askAgain(turn, set, ignore) {
    if (busy()) return;
    setFilters(set);
    ask(turn.dataset.q, turn.id, ignore);
  }
  // A filter that the reader set is taken off; what was read into the question is left unread.
  function drop(button) {
    const turn = button.closest(".turn"), set = read(turn, "filters"), ignore = new Set(read(turn, "ignore"));
    for (const key of (button.dataset.keys || button.dataset.key).split(" ")) if (key in set) delete set[key]; else ignore.add(key);
    askAgain(turn, set, [...ignore]);
  }

  const ACTS = {
    new: fresh,
    retry,
    skip: () => box().focus(),
    theme: () => theme(true),
    set: openFilters,
    off: (button) => { const rest = { ...filters }; delete rest[button.dataset.key]; setFilters(rest); $('[data-act="set"]').focus(); },
    clear: () => { setFilters({}); $("#pop").hidePopover(); },
    outlet: (button) => {
      const source = filters.source === button.dataset.source ? "" : button.dataset.source;
      setFilters({ ...filters, source });
      if (narrow()) $("#rail").hidePopover();
      box().focus();
    },
    example: (button) => ask(button.dataset.q),
    earlier: () => conversation.earlier(),
    copy: (button) => window.datelineCopy(button, button.dataset.copy),
    drop,
    restore: (button) => {
      const turn = button.closest(".turn");
      askAgain(turn, read(turn, "filters"), read(turn, "ignore").filter((key) => key !== button.dataset.key));
    },
    again: (button) => {
      const turn = button.closest(".turn");
      askAgain(turn, read(turn, "filters"), read(turn, "ignore"));
    },
  };
  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-act]");
    if (button && ACTS[button.dataset.act]) ACTS[button.dataset.act](button);
    else if (event.target.closest?.("#stop")) window.dateline.send("stop", { c: conversation.shown() });
  });
  addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.id === "ask") submit();
    if (event.target.id === "pop") {
      const { since, until } = event.target.elements, crossed = since.value && until.value && until.value < since.value;
      $(".wrong", event.target).hidden = !crossed;
      if (crossed) return until.focus();
      setFilters(Object.fromEntries(KEYS.map((key) => [key, event.target.elements[key].value])));
      event.target.hidePopover();
      box().focus();
    }
  });
  addEventListener("input", (event) => {
    if (event.target !== box()) return;
    grow();
    // What was said of the question before this letter, unless there is something to try again.
    if (!tooLong(box().value.trim()) && $("#told button").hidden) tell("");
  });
  addEventListener("change", (event) => { if (event.target.id === "single") kept("dateline-keys", event.target.checked ? "on" : "off"); });
  addEventListener("keydown", (event) => {
    if (event.target === box() && event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
    if (!window.datelineKeys(event)) return;
    if (event.key === "/") { event.preventDefault(); box().focus(); }
    // Before the first question a letter begins it; the focus is not taken before, since the way to the box comes first.
    else if (event.key.length === 1 && event.key !== " " && event.target === document.body && !$(".turn")) box().focus();
  });
  // Whether a single key is meant for the page: not while typing, not with a modifier, not when switched off.
  window.datelineKeys = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented && kept("dateline-keys") !== "off"
    && !event.target.closest?.("input, textarea, select, [contenteditable]");

  function ready() {
    if (!window.dateline || !$("#ask") || !$("#rail") || !$("#icons") || !$("#welcome") || !$("#thread")) return setTimeout(ready, 30);
    theme(false);
    place.mark();
    new MutationObserver(() => { if (document.body.classList.contains("dark") !== (document.documentElement.dataset.theme === "dark")) theme(false); })
      .observe(document.body, { attributes: true, attributeFilter: ["class"] });
    new MutationObserver(() => theme(false)).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    $("#single").checked = kept("dateline-keys") !== "off";
    // At /articles the filters are the list's.
    const asked = new URLSearchParams(place.here().view === "ask" ? location.search : "");
    setFilters(Object.fromEntries(asked));
    buttons();
    if (draft()) fill(draft());
    status().then(() => {
      // Asked once: the address is cleared, so that a reload does not ask again.
      if ([...KEYS, "q"].some((key) => asked.has(key))) history.replaceState(null, "", location.pathname);
      if (asked.get("q")) return ask(asked.get("q")) || fill(asked.get("q"));
      opening = true;
      if (place.here().id) conversation.open({ detail: place.here() });
      else if (unanswered()) restore(unanswered());
    });
  }
  // What is being written outlives a page that is loaded anew.
  addEventListener("pagehide", () => draft(unanswered() ? "" : box()?.value || ""));
  // Days that a picture proposes: for its question once more, or for the next one.
  addEventListener("dateline-days", ({ detail: { days, turn } }) => {
    if (turn) return askAgain(turn, { ...read(turn, "filters"), ...days }, read(turn, "ignore"));
    setFilters({ ...filters, ...days });
    box().focus();
  });
  addEventListener("dateline-drawn", drawn);
  addEventListener("dateline-shown", left);
  addEventListener("dateline-there", there);
  addEventListener("dateline-collection", status);
  addEventListener("dateline-ready", ready, { once: true });
  if (window.dateline) ready();
})();
