// The articles view: a list of any length of which only what is in sight is there, its filters, and what is done with one article.
// It stands beside Gradio's own elements, so it need not wait for them. Nothing here makes HTML out of text.
"use strict";
(() => {
  const $ = (what, where = document) => where.querySelector(what);
  const FILTERS = ["words", "source", "since", "until", "sort"];
  const STRETCH = 100, OVER = 8, MOST_PIXELS = 15e6, KEPT_STRETCHES = 60;
  const TITLE = "Articles · Dateline";
  const COLUMNS = { title: ["title"], outlet: ["outlet"], date: ["newest", "oldest"] };

  document.body.append($("#archive-frame").content.cloneNode(true));
  const view = $("#archive"), list = $("#list"), body = $(".rows", list), heads = $(".heads", list), find = $("#find"), note = $(".note", view);
  let filters = {}, total = -1, order = "newest", stretches = new Map(), stale = new Map(), asked = new Set(), drawn = [], version = 0, painted = 0, loading = 0;
  let measured = { tall: 44, sight: 0 }, active = 0, top = 0, restored = 0, open = null, failed = "", queued = false, typing = 0, notice = "", saying = 0;

  const shown = () => document.body.dataset.view === "articles";
  const number = (n) => n.toLocaleString("en-GB");
  const sent = (path, data) => fetch(`page/articles/${path}`, { method: "POST", headers: { "X-Dateline": "page", "Content-Type": "application/json" }, body: JSON.stringify(data) });
  const detail = async (answer) => { try { const said = (await answer.json()).detail; return said[0].toUpperCase() + said.slice(1); } catch { return "The server does not answer."; } };
  const kept = (value) => {
    try { return value === undefined ? JSON.parse(sessionStorage.getItem("dateline-list")) : sessionStorage.setItem("dateline-list", JSON.stringify(value)); } catch { return null; }
  };

  // The list: stretches of a hundred rows, fetched when they come in sight

  const query = () => new URLSearchParams(FILTERS.filter((key) => filters[key]).map((key) => [key, filters[key]]));
  const row = (n) => (stretches.get(Math.floor(n / STRETCH)) || stale.get(Math.floor(n / STRETCH)))?.[n % STRETCH];
  async function fetchStretch(at) {
    const of = version;
    if (filters.since && filters.until && filters.until < filters.since) {
      failed = "Until is before Since: no article could match.";
      return told();
    }
    loading++;
    let answer = null, found = null;
    try {
      answer = await fetch(`page/articles/list?${query()}&offset=${at * STRETCH}&limit=${STRETCH}`);
      if (answer.ok) found = await answer.json();
    } catch { /* said below */ }
    loading--;
    if (of !== version) return draw();
    if (!found) {
      failed = answer ? await detail(answer) : "The server does not answer.";
      if (!answer || answer.status >= 500) setTimeout(() => { if (of === version) { failed = ""; draw(); } }, 3000);
      return told();
    }
    failed = "";
    stretches.set(at, found.rows);
    stale.delete(at);
    painted++;
    if (stretches.size > KEPT_STRETCHES) stretches.delete(stretches.keys().next().value);
    if (total !== found.total || order !== found.order) { total = found.total; order = found.order; }
    told();
    draw();
  }
  // From the beginning, or (`stay`) where one is: after articles came or went.
  function renew(stay) {
    version++;
    painted++;
    failed = "";
    // What was there stays in sight until what is there now has come.
    stale = stay ? new Map([...stale, ...stretches]) : new Map();
    stretches = new Map();
    asked = new Set();
    if (!stay) { total = -1; active = 0; list.scrollTop = top = 0; }
    draw();
  }
  function told() {
    const some = FILTERS.some((key) => key !== "sort" && filters[key]);
    $(".total", view).textContent = total < 0 ? "" : some ? `${number(total)} found` : `${number(total)} ${total === 1 ? "article" : "articles"}`;
    const none = total ? "" : some ? "No article fits. " : "No articles yet: add some.";
    note.textContent = failed || notice || (total === 0 ? none : filters.since || filters.until ? "Articles without a date are left out." : "");
    note.hidden = !note.textContent;
    list.hidden = total === 0;
    list.setAttribute("aria-rowcount", total < 0 ? -1 : total + 1);
    if (total === 0 && !some && !failed) window.datelineAdding?.show();
    $('[data-do="reset"]', view).hidden = !FILTERS.some((key) => filters[key]);
    for (const head of heads.querySelectorAll("[data-column]")) {
      const on = COLUMNS[head.dataset.column].indexOf(order);
      head.setAttribute("aria-sort", on < 0 ? "none" : order === "newest" ? "descending" : "ascending");
    }
  }

  function cell(role, name) {
    const one = document.createElement("span");
    one.setAttribute("role", role);
    one.className = name;
    one.dir = "auto";
    return one;
  }
  function made() {
    const one = document.createElement("div"), bin = document.createElement("button"), last = cell("gridcell", "do");
    one.setAttribute("role", "row");
    one.className = "row";
    bin.type = "button";
    bin.tabIndex = -1;
    bin.append($("#bin", view).content.firstElementChild.cloneNode(true));
    last.append(bin);
    one.append(cell("gridcell", "title"), cell("gridcell", "outlet"), cell("gridcell", "date"), last);
    return one;
  }
  function fill(one, n) {
    const [title, outlet, date, last] = one.children, known = row(n);
    one.at = n;
    one.of = painted;
    one.id = `row-${n}`;
    one.setAttribute("aria-rowindex", n + 2);
    one.classList.toggle("blank", !known);
    one.known = !!known;
    title.textContent = known ? known[1] : "";
    outlet.textContent = known ? known[2] || "Outlet not stated" : "";
    outlet.classList.toggle("not", !!known && !known[2]);
    date.textContent = known ? known[3] : "";
    if (known) last.firstElementChild.setAttribute("aria-label", `Remove: ${known[1]}`);
  }
  // Only what is another than before: each write is work for the browser, sixty times a second.
  function put(one, name, value) {
    if (one[`$${name}`] !== value) one.style[name] = one[`$${name}`] = value;
  }
  function measure() {
    measured = { tall: list.clientWidth < 640 ? 64 : 44, sight: Math.max(0, list.clientHeight - heads.offsetHeight) };
    draw();
  }
  function draw() {
    if (queued || !shown()) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      const { tall, sight } = measured, all = Math.max(total, 0) * tall;
      const room = Math.min(all, MOST_PIXELS), scale = room > sight ? (all - sight) / (room - sight) : 1;
      put(body, "height", `${room}px`);
      if (restored && total >= 0) { list.scrollTop = top = restored; restored = 0; }
      const from = list.scrollTop, at = from * scale, count = Math.ceil(sight / tall) + 2 * OVER;
      const first = Math.max(0, Math.min(Math.floor(at / tall) - OVER, Math.max(total, 0) - count)), last = Math.min(Math.max(total, 0), first + count);
      while (drawn.length < count) { drawn.push(made()); body.append(drawn.at(-1)); }
      for (let n = first; n < last; n++) {
        const one = drawn[n % drawn.length], selected = String(n === active), isOpen = open !== null && row(n)?.[0] === open;
        if (one.at !== n || one.of !== painted) fill(one, n);
        put(one, "display", "");
        put(one, "transform", `translateY(${n * tall - at + from}px)`);
        if (one.ariaSelected !== selected) one.ariaSelected = selected;
        if (one.isOpen !== isOpen) one.classList.toggle("open", one.isOpen = isOpen);
      }
      for (const one of drawn) if (!(one.at >= first && one.at < last && drawn[one.at % drawn.length] === one)) put(one, "display", "none");
      const named = total > 0 && active >= first && active < last ? `row-${active}` : null;
      if (named !== list.getAttribute("aria-activedescendant")) named ? list.setAttribute("aria-activedescendant", named) : list.removeAttribute("aria-activedescendant");
      if (failed) return;
      // What is in sight first, and no more than two requests: who scrolls on has passed the rest by.
      const wanted = total < 0 ? [0] : [Math.floor((first + OVER) / STRETCH), Math.floor((last - 1) / STRETCH), Math.floor(first / STRETCH)];
      for (const stretch of new Set(wanted)) if (loading < 2 && stretch >= 0 && !stretches.has(stretch) && !asked.has(stretch)) bring(stretch);
    });
  }
  async function bring(stretch) {
    asked.add(stretch);
    await fetchStretch(stretch);
    asked.delete(stretch);
    draw();
  }
  function go(n) {
    if (total < 1) return;
    active = Math.max(0, Math.min(total - 1, n));
    const { tall, sight } = measured, all = total * tall, room = Math.min(all, MOST_PIXELS);
    const scale = room > sight ? (all - sight) / (room - sight) : 1, at = list.scrollTop * scale;
    if (active * tall < at) list.scrollTop = (active * tall) / scale;
    else if ((active + 1) * tall > at + sight) list.scrollTop = ((active + 1) * tall - sight) / scale;
    draw();
  }

  // Filters: kept in the address

  function read() {
    const asked = new URLSearchParams(location.search), next = Object.fromEntries(FILTERS.filter((key) => asked.get(key)).map((key) => [key, asked.get(key)]));
    for (const key of FILTERS) {
      const field = find.elements[key];
      if (field.tagName === "SELECT" && next[key] && ![...field.options].some((one) => one.value === next[key])) field.add(new Option(next[key], next[key]));
      if (document.activeElement !== field || field.value.trim() !== (next[key] || "")) field.value = next[key] || "";
    }
    orders();
    const same = FILTERS.every((key) => (next[key] || "") === (filters[key] || ""));
    filters = next;
    return same;
  }
  function apply() {
    const next = FILTERS.map((key) => [key, find.elements[key].value]).filter(([, value]) => value.trim());
    const text = new URLSearchParams(next).toString();
    window.datelinePlace.go(`/articles${text ? `?${text}` : ""}`, { replace: true });
  }
  // How well words fit is an order only where there are words.
  function orders() {
    const words = find.elements.words.value.trim(), select = find.elements.sort;
    select.options[0].text = words ? "Best match" : "Newest first";
    select.options[1].hidden = select.options[1].disabled = !words;
  }
  function sort(column) {
    const has = COLUMNS[column], next = has[(has.indexOf(order) + 1) % has.length];
    find.elements.sort.value = next === "newest" && !find.elements.words.value.trim() ? "" : next;
    apply();
  }
  function outlets(known) {
    const field = find.elements.source, wanted = ["", ...known.map(([name]) => name)];
    if (filters.source && !wanted.includes(filters.source)) wanted.push(filters.source);
    if ([...field.options].map((one) => one.value).join("\n") === wanted.join("\n")) return;
    const counts = new Map(known);
    field.replaceChildren(...wanted.map((one) => new Option(!one ? "All outlets" : counts.has(one) ? `${one} (${number(counts.get(one))})` : one, one, false, one === filters.source)));
    field.value = filters.source || "";
  }

  // One article

  function show(n) {
    const known = row(n);
    if (!known || !window.datelinePanel) return;
    go(n);
    open = known[0];
    window.datelinePanel.read(known[0], {
      label: `Article ${number(n + 1)} of ${number(total)}`, several: total > 1,
      step: (by) => step((n + by + total) % total),
      closed: () => { open = null; draw(); if (shown()) list.focus({ preventScroll: true }); },
      foot: [removal(known)],
    });
    draw();
    cited(known[0]);
  }
  // What it was cited for, under the article; nothing where no questions are kept.
  async function cited(id) {
    let html = "";
    try {
      const answer = await fetch(`page/conversations/citing/${encodeURIComponent(id)}?minutes=${-new Date().getTimezoneOffset()}`);
      if (answer.ok) html = await answer.text();
    } catch { /* the panel says that the server is away */ }
    // From our own renderer, which escapes every word.
    if (open === id) $("#panel .verdict")?.insertAdjacentHTML("afterbegin", html);
  }
  async function step(n) {
    go(n);
    const stretch = Math.floor(n / STRETCH);
    if (!row(n)) await fetchStretch(stretch);
    show(n);
  }
  function removal(known) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.append($("#bin", view).content.firstElementChild.cloneNode(true), "Remove from the archive");
    button.addEventListener("click", () => { window.datelinePanel.close(); remove(known); });
    return button;
  }
  async function remove(known) {
    let answer = null;
    try { answer = await sent("remove", { id: known[0] }); } catch { /* said below */ }
    if (!answer?.ok) return say(`Not removed: ${answer ? await detail(answer) : "The server does not answer."}`);
    const { undo } = await answer.json();
    window.datelineUndo(`Removed ‘${known[1]}’`, async () => {
      let back = null;
      try { back = await sent("restore", { undo }); } catch { /* said below */ }
      say(back?.ok ? `‘${known[1]}’ is back.` : `Not put back: ${back ? await detail(back) : "The server does not answer."}`);
      changed();
      list.focus({ preventScroll: true });
    });
    if (total > 0) active = Math.min(active, Math.max(0, total - 2));
    changed();
    if (document.activeElement === document.body) list.focus({ preventScroll: true });
  }
  // Articles came or went: the list, the rail and the state are read anew.
  function changed() {
    renew(true);
    window.dispatchEvent(new Event("dateline-collection"));
  }
  // Said once, where the list's own state stands.
  function say(text) {
    clearTimeout(saying);
    notice = text;
    told();
    saying = setTimeout(() => { notice = ""; told(); }, 8000);
  }

  // Clicks and keys

  const ACTS = {
    reset: () => { for (const key of FILTERS) find.elements[key].value = ""; apply(); find.elements.words.focus(); },
    filters: (button) => button.setAttribute("aria-expanded", String(find.classList.toggle("all"))),
  };
  view.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]"), head = event.target.closest("[data-column]"), on = event.target.closest("#list .row");
    if (button && ACTS[button.dataset.do]) ACTS[button.dataset.do](button);
    else if (head) sort(head.dataset.column);
    else if (on && event.target.closest(".do button")) { const known = row(on.at); if (known) remove(known); }
    else if (on && getSelection().isCollapsed) { list.focus({ preventScroll: true }); show(on.at); }
  });
  find.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); clearTimeout(typing); apply(); });
  find.addEventListener("input", (event) => {
    clearTimeout(typing);
    typing = setTimeout(apply, event.target.name === "words" ? 60 : 0);
  });
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== list) return;
    const page = Math.max(1, Math.floor(measured.sight / measured.tall) - 1);
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: total - 1 }[event.key];
    if (to !== undefined) go(to);
    else if (event.key === "Enter") show(active);
    else if (event.key === "Delete" && row(active)) remove(row(active));
    else return;
    event.preventDefault();
  });
  // Before the handlers of the other view, whose box and numbers are out of sight.
  addEventListener("keydown", (event) => {
    if (!shown() || !window.datelineKeys?.(event)) return;
    if (event.key === "/") find.elements.words.focus();
    else if (event.key === "u" && $("#undo:popover-open")) $("#undo button").click();
    else if ("jk".includes(event.key) && !event.target.closest("#panel")) { list.focus({ preventScroll: true }); go(active + (event.key === "j" ? 1 : -1)); }
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  // The rail's outlets choose for the view that is there.
  addEventListener("click", (event) => {
    const outlet = shown() && event.target.closest?.('#rail [data-act="outlet"]');
    if (!outlet) return;
    event.stopImmediatePropagation();
    const { source } = outlet.dataset, field = find.elements.source;
    if (![...field.options].some((one) => one.value === source)) field.add(new Option(source, source));
    field.value = filters.source === source ? "" : source;
    apply();
    if ($("#rail:popover-open")) $("#rail").hidePopover();
  }, true);
  list.addEventListener("scroll", () => { if (shown()) { top = list.scrollTop; draw(); } }, { passive: true });
  new ResizeObserver(measure).observe(list);
  addEventListener("pagehide", () => kept({ at: location.search, top, active }));

  let here = false, was = "";
  // Gradio and the conversation name the page too, whenever they are ready.
  function titled() {
    if (!shown() || document.title === TITLE) return;
    was = document.title;
    document.title = TITLE;
  }
  new MutationObserver(titled).observe(document.head, { childList: true, subtree: true, characterData: true });
  function placed() {
    if (!shown()) { if (here && open !== null) window.datelinePanel?.close(); if (here) document.title = was; here = false; return; }
    const same = read(), back = !here;
    here = true;
    if ($("#rail:popover-open")) $("#rail").hidePopover();
    titled();
    if (!same || total < 0) return renew(false);
    if (back) list.scrollTop = top;
    draw();
  }
  addEventListener("dateline-place", placed);
  window.datelineList = { changed, outlets, detail };
  const before = kept();
  if (shown()) {
    placed();
    if (before && before.at === location.search) ({ active, top: restored } = before);
  }
})();
