"""The catalog's tables, as steps that each home has had or is given when it is opened (see migrations.py)."""

HOME_VERSION = 1
"""Of homes from before the steps; an older program refuses one with another number. A step that it could not live with raises it."""
PASSAGES_VERSION = 1
"""Raised when passages are cut or indexed differently: `reindex` cuts and indexes them anew."""

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS articles (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    url TEXT,
    path TEXT,
    title TEXT NOT NULL,
    title_is_first_sentence INTEGER NOT NULL,
    text TEXT NOT NULL,
    published TEXT,
    first_second INTEGER,
    last_second INTEGER,
    source TEXT,
    authors TEXT NOT NULL,
    language TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    worded INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS articles_by_hash ON articles (content_hash);
CREATE INDEX IF NOT EXISTS articles_by_path ON articles (path);
CREATE INDEX IF NOT EXISTS articles_by_source ON articles (source);
CREATE INDEX IF NOT EXISTS articles_to_index ON articles (row) WHERE worded = 0;
CREATE TABLE IF NOT EXISTS passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    article_row INTEGER NOT NULL REFERENCES articles (row),
    ordinal INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    sentences TEXT NOT NULL,
    embedded INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS passages_by_article ON passages (article_row, ordinal);
CREATE INDEX IF NOT EXISTS passages_to_embed ON passages (ordinal > 0, row) WHERE embedded = 0;
CREATE TABLE IF NOT EXISTS superseded (
    article_id TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (article_id, content_hash)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    article_row INTEGER NOT NULL,
    passage_rows TEXT NOT NULL,
    words INTEGER NOT NULL DEFAULT 1,
    vectors INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS stories (
    article_row INTEGER PRIMARY KEY,
    story INTEGER,
    signature BLOB
);
CREATE INDEX IF NOT EXISTS stories_by_story ON stories (story);
CREATE INDEX IF NOT EXISTS stories_to_settle ON stories (article_row) WHERE story IS NULL;
CREATE TABLE IF NOT EXISTS story_bands (
    band INTEGER NOT NULL,
    article_row INTEGER NOT NULL,
    PRIMARY KEY (band, article_row)
) WITHOUT ROWID;
"""
"""`journal`: articles that left the catalog and are still to leave the words and the vectors. `stories`: each article's
story, the row of its first article, NULL while that is to be found; articles of a home older than this table are missing from it.
`story_bands`: under which numbers an article's signature is found by others like it."""

_WHEN = """
ALTER TABLE articles ADD COLUMN stored INTEGER;
CREATE TABLE gone (article_id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
"""
"""`stored`: the Unix second in which this text came in, NULL for what came before this step. `gone`: articles that were removed, and when:
an answer that quoted one says so."""

_LISTS = """
CREATE INDEX IF NOT EXISTS articles_by_url ON articles (url);
CREATE INDEX IF NOT EXISTS articles_by_first_second ON articles (first_second);
CREATE INDEX IF NOT EXISTS articles_listed ON articles (last_second, source, title);
CREATE INDEX IF NOT EXISTS articles_first_of_source ON articles (source, first_second);
CREATE INDEX IF NOT EXISTS articles_last_of_source ON articles (source, last_second);
"""
"""For lists of all articles and for counts by outlet and date: without these each reads every text."""

_SOURCES = """
ALTER TABLE articles ADD COLUMN seen INTEGER;
CREATE TABLE fetched (
    address TEXT PRIMARY KEY,
    etag TEXT,
    last_modified TEXT,
    at INTEGER NOT NULL,
    articles TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE followed (
    list TEXT NOT NULL,
    key TEXT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (list, key)
) WITHOUT ROWID;
"""
"""What sources remember. `seen`: the Unix second in which a crawler saw the article, NULL where it came from no crawl. `fetched`: what a
page, feed or sitemap said of itself when it was last read whole, at the second `at`, and the ids of a page's articles. `followed`: which
entries of a feed, or pages of a sitemap, were read, and which version of each."""

_VERSIONS = """
CREATE TABLE versions (
    row INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL,
    url TEXT,
    path TEXT,
    title TEXT NOT NULL,
    title_is_first_sentence INTEGER NOT NULL,
    text TEXT NOT NULL,
    published TEXT,
    last_second INTEGER,
    source TEXT,
    authors TEXT NOT NULL,
    language TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    seen INTEGER,
    seen_from INTEGER,
    seen_until INTEGER NOT NULL,
    ended TEXT NOT NULL CHECK (ended IN ('changed', 'removed')),
    worded INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX versions_by_article ON versions (article_id, seen_until);
CREATE INDEX versions_by_url ON versions (url);
CREATE INDEX versions_by_path ON versions (path);
CREATE INDEX versions_by_end ON versions (seen_until, seen_from, article_id);
CREATE INDEX versions_to_index ON versions (row) WHERE worded = 0;
CREATE TABLE former_passages (
    row INTEGER PRIMARY KEY,
    version_row INTEGER NOT NULL REFERENCES versions (row),
    ordinal INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    sentences TEXT NOT NULL,
    embedded INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX former_passages_by_version ON former_passages (version_row, ordinal);
CREATE INDEX former_passages_to_embed ON former_passages (row) WHERE embedded = 0;
"""
"""`versions`: what an article said before, under the row that it had in `articles`, which no other article is given; `seen` as there;
`seen_from` and `seen_until` are Unix seconds in which it came in (NULL: not known) and went. `former_passages`: its passages, under the
rows that they had in `passages`; a version without any is not searched."""

_TOUCHING = (
    ("articles_added", "INSERT ON articles", "NEW.row"),
    ("articles_gone", "DELETE ON articles", "OLD.row"),
    ("articles_altered", "UPDATE OF last_second, source, title ON articles", "NEW.row"),
    ("passages_added", "INSERT ON passages", "NEW.article_row"),
    ("passages_gone", "DELETE ON passages", "OLD.article_row"),
    ("passages_embedded", "UPDATE OF embedded ON passages WHEN OLD.embedded IS NOT NEW.embedded", "NEW.article_row"),
    ("former_added", "INSERT ON former_passages", "NEW.version_row"),
    ("former_gone", "DELETE ON former_passages", "OLD.version_row"),
    ("former_embedded", "UPDATE OF embedded ON former_passages WHEN OLD.embedded IS NOT NEW.embedded", "NEW.version_row"),
    ("stories_gone", "DELETE ON stories", "OLD.article_row"),
    ("stories_told", "UPDATE OF story ON stories WHEN OLD.story IS NOT NEW.story", "NEW.article_row"),
)
"""Triggers: their name, after what, and the row that it was of."""


def _touching(name: str, event: str, row: str) -> str:
    # Without OR REPLACE, which in a trigger gives way to the outer statement's own word for conflicts.
    return f"""CREATE TRIGGER {name} AFTER {event} BEGIN
    DELETE FROM touched WHERE article_row = {row};
    INSERT INTO touched (article_row) VALUES ({row});
END;
"""


TOUCHED = f"""
CREATE TABLE touched (seq INTEGER PRIMARY KEY AUTOINCREMENT, article_row INTEGER NOT NULL UNIQUE);
CREATE TRIGGER touched_kept AFTER INSERT ON touched BEGIN
    DELETE FROM touched WHERE seq <= NEW.seq - 100000;
END;
{"".join(_touching(*each) for each in _TOUCHING)}CREATE INDEX versions_dated ON versions (last_second, source);
CREATE INDEX journal_words ON journal (seq) WHERE words = 1;
CREATE INDEX journal_vectors ON journal (seq) WHERE vectors = 1;
"""
"""`touched`: the articles and versions of which something has changed that memory keeps (PassageColumns, ArticleList), each under the
number of its last change, so that a reader who knows the number up to which it has seen reads what came after (changes.py). Triggers
write it: no statement can forget to."""

_FOLLOWS = """
CREATE TABLE follows (
    place TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('feed', 'sitemap', 'page', 'folder')),
    added INTEGER NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    asked INTEGER,
    result TEXT NOT NULL DEFAULT '',
    line TEXT NOT NULL DEFAULT '',
    due INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    pace INTEGER NOT NULL DEFAULT 0,
    skipped TEXT NOT NULL DEFAULT '',
    gone INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE follows_files (
    folder TEXT NOT NULL,
    path TEXT NOT NULL,
    stamp TEXT NOT NULL,
    PRIMARY KEY (folder, path)
) WITHOUT ROWID;
CREATE TABLE follows_records (
    folder TEXT NOT NULL,
    path TEXT NOT NULL,
    article_id TEXT NOT NULL,
    content TEXT NOT NULL,
    let_go INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (folder, path, article_id)
) WITHOUT ROWID;
CREATE INDEX follows_records_by_article ON follows_records (article_id);
CREATE INDEX follows_records_by_content ON follows_records (content);
"""
"""`follows`: addresses and folders that are looked at again and again; `asked`, `added` and `due` are Unix seconds, `pace` the seconds and
`skipped` the hours that a feed asks for, `gone` whether the next look believes that whatever is missing was deleted. `follows_files`: the
files of followed folders, with size and times as they were when last read (`stamp`; empty: to be read again). `follows_records`: which
articles each gave; `let_go`: it no longer gives it, and nobody has yet looked whether the article stays."""

CATALOG = (_TABLES, _WHEN, _LISTS, _SOURCES, _VERSIONS, TOUCHED, _FOLLOWS)
