// Citations: the article that a number opens, at its words, and the card that it shows before that.
"use strict";
(() => {
  const $ = (what, where = document) => where.querySelector(what);
  const all = (what) => [...document.querySelectorAll(what)];
  const FOOT = { supported: "Supported", nearest: "Nearest passage, not an answer", unsupported: "Not supported: the nearest words are marked", claim: "The article’s own words for this value", seen: "Passage read, not cited" };
  let current = null, reading = null, shown = "", opener = null, over = null, timer = 0, focused = 0;

  const panel = () => $("#panel");
  const inAnswer = (id) => $(`.answer [data-cite="${id}"]`) || $(`#thread .cite[data-cite="${id}"]`) || $(`#thread [data-cite="${id}"]`);
  // The citations of one turn by number, each once.
  function siblings(id) {
    const turn = id.split(".")[0], found = new Map();
    for (const one of all(`#thread [data-cite^="${turn}."]`)) if (!found.has(one.dataset.cite)) found.set(one.dataset.cite, one);
    return [...found.values()].sort((a, b) => a.dataset.cite.split(".")[1] - b.dataset.cite.split(".")[1]);
  }
  const quoteOf = (id) => {
    const rich = $(`#thread [data-cite="${id}"][data-quote]`);
    return rich ? rich.dataset.quote : ($(`#thread .quote [data-cite="${id}"]`)?.nextElementSibling.textContent || "").slice(1, -1);
  };
  window.datelineQuote = quoteOf;
  const plain = (text) => text.replace(/\s+/g, " ").trim();

  async function open(button, from) {
    const id = button.dataset.cite, dialog = panel(), wide = matchMedia("(min-width: 1200px)").matches;
    if (current === id && dialog.open && !from) return close();
    current = id;
    reading = null;
    called("citation");
    opener = from || opener || button;
    if (!from) opener = button;
    hide();
    const family = siblings(id), n = family.findIndex((one) => one.dataset.cite === id);
    const passage = ["nearest", "seen"].includes(button.dataset.kind);
    $(".count", dialog).textContent = `${passage ? "Passage" : "Citation"} ${n + 1} of ${family.length}`;
    for (const act of ["prev", "next"]) $(`[data-act="${act}"]`, dialog).disabled = family.length < 2;
    $(".verdict", dialog).replaceChildren();
    $(".changed", dialog).hidden = true;
    if (shown !== button.dataset.article) $(".body", dialog).replaceChildren();
    shown = button.dataset.article;
    mark();
    if (!dialog.open) still(button, () => (wide ? dialog.show() : dialog.showModal()));
    const spans = family.filter((one) => one.dataset.article === button.dataset.article).map((one) => `${one.dataset.start}-${one.dataset.end}`);
    const at = `${button.dataset.start}-${button.dataset.end}`, until = button.dataset.until ? `&until=${encodeURIComponent(button.dataset.until)}` : "";
    let answer = null;
    try { answer = await fetch(`page/article/${encodeURIComponent(button.dataset.article)}?hl=${spans.slice(0, 150).join(",")}&at=${at}${until}`); } catch { /* said below */ }
    const html = answer?.ok || answer?.status === 404 ? await answer.text() : "<p>The server does not answer.</p>";
    if (current !== id) return;
    const body = $(".body", dialog);
    // From our own renderer, which escapes every word of the article.
    body.innerHTML = html;
    const quote = quoteOf(id);
    if (!answer?.ok) {
      const said = document.createElement("blockquote");
      const known = $(`#thread [data-cite="${id}"][data-title]`), from = document.createElement("p");
      said.textContent = `“${quote}”`;
      from.textContent = known ? [known.dataset.title, known.dataset.outlet, known.dataset.date].join(", ") : "";
      if (quote) body.append(said, from);
      return $('[data-act="close"]', dialog).focus();
    }
    const marks = [...body.querySelectorAll("mark.at")];
    if (quote && plain(marks.map((one) => one.textContent).join(" ")) !== plain(quote)) {
      const stored = $(".about", body)?.dataset.stored;
      // The places are those of the old text: in the new one they mark other words.
      for (const one of body.querySelectorAll("mark")) one.replaceWith(...one.childNodes);
      marks.length = 0;
      $(".changed span", dialog).textContent = `This article was changed${stored ? ` on ${stored},` : ""} after the answer was made.`;
      $(".changed q", dialog).textContent = quote;
      $(".changed", dialog).hidden = false;
    }
    if ($(".changed", dialog).hidden) verdict(button.dataset.kind);
    const text = $(".text", body), to = marks[0];
    if (!to) return text.focus();
    // In the middle, or with its first line in view if it is taller than the panel.
    const box = text.getBoundingClientRect(), top = to.getBoundingClientRect().top, end = marks.at(-1).getBoundingClientRect().bottom;
    text.scrollTop += top - box.top - Math.max(16, (box.height - (end - top)) / 2);
    to.focus({ preventScroll: true });
  }
  // An article that no citation led to, from its beginning. `label` stands above it and `foot` under it; `step` goes to a neighbour
  // (1 or -1) if there are `several`, and `closed` is told that the reader is done.
  async function read(id, options) {
    const dialog = panel();
    if (!dialog) return;
    hide();
    current = opener = null;
    reading = options;
    shown = "";
    mark();
    called("article");
    $(".count", dialog).textContent = options.label;
    for (const act of ["prev", "next"]) $(`[data-act="${act}"]`, dialog).disabled = !options.several;
    $(".changed", dialog).hidden = true;
    const foot = $(".verdict", dialog);
    foot.dataset.kind = "read";
    foot.replaceChildren(...options.foot);
    if (!dialog.open) { matchMedia("(min-width: 1200px)").matches ? dialog.show() : dialog.showModal(); }
    let answer = null;
    try { answer = await fetch(`page/article/${encodeURIComponent(id)}`); } catch { /* said below */ }
    const html = answer?.ok || answer?.status === 404 ? await answer.text() : "<p>The server does not answer.</p>";
    if (reading !== options) return;
    // From our own renderer, which escapes every word of the article.
    $(".body", dialog).innerHTML = html;
    ($(".body .text", dialog) || $('[data-act="close"]', dialog)).focus({ preventScroll: true });
  }
  function called(what) {
    for (const [act, word] of [["prev", "Previous"], ["next", "Next"]]) $(`[data-act="${act}"]`, panel()).setAttribute("aria-label", `${word} ${what}`);
  }
  // Docked, the panel takes its width from the text, which grows above: the place that is read stays where it was.
  function still(button, change) {
    const before = button.getBoundingClientRect().top;
    change();
    scrollBy({ top: button.getBoundingClientRect().top - before, behavior: "instant" });
  }
  // Said of the article that is shown, so never before it is there.
  function verdict(kind) {
    const foot = $(".verdict", panel()), check = $("#icons").content.querySelector(".check").firstElementChild;
    foot.dataset.kind = kind;
    foot.replaceChildren(...(kind === "supported" ? [check.cloneNode(true)] : []), FOOT[kind] || "");
  }
  // The reader has gone on to something else, and the focus with them.
  function leave() {
    current = opener = null;
    hide();
    mark();
    if (panel()?.open) panel().close();
    done();
  }
  function close() {
    const dialog = panel();
    if (!dialog?.open) return;
    const back = current;
    opener?.isConnected && !reading ? still(opener, () => dialog.close()) : dialog.close();
    if (reading) return done();
    closed(back);
  }
  function done() {
    const options = reading;
    reading = null;
    options?.closed();
  }
  function closed(back) {
    current = null;
    mark();
    // Gradio may have redrawn the number meanwhile: its twin of the same name then.
    const to = opener?.isConnected ? opener : back && inAnswer(back);
    opener = null;
    to?.focus({ preventScroll: true });
    hide();
  }
  function step(by) {
    if (reading) return reading.several && reading.step(by);
    const family = siblings(current), n = family.findIndex((one) => one.dataset.cite === current);
    if (family.length > 1) {
      const to = family[(n + by + family.length) % family.length];
      open(to, inAnswer(to.dataset.cite));
    }
  }
  // What Gradio's redrawing takes off is put on again.
  function mark() {
    for (const one of all("#thread [data-cite]")) {
      if (one.dataset.cite === current) one.setAttribute("aria-current", "true"); else one.removeAttribute("aria-current");
    }
    window.dispatchEvent(new Event("dateline-cited"));
  }

  // The card

  function show(button) {
    const card = $("#card");
    if (!card || button.dataset.cite === current) return;
    const meta = document.createElement("p"), date = document.createElement("b"), outlet = document.createElement("span"), quote = document.createElement("p");
    meta.className = "meta";
    quote.className = "q";
    date.textContent = button.dataset.date;
    outlet.textContent = button.dataset.outlet;
    quote.textContent = `“${plain(button.dataset.quote)}”`;
    quote.dir = "auto";
    meta.append(date, outlet);
    card.replaceChildren(meta, ...(button.dataset.quote ? [quote] : []));
    if (button.dataset.lead) {
      const lead = document.createElement("p");
      lead.className = "lead";
      lead.dir = "auto";
      lead.textContent = button.dataset.lead;
      card.prepend(lead);
    }
    over = button;
    button.setAttribute("aria-describedby", "card");
    if (!card.matches(":popover-open")) card.showPopover();
    put(button);
  }
  function put(button) {
    // A point's words stay in view beside it.
    const card = $("#card"), parts = [...button.querySelectorAll(".marker, .label")].map((one) => one.getBoundingClientRect());
    const at = parts[0] || button.getBoundingClientRect(), size = card.getBoundingClientRect();
    const top = Math.min(at.top, ...parts.map((one) => one.top)), bottom = Math.max(at.bottom, ...parts.map((one) => one.bottom));
    card.style.left = `${Math.max(12, Math.min(at.left - 24, innerWidth - size.width - 12))}px`;
    // Over what was read already; where there is no room, under the whole paragraph, so that the next line stays free.
    const under = Math.max(bottom, button.closest(".answer p")?.getBoundingClientRect().bottom || 0);
    card.style.top = `${top > size.height + 16 ? top - size.height - 8 : Math.min(under + 8, Math.max(bottom + 8, innerHeight - size.height - 8))}px`;
  }
  function hide() {
    clearTimeout(timer);
    over?.removeAttribute("aria-describedby");
    over = null;
    const card = $("#card");
    if (card?.matches(":popover-open")) card.hidePopover();
  }
  const later = (fn, ms) => { clearTimeout(timer); timer = setTimeout(fn, ms); };
  addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const button = event.target.closest?.("[data-quote]");
    if (button) later(() => show(button), over ? 0 : 160);
    else if (event.target.closest?.("#card")) clearTimeout(timer);
    else if (over && document.activeElement !== over) later(hide, 300);
  });
  addEventListener("focusin", (event) => {
    const button = event.target.closest?.("[data-quote]");
    focused = performance.now();
    if (button && button.matches(":focus-visible")) show(button); else if (over && !event.target.closest?.("#card")) hide();
  });
  // Tab scrolls to what it comes to: there the card goes along. Whoever scrolls by hand has read it.
  addEventListener("scroll", () => {
    if (over && performance.now() - focused < 500 && document.activeElement === over) put(over); else if (over) hide();
  }, { capture: true, passive: true });
  addEventListener("resize", hide);

  // Clicks and keys

  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-cite]");
    const row = !button && event.target.closest?.(".quote");
    const act = event.target.closest?.("#panel [data-act]")?.dataset.act;
    if (button) open(button);
    else if (row && getSelection().isCollapsed) open($(".cite", row));
    else if (act === "close" || (event.target === panel() && outside(event))) close();
    else if (act === "prev") step(-1);
    else if (act === "next") step(1);
  });
  // A click on the dimmed page lands on the dialog itself, beyond its edges.
  function outside(event) {
    const box = panel().getBoundingClientRect();
    return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  }
  addEventListener("cancel", (event) => { if (event.target === panel()) { event.preventDefault(); close(); } }, true);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (over) return hide();
      if (panel()?.open && !document.querySelector("#pop:popover-open, #rail:popover-open")) { event.preventDefault(); close(); }
      return;
    }
    if (!window.datelineKeys?.(event)) return;
    const inside = panel()?.open && (panel().contains(event.target) || current || reading);
    const on = event.target.closest?.("[data-cite]"), figure = on?.closest(".plot");
    const by = { j: 1, k: -1, ArrowRight: inside || on ? 1 : 0, ArrowLeft: inside || on ? -1 : 0 }[event.key];
    if (!by) return;
    if (inside) return event.preventDefault(), step(by);
    // Along the points of a picture while on one of them, else through every number.
    const list = figure ? [...figure.querySelectorAll(".point")] : all('#thread :is(.answer, .conflict) .cite, #thread .turn[data-state="abstained"] .sources .cite');
    if (!list.length) return;
    event.preventDefault();
    // From nowhere: into the newest answer.
    const n = list.indexOf(on), newest = list.findIndex((one) => one.closest(".turn") === list.at(-1).closest(".turn"));
    const to = list[n < 0 ? (by > 0 ? newest : list.length - 1) : (n + by + list.length) % list.length];
    to.focus();
    to.scrollIntoView({ block: "nearest" });
  });
  // Docked and modal are different ways to be open: at the border between them it opens again in the right one.
  matchMedia("(min-width: 1200px)").addEventListener("change", (event) => {
    const dialog = panel();
    if (dialog?.open) { dialog.close(); event.matches ? dialog.show() : dialog.showModal(); }
  });
  addEventListener("dateline-drawn", () => {
    mark();
    if (over && !over.isConnected) hide();
    if (current && !inAnswer(current)) close();
  });
  addEventListener("dateline-close", leave);
  window.datelinePanel = { read, close };
})();
