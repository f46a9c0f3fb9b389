"""The tables of `conversations.sqlite`, as steps (see migrations.py)."""

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    title TEXT NOT NULL,
    touched INTEGER NOT NULL,
    deleted INTEGER
) WITHOUT ROWID;
CREATE INDEX conversations_by_owner ON conversations (owner, touched, id) WHERE deleted IS NULL;
CREATE INDEX conversations_to_purge ON conversations (deleted) WHERE deleted IS NOT NULL;
CREATE TABLE turns (
    row INTEGER PRIMARY KEY,
    conversation TEXT NOT NULL REFERENCES conversations (id),
    number INTEGER NOT NULL,
    key TEXT NOT NULL,
    asked INTEGER NOT NULL,
    question TEXT NOT NULL,
    told TEXT NOT NULL DEFAULT '',
    begun INTEGER NOT NULL DEFAULT 1,
    done INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    UNIQUE (conversation, number),
    UNIQUE (conversation, key)
);
CREATE TABLE citations (
    turn INTEGER NOT NULL REFERENCES turns (row),
    number INTEGER NOT NULL,
    article_id TEXT NOT NULL,
    PRIMARY KEY (turn, number)
) WITHOUT ROWID;
CREATE INDEX citations_by_article ON citations (article_id, turn);
CREATE TABLE feedback (
    row INTEGER PRIMARY KEY,
    turn INTEGER NOT NULL REFERENCES turns (row),
    citation INTEGER NOT NULL DEFAULT 0,
    verdict TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    given INTEGER NOT NULL,
    UNIQUE (turn, citation)
);
CREATE VIRTUAL TABLE turn_words USING fts5(question, told, content='turns', content_rowid='row', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER turn_came AFTER INSERT ON turns BEGIN
    INSERT INTO turn_words (rowid, question, told) VALUES (new.row, new.question, new.told);
END;
CREATE TRIGGER turn_went AFTER DELETE ON turns BEGIN
    INSERT INTO turn_words (turn_words, rowid, question, told) VALUES ('delete', old.row, old.question, old.told);
END;
CREATE TRIGGER turn_changed AFTER UPDATE OF question, told ON turns BEGIN
    INSERT INTO turn_words (turn_words, rowid, question, told) VALUES ('delete', old.row, old.question, old.told);
    INSERT INTO turn_words (rowid, question, told) VALUES (new.row, new.question, new.told);
END;
"""
"""`owner`: whose it is, empty where one person has the whole service. `turns.key`: the page's own name of a question, so that one which is
sent twice is asked once; `begun`: how often its answer was; `body`: the turn as the page keeps it (JSON). `citations.number` counts within
the turn, from 1. `feedback.citation`: the number that is meant, 0 for the answer as a whole."""

CONVERSATIONS = (_TABLES,)
