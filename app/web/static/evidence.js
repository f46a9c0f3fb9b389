// The evidence by date: arrows between its dots, what their cards say, and a stretch of days to ask within.
"use strict";
(() => {
  const $ = (what, where = document) => where.querySelector(what);
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const DAYS = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" }), SLACK = 6; // pixels that a click may move
  // By turn: whether its picture is open, and the days chosen. Gradio's redrawing takes both off the page.
  const states = new Map();
  let drag = null, dragged = false;

  function picture(inside) {
    const under = inside.closest(".dates"), turn = under.closest(".turn"), name = `${turn.dataset.key} ${turn.id} ${turn.dataset.q}`;
    if (!states.has(name)) states.set(name, {});
    const state = states.get(name), [since, until] = all(".end", under), first = +since.ariaValueMin, last = +since.ariaValueMax;
    const { from = first, to = last } = state;
    // An end that was left where it is, or put back, limits nothing.
    return { under, turn, state, plot: $(".plot", under), since, until, first, last, from, to, cut: { since: from > first, until: to < last } };
  }
  const isChosen = ({ cut }) => cut.since || cut.until;
  const date = (n) => new Date(n * 864e5), day = (n) => date(n).toISOString().slice(0, 10), words = (n) => DAYS.format(date(n));
  const dayOf = (dot) => +dot.style.getPropertyValue("--d");
  const told = ({ from, to, cut }) => (cut.since && cut.until ? DAYS.formatRange(date(from), date(to)) : cut.since ? `Since ${words(from)}` : `Until ${words(to)}`);

  function draw(inside) {
    const one = picture(inside), { under, plot, from, to, cut } = one, chosen = isChosen(one), dots = all(".point", plot);
    const left = dots.filter((dot) => dayOf(dot) >= from && dayOf(dot) <= to);
    plot.toggleAttribute("data-chosen", chosen);
    // Days are taken whole.
    plot.style.setProperty("--from", cut.since ? from - 0.5 : "var(--low)");
    plot.style.setProperty("--to", cut.until ? to + 0.5 : "var(--high)");
    for (const dot of dots) dot.toggleAttribute("data-out", !left.includes(dot));
    for (const [end, at] of [[one.since, from], [one.until, to]]) { end.ariaValueNow = at; end.ariaValueText = words(at); }
    $(".chosen", under).textContent = chosen ? `${told(one)}: ${left.length} ${left.length === 1 ? "article" : "articles"}` : "";
    $(".hint", under).hidden = chosen;
    $(".row", under).hidden = !chosen || !!drag?.on;
  }
  function choose({ under, state, first, last }, from, to) {
    const held = (n) => Math.min(Math.max(n, first), last);
    Object.assign(state, { from: held(Math.min(from, to)), to: held(Math.max(from, to)) });
    draw(under);
  }
  function clear({ under, state }) {
    delete state.from;
    delete state.to;
    draw(under);
  }
  function use(one, again) {
    if (!isChosen(one)) return;
    const days = { ...(one.cut.since && { since: day(one.from) }), ...(one.cut.until && { until: day(one.to) }) };
    clear(one);
    window.dispatchEvent(new CustomEvent("dateline-days", { detail: { days, turn: again ? one.turn : null } }));
  }
  function kept(value) {
    try { return value ? localStorage.setItem("dateline-evidence", value) : localStorage.getItem("dateline-evidence"); } catch { return null; }
  }
  addEventListener("dateline-drawn", () => {
    for (const under of all("#thread .dates")) {
      under.open = picture(under).state.open ?? kept() === "open";
      draw(under);
    }
  });

  // The pointer

  function dayAt(plot, x) {
    const box = $(".axes", plot).getBoundingClientRect(), [low, high] = ["--low", "--high"].map((name) => +plot.style.getPropertyValue(name));
    return Math.round(low + (x - box.left) / box.width * (high - low));
  }
  addEventListener("pointerdown", (event) => {
    const plot = event.target.closest?.(".dates .plot");
    dragged = false;
    if (!plot || event.button || !event.isPrimary) return;
    const one = picture(plot);
    // From an end, the other one stays; else the stretch begins here.
    const fixed = event.target === one.since ? one.to : event.target === one.until ? one.from : dayAt(plot, event.clientX);
    drag = { one, plot, fixed, x: event.clientX, on: false };
  });
  addEventListener("pointermove", (event) => {
    if (!drag || !event.isPrimary || (!drag.on && Math.abs(event.clientX - drag.x) < SLACK)) return;
    if (!drag.on) drag.plot.setPointerCapture(event.pointerId);
    drag.on = true;
    choose(drag.one, drag.fixed, dayAt(drag.plot, event.clientX));
  });
  function release(event) {
    const was = drag;
    drag = null;
    if (!was?.on) return;
    dragged = true;
    if (event.type === "pointercancel") return clear(was.one); // the page is scrolled instead
    draw(was.plot);
    was.one.until.focus({ preventScroll: true }); // so that Enter asks and Escape clears
  }
  addEventListener("pointerup", release);
  addEventListener("pointercancel", release);
  addEventListener("click", (event) => {
    const under = event.target.closest?.(".dates"), act = event.target.closest?.("[data-days]")?.dataset.days;
    if (!under) return;
    // What ends a drag is no click.
    if (dragged && event.detail) return event.stopPropagation();
    const one = picture(under);
    if (event.target.closest("summary")) {
      one.state.open = !under.open;
      kept(under.open ? "closed" : "open"); // the next answer's too, until the reader wants it otherwise
    } else if (act === "clear") {
      clear(one);
      one.since.focus();
    } else if (act) use(one, act === "again");
  }, true);

  // Keys, before the page's own, which would take the arrows for the next citation

  function move(end, key, one) {
    const { since, from, to, first, last } = one, isSince = end === since, page = Math.max(7, Math.round((last - first) / 10));
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -page, PageUp: page, Home: -Infinity, End: Infinity }[key];
    // One end stops at the other.
    if (by) choose(one, isSince ? Math.min(from + by, to) : from, isSince ? to : Math.max(to + by, from));
    return by;
  }
  function step(dot, key, { plot }) {
    const lanes = all(".lane", plot).map((lane) => all(".point", lane)), line = lanes.flat(), at = line.indexOf(dot), n = lanes.findIndex((lane) => lane.includes(dot));
    const away = (other) => Math.abs(dayOf(other) - dayOf(dot)), nearest = (lane) => [...(lane || [])].sort((a, b) => away(a) - away(b))[0] || dot;
    const to = { ArrowRight: line[at + 1] || line[0], ArrowLeft: line.at(at - 1), ArrowDown: nearest(lanes[n + 1]), ArrowUp: nearest(lanes[n - 1]) }[key];
    to?.focus();
    return to;
  }
  addEventListener("keydown", (event) => {
    const under = (drag?.on ? drag.plot : event.target).closest?.(".dates"), target = event.target, key = event.key;
    if (!under || event.ctrlKey || event.metaKey || event.altKey) return;
    const one = picture(under), end = target === one.since || target === one.until;
    let done = false;
    // On a dot Escape puts its card away first.
    if (key === "Escape" && (drag?.on || isChosen(one)) && !(target.matches(".point") && $("#card:popover-open"))) {
      drag = null;
      clear(one);
      done = true;
      if (target.matches("[data-days]")) one.since.focus();
    } else if (end && key === "Enter") done = !use(one, true);
    else if (end) done = move(target, key, one);
    else if (target.matches(".point")) done = step(target, key, one);
    if (done) { event.preventDefault(); event.stopPropagation(); }
  }, true);

  // A dot's card says what its row in the table says, and the quote of its citation.
  function ready(event) {
    const dot = event.target.closest?.(".dates .point");
    if (!dot || "quote" in dot.dataset) return;
    const [, date, outlet, lead] = [...document.getElementById(dot.getAttribute("aria-labelledby")).cells].map((cell) => cell.textContent);
    Object.assign(dot.dataset, { date, outlet, lead, quote: window.datelineQuote(dot.dataset.cite) });
  }
  for (const kind of ["pointerover", "focusin"]) addEventListener(kind, ready, true);
})();
