"""The page's constant HTML: rail, bar, composer, filter form, panel. Filled and moved by the scripts in static/."""

from __future__ import annotations

from app.answer import MAX_QUESTION
from app.web.fragments import address
from app.web.markup import MARK, icon
from app.web.render_articles import archive
from app.web.render_tools import note_form, verdict_button

STYLES = (
    "page.css", "answer.css", "conflict.css", "panel.css", "evidence.css", "history.css", "export.css", "feedback.css", "articles.css",
)  # fmt: skip
SCRIPTS = (
    "place.js", "there.js", "undo.js", "articles.js", "adding.js", "state.js", "conversation.js", "page.js", "panel.js",
    "evidence.js", "history.js", "export.js", "feedback.js",
)  # fmt: skip

HEAD = """<link rel="icon" href="{icon}" type="image/svg+xml">
<script>(() => {{
  const dark = matchMedia("(prefers-color-scheme: dark)"), root = document.documentElement;
  const set = () => {{
    let kept = null;
    try {{ kept = localStorage.getItem("dateline-theme"); }} catch {{}}
    root.dataset.theme = kept || (dark.matches ? "dark" : "light");
  }};
  set(); dark.addEventListener("change", set); addEventListener("storage", set);
}})()</script>
{styles}
{archive}
{scripts}
<meta name="color-scheme" content="light dark">"""

ABOUT = "Questions answered from dated news articles, every sentence tied to the words that carry it."
"""What Dateline is, for those who see a link to it before they see it."""
PREVIEW = f"""<meta name="description" content="{ABOUT}">
<meta property="og:type" content="website"><meta property="og:site_name" content="Dateline">
<meta property="og:title" content="Dateline"><meta property="og:description" content="{ABOUT}">
<meta name="twitter:card" content="summary">"""
"""What another program shows of a link to the page: what Dateline is, and nothing of the collection."""


def head() -> str:
    """For the document's head: theme before the first paint, our styles and scripts, all from this server."""
    styles = "\n".join(f'<link rel="stylesheet" href="{address(name)}">' for name in STYLES)
    scripts = "\n".join(f'<script src="{address(name)}" defer></script>' for name in SCRIPTS)
    return HEAD.format(icon=address("icon.svg"), styles=styles, scripts=scripts, archive=archive())


_RAIL = f"""<button type="button" class="skip" data-act="skip">Go to the question box</button>
<header id="bar">
  <button type="button" popovertarget="rail" aria-label="Menu">{icon("menu")}</button>
  <span class="brand">{MARK}Dateline</span>
  <button type="button" data-act="new" aria-label="New question">{icon("plus")}</button>
</header>
<aside id="rail" popover aria-label="Questions and collection" data-history="HISTORY">
  <p class="brand">{MARK}Dateline</p>
  <button type="button" class="new" data-act="new">{icon("plus")}New question</button>
  <nav class="views" aria-label="Views"><a href="articles" data-place>Articles<span class="n"></span></a></nav>
  <nav id="history" aria-label="Your questions">
    <input type="search" id="find-past" placeholder="Search your questions" aria-label="Search your questions and answers" maxlength="200">
    <div id="past"></div>
  </nav>
  <div id="facts"></div>
  <div class="foot">
    <details class="keys"><summary>Keys</summary>
      <dl><dt><kbd>/</kbd></dt><dd>question box</dd><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next, previous citation</dd>
      <dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>the same, in the panel</dd>
      <dt><kbd>Enter</kbd></dt><dd>open it</dd><dt><kbd>Esc</kbd></dt><dd>close</dd></dl>
      <label><input type="checkbox" id="single" checked> single keys</label>
    </details>
    <a class="api" href="docs" target="_blank" rel="noopener">API</a>
    <button type="button" class="icon" data-act="theme" aria-label="Dark colours" aria-pressed="false">
      <span class="dark">{icon("moon")}</span><span class="light">{icon("sun")}</span></button>
  </div>
</aside>
<div id="banner"></div>
<div id="undo" popover="manual" role="group" aria-label="Undo"><span dir="auto"></span>
  <button type="button" class="plain">Undo</button></div>
<div id="say" role="status" class="vh"></div>"""


def rail(history: bool) -> str:
    """The rail and what floats; `history` says whether conversations are kept, and so have addresses."""
    return _RAIL.replace("HISTORY", "on" if history else "off")


WELCOME = '<section id="welcome" aria-label="Start"></section>'

COMPOSER = f"""<form id="ask" aria-label="Ask">
  <div id="told" hidden><span></span><button type="button" class="plain" data-act="retry" hidden>Try again</button></div>
  <textarea name="q" rows="1" data-most="{MAX_QUESTION}" placeholder="Ask about the articles" aria-label="Question"
    enterkeyhint="send" autocomplete="off" dir="auto"></textarea>
  <div class="row">
    <div id="chips"></div>
    <button type="submit" id="send">Ask</button>
    <button type="button" id="stop" hidden>{icon("stop")}Stop</button>
  </div>
</form>
<form id="pop" popover aria-label="Which articles may be used">
  <label>As of<input type="date" name="as_of" min="1000-01-01" max="9999-12-31"></label>
  <p class="hint">Answer as on that day: nothing published later is seen.</p>
  <div class="pair"><label>Since<input type="date" name="since" min="1000-01-01" max="9999-12-31"></label>
    <label>Until<input type="date" name="until" min="1000-01-01" max="9999-12-31"></label></div>
  <p class="wrong" role="alert" hidden>Until is before Since: no article could match.</p>
  <label>Source<select name="source"><option value="">All sources</option></select></label>
  <div class="row"><button type="button" class="plain" data-act="clear">Clear</button>
    <button type="submit" class="strong">Use these</button></div>
</form>"""

PANEL = f"""<dialog id="panel" aria-label="Article">
  <div class="top"><span class="count"></span>
    <button type="button" data-act="prev" aria-label="Previous citation">{icon("prev")}</button>
    <button type="button" data-act="next" aria-label="Next citation">{icon("next")}</button>
    <button type="button" data-act="link" aria-label="Copy link to this citation">{icon("link")}</button>
    <button type="button" data-act="close" aria-label="Close the article">{icon("close")}</button></div>
  <p class="changed" hidden><span></span> The answer quoted: <q></q></p>
  <div class="body"></div>
  <div class="bottom"><p class="verdict"></p>
    <div class="judge">{verdict_button("wrong-citation", "", "This citation is wrong")}</div>{note_form("What is wrong with it?")}</div>
</dialog>
<div id="card" popover="manual" role="tooltip"></div>
<template id="icons">
  <i class="close">{icon("close")}</i><i class="filter">{icon("filter")}</i><i class="check">{icon("check")}</i>
</template>"""
