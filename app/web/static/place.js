// The address: which view and which conversation it names. Back, forward and links that stay on the page go through here.
"use strict";
(() => {
  function here() {
    const found = /^\/c\/([A-Za-z0-9_-]{8,32})$/.exec(location.pathname);
    // What names no conversation that there can be is one that is not here.
    const id = found ? found[1] : location.pathname.startsWith("/c/") ? "no-conversation" : null;
    return { view: location.pathname === "/articles" ? "articles" : "ask", id, hash: location.hash.slice(1) };
  }
  function mark() {
    for (const link of document.querySelectorAll("a[data-place]")) {
      if (link.pathname === location.pathname) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    }
  }
  function told() {
    const place = here();
    document.body.dataset.view = place.view;
    mark();
    window.dispatchEvent(new CustomEvent("dateline-place", { detail: place }));
  }
  // `replace` names where one is already, so that Back does not come to it twice.
  function go(address, { replace = false } = {}) {
    const to = new URL(address, document.baseURI);
    if (to.href === location.href) return;
    history[replace ? "replaceState" : "pushState"](null, "", to);
    told();
  }
  addEventListener("popstate", told);
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-place]");
    // With a modifier it is meant for another tab.
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.href);
  });
  document.body.dataset.view = here().view;
  window.datelinePlace = { here, go, mark };
})();
