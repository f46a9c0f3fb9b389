// What can be taken away from the page: the clipboard, links, the menu of files, paper.
"use strict";
(() => {
  const $ = (what, where = document) => where.querySelector(what);
  const SECONDS = 1.8;

  // Said in the button's label, or, of a button without one, in its place for a moment; and always to a screen reader.
  window.datelineCopy = async (button, text, done = "Copied") => {
    let copied = false;
    try { await navigator.clipboard.writeText(text); copied = true; } catch {
      // No clipboard outside https and localhost: the old way, through a selection, beside the button since a dialog keeps others out.
      const area = document.createElement("textarea");
      area.value = text;
      area.style.position = "fixed";
      button.after(area);
      area.select();
      copied = document.execCommand("copy");
      area.remove();
      button.focus();
    }
    const said = copied ? done : "Copying was refused", label = $(".label", button);
    $("#say").textContent = said;
    if (!label) {
      button.dataset.said = said;
      setTimeout(() => { delete button.dataset.said; }, SECONDS * 1000);
      return;
    }
    label.dataset.before ??= label.textContent;
    label.textContent = said;
    setTimeout(() => { label.textContent = label.dataset.before; }, SECONDS * 1000);
  };
  // The citation that the panel shows, if it is one of an answer that is kept.
  const cited = () => (window.datelineConversation.kept() ? $('#thread [data-cite][aria-current]:is([data-kind$="supported"], [data-kind="claim"])') : null);
  const open = () => document.querySelectorAll(".export[open]");
  function close(menu) {
    menu.open = false;
    $("summary", menu).focus();
  }

  addEventListener("click", (event) => {
    const within = event.target.closest?.(".export"), button = event.target.closest?.("[data-act]");
    for (const menu of open()) if (menu !== within) menu.open = false;
    if (event.target.closest?.(".export .menu")) close(within);
    if (button?.dataset.act === "print") print();
    if (button?.dataset.act !== "link") return;
    // In the panel the citation that it shows.
    const what = button.closest("#panel") ? cited()?.dataset.cite : button.closest(".turn").id;
    window.datelineCopy(button, window.datelineConversation.link(what), "Link copied");
  });
  addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.(".export[open]");
    if (!menu) return;
    event.stopImmediatePropagation();
    close(menu);
  }, true);
  addEventListener("focusin", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  addEventListener("dateline-cited", () => { $('#panel [data-act="link"]').hidden = !cited(); });
  window.datelineCited = cited;
  addEventListener("beforeprint", () => { document.body.dataset.printed = new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" }); });
})();
