// The rail's list of conversations: by day, searched, renamed, deleted with a way back.
"use strict";
(() => {
  const $ = (what, where = document) => where.querySelector(what);
  const say = (text) => { $("#say").textContent = text; };
  let words = "", asked = 0, timer = 0, turn = "", back = "";

  const address = (id = "") => `page/conversations${id && `/${id}`}`;
  async function send(id, method, body) {
    const options = { method, headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body) };
    try { return (await fetch(address(id), options)).ok; } catch { return false; }
  }
  async function list(more) {
    const mine = ++asked, where = new URLSearchParams({ words, minutes: -new Date().getTimezoneOffset() });
    if (more) where.set("after", more);
    let answer = null;
    try { answer = await fetch(`${address()}?${where}`); } catch { return; }
    if (!answer.ok || mine !== asked) return;
    const html = await answer.text(), past = $("#past");
    // From our own renderer, which escapes every word.
    if (more) $(".more", past).outerHTML = html; else if (past.dateline !== html) redraw(past, html);
    mark();
    // One that was brought back has the focus, whichever drawing it comes with.
    const returned = back && $(`a[data-c="${back}"]`, past);
    if (returned) { back = ""; returned.focus(); }
  }
  // Whoever is on a row stays on it.
  function redraw(past, html) {
    const on = document.activeElement, id = on?.closest("#past li")?.dataset.c, act = on?.dataset.act;
    if (id && on.matches("input")) return; // being renamed
    past.innerHTML = past.dateline = html;
    if (id) $(`li[data-c="${id}"] ${act ? `[data-act="${act}"]` : "a"}`, past)?.focus({ preventScroll: true });
  }
  function mark() {
    const shown = window.datelineConversation.shown();
    for (const link of document.querySelectorAll("#past a")) {
      if (link.dataset.c === shown && document.body.dataset.view === "ask") link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    }
  }
  const row = (from) => from.closest("li");

  // Renamed in its place: Enter or leaving the field keeps it, Escape does not.
  function rename(button) {
    const item = row(button), link = $("a", item), field = document.createElement("input");
    const before = link.textContent;
    let ended = false;
    async function end(keep) {
      if (ended) return;
      ended = true;
      const title = field.value.trim();
      field.replaceWith(link);
      link.focus();
      if (!keep || !title || title === before) return;
      link.textContent = title;
      if (await send(item.dataset.c, "PATCH", { title })) say(`Renamed: ${title}`); else { link.textContent = before; say("It could not be renamed."); }
      $("#past").dateline = "";
    }
    field.value = before;
    field.maxLength = 200;
    field.setAttribute("aria-label", "New name");
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") end(true);
      if (event.key === "Escape") { event.preventDefault(); end(false); }
    });
    field.addEventListener("blur", () => end(true));
    link.replaceWith(field);
    field.select();
  }
  async function remove(button) {
    const item = row(button), id = item.dataset.c, title = $("a", item).textContent;
    const next = (item.nextElementSibling || item.previousElementSibling)?.querySelector("a");
    if (!(await send(id, "DELETE"))) return say("It could not be deleted.");
    item.remove();
    (next || $("#find-past")).focus();
    const shown = window.datelineConversation.shown() === id;
    if (shown) window.datelinePlace.go("/");
    window.datelineUndo(`Deleted: ${title}`, async () => {
      if (!(await send(`${id}/restore`, "POST"))) return say("It could not be brought back.");
      back = id;
      await list();
      if (shown) window.datelinePlace.go(`/c/${id}`);
      say(`Brought back: ${title}`);
    });
    list();
  }

  addEventListener("click", (event) => {
    const act = event.target.closest?.("#past [data-act]");
    if (act?.dataset.act === "rename") rename(act);
    if (act?.dataset.act === "delete") remove(act);
    if (act?.dataset.act === "more") list(act.dataset.after);
    if (event.target.closest?.("#past a") && $("#rail").matches(":popover-open")) $("#rail").hidePopover();
  });
  addEventListener("input", (event) => {
    if (event.target.id !== "find-past") return;
    words = event.target.value;
    clearTimeout(timer);
    timer = setTimeout(list, 150);
  });
  // A question is listed when it is asked, and once more when its answer can be found by its words.
  addEventListener("dateline-drawn", () => {
    const last = [...document.querySelectorAll("#thread .turn")].at(-1), now = last ? `${last.dataset.key} ${last.dataset.state}` : "";
    if (now === turn || !window.datelineConversation.kept()) return;
    turn = now;
    list();
  });
  addEventListener("dateline-shown", mark);
  addEventListener("dateline-place", mark);
  function begin() {
    if (!$("#past")) return setTimeout(begin, 50);
    if (window.datelineConversation.kept()) list();
  }
  begin();
})();
