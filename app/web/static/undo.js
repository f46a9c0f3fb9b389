// One line at the foot of the page that says what was done, with a way back for a while.
"use strict";
(() => {
  const SECONDS = 20;
  let timer = 0, back = null;
  const line = () => document.querySelector("#undo");
  function hide() {
    clearTimeout(timer);
    back = null;
    if (line().matches(":popover-open")) line().hidePopover();
  }
  // While somebody is on it, it stays.
  function wait() {
    clearTimeout(timer);
    timer = setTimeout(() => (line().matches(":hover, :focus-within") ? wait() : hide()), SECONDS * 1000);
  }
  window.datelineUndo = (text, undo) => {
    line().firstElementChild.textContent = text;
    document.querySelector("#say").textContent = `${text}. Undo is at the end of the page.`;
    back = undo;
    if (!line().matches(":popover-open")) line().showPopover();
    wait();
  };
  addEventListener("click", (event) => {
    if (!event.target.closest?.("#undo button")) return;
    const undo = back;
    hide();
    undo?.();
  });
})();
