// Files that are dropped or chosen, handed to the server one by one, each with what became of it.
"use strict";
(() => {
  const $ = (what, where = document) => where.querySelector(what);
  const AT_ONCE = 3, SHOW_MS = 1500;
  const DONE = ["added", "updated", "unchanged", "failed", "stopped"];
  const view = $("#archive"), box = $("#adding"), queue = $(".queue", box), lines = $("ol", queue), sum = $(".sum p", queue), bar = $("progress", queue);
  const most = +box.dataset.most, endings = box.dataset.endings.split(" ");
  let items = [], counts = {}, passed = 0, running = 0, stopping = false, renewed = 0, over = 0;

  const number = (n) => n.toLocaleString("en-GB");
  const later = (ms) => new Promise((done) => setTimeout(done, ms));
  const finished = () => DONE.reduce((all, state) => all + (counts[state] || 0), 0);
  const busy = () => finished() < items.length;
  // As in a folder that `ingest` walks: what is hidden, a README or of another kind is no article.
  function isArticle(path) {
    const parts = path.split("/"), name = parts.at(-1).toLowerCase();
    return !parts.some((part) => part.startsWith(".")) && !/^(readme|license|licence)/.test(name) && endings.some((ending) => name.endsWith(ending));
  }

  function line(item) {
    const one = document.createElement("li"), name = document.createElement("span"), state = document.createElement("span");
    name.className = "name";
    name.dir = "auto";
    name.textContent = item.name;
    state.className = "state";
    one.append(name, state);
    item.line = one;
    return one;
  }
  function set(item, state, words, reasons = []) {
    if (item.state) counts[item.state]--;
    item.state = state;
    counts[state] = (counts[state] || 0) + 1;
    item.line.dataset.state = state;
    item.line.lastElementChild.textContent = words;
    if (reasons.length) {
      const why = document.createElement("span");
      why.className = "why";
      why.dir = "auto";
      why.textContent = reasons.slice(0, 5).join(" ") + (reasons.length > 5 ? ` And ${number(reasons.length - 5)} more.` : "");
      $(".why", item.line)?.remove();
      item.line.append(why);
    }
    told();
  }
  function told() {
    const done = finished(), parts = ["added", "updated", "unchanged", "failed", "stopped"].filter((state) => counts[state]).map((state) => `${number(counts[state])} ${state}`);
    if (passed) parts.push(`${number(passed)} of other kinds passed over`);
    const whole = `${number(done)} of ${number(items.length)} ${items.length === 1 ? "file" : "files"}${parts.length ? `: ${parts.join(", ")}` : ""}.`;
    sum.textContent = stopping && busy() ? `Stopping. ${whole}` : whole;
    bar.max = Math.max(1, items.length);
    bar.value = done;
    bar.hidden = !busy();
    $('[data-do="stop"]', queue).hidden = !busy();
    $('[data-do="clear"]', queue).hidden = busy() || !items.length;
    queue.hidden = !items.length && !passed;
  }

  function take(files) {
    const known = new Set(items.filter((one) => !DONE.includes(one.state)).map((one) => one.name));
    const fresh = [], begun = document.createDocumentFragment();
    for (const { name, file } of files) {
      const item = { name, file };
      begun.append(line(item));
      fresh.push(item);
    }
    items = items.concat(fresh);
    lines.append(begun);
    stopping = false;
    for (const item of fresh) {
      if (known.has(item.name)) set(item, "failed", "not read", ["Another file of this name is in this list: rename one, or choose their folder."]);
      else if (item.file.size > most) set(item, "failed", "not read", [`It has ${number(Math.ceil(item.file.size / 1e6))} MB; the page takes ${number(Math.floor(most / 1e6))} MB. Run: ${box.dataset.command}`]);
      else set(item, "waiting", "waiting");
      known.add(item.name);
    }
    told();
    if (!fresh.length) sum.textContent = passed ? "There is nothing to read in this folder." : "";
    window.datelineAdding.show();
    while (running < AT_ONCE && items.some((one) => one.state === "waiting")) work();
  }
  async function work() {
    running++;
    for (let item; !stopping && (item = items.find((one) => one.state === "waiting"));) await send(item);
    running--;
    if (!running) {
      for (const item of items) if (item.state === "waiting") set(item, "stopped", "not read: stopped");
      stopping = false;
      told();
      window.datelineList.changed();
    }
  }
  async function send(item) {
    set(item, "reading", "reading");
    for (;;) {
      let answer = null;
      try {
        answer = await fetch(`page/articles/add?name=${encodeURIComponent(item.name)}`, { method: "POST", headers: { "X-Dateline": "page", "Content-Type": "application/octet-stream" }, body: item.file });
      } catch { /* said below */ }
      if (answer?.status === 503) {
        set(item, "reading", stopping ? "stopping" : await window.datelineList.detail(answer));
        if (stopping) return set(item, "stopped", "not read: stopped");
        await later(1000 * (+answer.headers.get("Retry-After") || 2));
        continue;
      }
      if (!answer) return set(item, "failed", "not sent", ["The connection was cut: the server went away, the file changed, or it took too long to send (DATELINE_REQUEST_SECONDS)."]);
      if (!answer.ok) return set(item, "failed", "not read", [await window.datelineList.detail(answer)]);
      const told = await answer.json(), parts = ["added", "updated", "unchanged"].filter((what) => told[what]).map((what) => (told.added + told.updated + told.unchanged > 1 ? `${number(told[what])} ${what}` : what));
      if (told.state !== "failed" && told.reasons.length) parts.push(`${number(told.reasons.length)} failed`);
      set(item, told.state, told.state === "failed" ? "not read" : parts.join(", "), [...told.reasons, ...told.warnings]);
      if (told.added || told.updated) soon();
      return;
    }
  }
  // The list follows while files come in, not with each of a thousand.
  function soon() {
    if (Date.now() - renewed < SHOW_MS) return;
    renewed = Date.now();
    window.datelineList.changed();
  }

  // What was dropped: folders are gone through here, since a browser gives them as entries

  async function within(entry, path, found) {
    if (entry.isFile) {
      const file = await new Promise((done) => entry.file(done, () => done(null)));
      if (file) found.push({ name: path + entry.name, file });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((done) => reader.readEntries(done, () => done([])));
      if (!some.length) return;
      for (const one of some) await within(one, `${path}${entry.name}/`, found);
    }
  }
  async function dropped(data) {
    const entries = [...data.items].filter((one) => one.kind === "file").map((one) => ({ entry: one.webkitGetAsEntry?.(), file: one.getAsFile() }));
    const single = [], folders = [];
    for (const { entry, file } of entries) if (entry?.isDirectory) await within(entry, "", folders); else if (file) single.push({ name: file.name, file });
    take([...single, ...chosen(folders)]);
  }
  function chosen(files) {
    const fit = files.filter((one) => isArticle(one.name));
    passed += files.length - fit.length;
    return fit;
  }

  $("#files").addEventListener("change", (event) => { take([...event.target.files].map((file) => ({ name: file.name, file }))); event.target.value = ""; });
  $("#folder").addEventListener("change", (event) => {
    take(chosen([...event.target.files].map((file) => ({ name: file.webkitRelativePath || file.name, file }))));
    event.target.value = "";
  });
  const carries = (event) => document.body.dataset.view === "articles" && [...(event.dataTransfer?.types || [])].includes("Files");
  addEventListener("dragenter", (event) => { if (carries(event)) { over++; view.classList.add("over"); window.datelineAdding.show(); } });
  addEventListener("dragleave", (event) => { if (carries(event) && --over <= 0) { over = 0; view.classList.remove("over"); } });
  addEventListener("dragover", (event) => { if (carries(event)) { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; } });
  addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    over = 0;
    view.classList.remove("over");
    dropped(event.dataTransfer);
  });
  addEventListener("beforeunload", (event) => { if (busy()) event.preventDefault(); });
  view.addEventListener("click", (event) => {
    const act = event.target.closest("[data-do]")?.dataset.do;
    if (act === "adding") window.datelineAdding.show(box.hidden);
    else if (act === "stop") { stopping = true; told(); }
    else if (act === "clear") { items = []; counts = {}; passed = 0; lines.replaceChildren(); told(); }
  });
  window.datelineAdding = {
    show(on = true) {
      box.hidden = !on;
      $('[data-do="adding"]', view).setAttribute("aria-expanded", String(on));
    },
  };
})();
