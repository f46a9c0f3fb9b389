"""The catalog's tables in PostgreSQL: those of SQLite, with the numbers of changes counted by transaction, which many homes follow."""

from __future__ import annotations

from app.stores.postgres_sql import in_postgres
from app.stores.schema import CATALOG, TOUCHED

_TOUCHED = """
CREATE TABLE changes (number BIGINT NOT NULL);
INSERT INTO changes VALUES (0);
CREATE TABLE touched (seq BIGINT NOT NULL, article_row BIGINT PRIMARY KEY, words BIGINT NOT NULL);
CREATE INDEX touched_by_seq ON touched (seq);
CREATE INDEX touched_by_words ON touched (words, article_row);
CREATE FUNCTION touch(which BIGINT, in_words BOOLEAN) RETURNS void LANGUAGE plpgsql AS $$
DECLARE present BIGINT;
BEGIN
    SELECT number INTO present FROM changes;
    INSERT INTO touched AS known VALUES (present, which, CASE WHEN in_words THEN present ELSE 0 END)
        ON CONFLICT (article_row) DO UPDATE SET seq = excluded.seq, words = GREATEST(known.words, excluded.words)
        WHERE known.seq < excluded.seq OR known.words < excluded.words;
END $$;
CREATE FUNCTION touch_article() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM touch(COALESCE(NEW.row, OLD.row), true); RETURN NULL; END $$;
CREATE FUNCTION touch_passage() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM touch(COALESCE(NEW.article_row, OLD.article_row), TG_OP <> 'UPDATE'); RETURN NULL; END $$;
CREATE FUNCTION touch_former() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM touch(COALESCE(NEW.version_row, OLD.version_row), TG_OP <> 'UPDATE'); RETURN NULL; END $$;
CREATE FUNCTION touch_story() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM touch(COALESCE(NEW.article_row, OLD.article_row), false); RETURN NULL; END $$;
CREATE TRIGGER came_or_went AFTER INSERT OR DELETE OR UPDATE OF last_second, source, title ON articles
    FOR EACH ROW EXECUTE FUNCTION touch_article();
CREATE TRIGGER came_or_went AFTER INSERT OR DELETE ON passages FOR EACH ROW EXECUTE FUNCTION touch_passage();
CREATE TRIGGER embedded AFTER UPDATE OF embedded ON passages
    FOR EACH ROW WHEN (OLD.embedded IS DISTINCT FROM NEW.embedded) EXECUTE FUNCTION touch_passage();
CREATE TRIGGER came_or_went AFTER INSERT OR DELETE ON former_passages FOR EACH ROW EXECUTE FUNCTION touch_former();
CREATE TRIGGER embedded AFTER UPDATE OF embedded ON former_passages
    FOR EACH ROW WHEN (OLD.embedded IS DISTINCT FROM NEW.embedded) EXECUTE FUNCTION touch_former();
CREATE TRIGGER went AFTER DELETE ON stories FOR EACH ROW EXECUTE FUNCTION touch_story();
CREATE TRIGGER told AFTER UPDATE OF story ON stories
    FOR EACH ROW WHEN (OLD.story IS DISTINCT FROM NEW.story) EXECUTE FUNCTION touch_story();
ALTER TABLE journal ADD COLUMN at BIGINT NOT NULL DEFAULT EXTRACT(EPOCH FROM now())::BIGINT;
CREATE INDEX journal_vectors ON journal (seq) WHERE vectors = 1;
CREATE INDEX journal_by_at ON journal (at);
CREATE INDEX articles_newest ON articles (last_second DESC NULLS LAST, row DESC);
CREATE INDEX versions_dated ON versions (last_second, source);
INSERT INTO meta VALUES ('archive', gen_random_uuid()::TEXT);
"""
"""In place of the step TOUCHED of SQLite. `changes.number` goes up with every transaction that writes, under whose lock on it writers take
turns: so numbers become visible in their order, and what a reader has seen up to a number is all of it. `touched`: as there, but that all
that one transaction changes has its number as `seq`. `words`: the number of the last change to what the word indexes hold of it (0: none
yet), which homes follow (words_owed.py); `journal.at`: the Unix second of a removal."""

CATALOG_POSTGRES = tuple(_TOUCHED if step is TOUCHED else in_postgres(step) for step in CATALOG)
"""The same steps as SQLite's, one for one."""
