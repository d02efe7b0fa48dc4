-- The corpus database, schema 1. Documented in docs/corpus-database.md; change both together.
PRAGMA application_id = 1381255235;  -- "RTHC"
PRAGMA user_version = 1;

CREATE TABLE models (
    sha256   TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    version  TEXT NOT NULL,
    codebook TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE themes (
    id       TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,
    heading  TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE stances (
    id       TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    name     TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE runs (
    id       INTEGER PRIMARY KEY,
    started  TEXT NOT NULL,
    ended    TEXT,
    program  TEXT NOT NULL,
    recipe   TEXT NOT NULL,
    deadline REAL NOT NULL,
    memory   INTEGER NOT NULL,
    inputs   INTEGER NOT NULL
);

CREATE TABLE documents (
    id             INTEGER PRIMARY KEY,
    path           TEXT NOT NULL UNIQUE,
    sha256         TEXT NOT NULL UNIQUE,
    media_type     TEXT NOT NULL,
    pages          INTEGER NOT NULL,
    kind_of_review TEXT,
    date           TEXT,
    year           INTEGER,
    model          TEXT NOT NULL REFERENCES models (sha256),
    recipe         TEXT NOT NULL,
    run            INTEGER NOT NULL REFERENCES runs (id)
);

CREATE TABLE facts (
    document INTEGER NOT NULL REFERENCES documents (id),
    name     TEXT NOT NULL,
    value    TEXT NOT NULL,
    start    INTEGER NOT NULL,
    "end"    INTEGER NOT NULL
);
CREATE INDEX facts_of_document ON facts (document);

CREATE TABLE warnings (
    document INTEGER NOT NULL REFERENCES documents (id),
    kind     TEXT NOT NULL,
    message  TEXT NOT NULL,
    page     INTEGER
);
CREATE INDEX warnings_of_document ON warnings (document);

CREATE TABLE sentences (
    id           INTEGER PRIMARY KEY,
    document     INTEGER NOT NULL REFERENCES documents (id),
    position     INTEGER NOT NULL,
    page         INTEGER NOT NULL,
    start        INTEGER NOT NULL,
    "end"        INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    role         TEXT NOT NULL,
    section      TEXT NOT NULL,
    text         TEXT NOT NULL,
    stance       TEXT,
    stance_score REAL,
    UNIQUE (document, position)
);

CREATE TABLE sentence_themes (
    sentence INTEGER NOT NULL REFERENCES sentences (id),
    theme    TEXT NOT NULL REFERENCES themes (id),
    score    REAL NOT NULL,
    PRIMARY KEY (sentence, theme)
) WITHOUT ROWID;
CREATE INDEX sentences_of_theme ON sentence_themes (theme, sentence);

CREATE TABLE document_themes (
    document  INTEGER NOT NULL REFERENCES documents (id),
    theme     TEXT NOT NULL REFERENCES themes (id),
    stance    TEXT NOT NULL,
    sentences INTEGER NOT NULL,
    PRIMARY KEY (document, theme, stance)
) WITHOUT ROWID;

CREATE TABLE failures (
    path     TEXT PRIMARY KEY,
    sha256   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    message  TEXT NOT NULL,
    recipe   TEXT NOT NULL,
    deadline REAL NOT NULL,
    memory   INTEGER NOT NULL,
    run      INTEGER NOT NULL REFERENCES runs (id)
) WITHOUT ROWID;

CREATE TABLE duplicates (
    path     TEXT PRIMARY KEY,
    sha256   TEXT NOT NULL,
    original TEXT NOT NULL,
    run      INTEGER NOT NULL REFERENCES runs (id)
) WITHOUT ROWID;

CREATE VIEW inputs AS
    SELECT
        path,
        sha256,
        CASE
            WHEN EXISTS (SELECT 1 FROM warnings AS w WHERE w.document = d.id AND w.page IS NOT NULL)
            THEN 'partly-unreadable'
            ELSE 'done'
        END AS status,
        (SELECT group_concat(page, ', ') FROM (
            SELECT DISTINCT page FROM warnings AS w WHERE w.document = d.id AND w.page IS NOT NULL ORDER BY page
        )) AS detail
    FROM documents AS d
    UNION ALL
    SELECT path, sha256, 'failed', kind FROM failures
    UNION ALL
    SELECT path, sha256, 'duplicate', original FROM duplicates;

CREATE VIRTUAL TABLE sentence_words USING fts5 (
    text, content = 'sentences', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
