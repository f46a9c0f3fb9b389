"""The articles view's frame, which static/articles.js and static/adding.js fill."""

from __future__ import annotations

from app.installed import as_started
from app.reading.dispatch import ENDINGS
from app.web.guard import PAGE_BYTES
from app.web.markup import esc, icon

ORDERS = (("newest", "Newest first"), ("oldest", "Oldest first"), ("title", "Title"), ("outlet", "Outlet"), ("added", "Last added"))
FILE_BYTES = PAGE_BYTES - 1_000
"""What a file may have: the guard counts the request's body, and this leaves nothing to chance."""

_options = "".join(f'<option value="{key}">{words}</option>' for key, words in ORDERS)

_ARCHIVE = f"""<template id="archive-frame"><section id="archive" aria-label="Articles">
  <header class="head"><h1>Articles</h1><p class="total" role="status"></p>
    <div class="offers">
      <button type="button" class="plain" data-do="state" aria-expanded="false" aria-controls="state">State of the archive</button>
      <button type="button" class="plain" data-do="adding" aria-expanded="false" aria-controls="adding">{icon("plus")}Add
        articles</button></div></header>
  <section id="adding" aria-label="Add articles" data-most="{FILE_BYTES}" data-endings="{esc(" ".join(ENDINGS))}"
    data-command="COMMAND" hidden>
    <div class="drop"><p><b>Drop files or a folder here</b>, or choose them. Text, Markdown, HTML, PDF, JSON, mail and crawls are read.</p>
      <div class="pickers"><label class="pick">Choose files<input type="file" id="files" multiple></label>
        <label class="pick">Choose a folder<input type="file" id="folder" webkitdirectory></label></div></div>
    <div class="queue" hidden>
      <div class="sum"><p role="status"></p><button type="button" class="plain" data-do="stop">{icon("stop")}Stop</button>
        <button type="button" class="plain" data-do="clear" hidden>Clear this list</button></div>
      <progress max="1" value="0" aria-label="Files read"></progress>
      <ol role="list" tabindex="0" aria-label="Files"></ol></div>
  </section>
  <section id="state" aria-label="State of the archive" hidden><div class="held"></div>
    <div class="check"><button type="button" class="plain" data-do="check">Check this archive</button><p role="status"></p></div>
    <div class="found"></div></section>
  <div class="coming" hidden></div>
  <div class="watched" hidden></div>
  <form id="find" role="search" aria-label="Find articles">
    <label class="words"><span>Words</span><input type="search" name="words" maxlength="200" autocomplete="off" enterkeyhint="search"
      placeholder="In title or text" dir="auto"></label>
    <button type="button" class="plain more" data-do="filters" aria-expanded="false">{icon("filter")}Filters</button>
    <label><span>Outlet</span><select name="source"><option value="">All outlets</option></select></label>
    <label><span>Since</span><input type="date" name="since" min="1000-01-01" max="9999-12-31"></label>
    <label><span>Until</span><input type="date" name="until" min="1000-01-01" max="9999-12-31"></label>
    <label><span>Order</span><select name="sort"><option value="">Best match</option>{_options}</select></label>
    <button type="button" class="plain" data-do="reset" hidden>{icon("close")}Clear</button>
  </form>
  <p class="note" role="status"></p>
  <div id="list" role="grid" aria-label="Articles" aria-rowcount="-1" aria-colcount="4" tabindex="0">
    <div role="rowgroup" class="heads"><div role="row" aria-rowindex="1">
      <span role="columnheader" data-column="title"><button type="button" tabindex="-1">Title</button></span>
      <span role="columnheader" data-column="outlet"><button type="button" tabindex="-1">Outlet</button></span>
      <span role="columnheader" data-column="date"><button type="button" tabindex="-1">Date</button></span>
      <span role="columnheader"><span class="vh">Remove</span></span></div></div>
    <div role="rowgroup" class="rows"></div>
  </div>
  <template id="bin">{icon("bin")}</template>
</section></template>"""


def archive() -> str:
    """A template of the view, for the document's head: it stands outside Gradio's own elements, so that the list is there before Gradio
    has drawn itself."""
    return _ARCHIVE.replace("COMMAND", esc(as_started("python ingest.py PATH")))
