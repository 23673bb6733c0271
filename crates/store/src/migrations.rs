//! The schema of what cannot be derived: one numbered list per database, forward only.
//!
//! The texts serve both databases through five tokens. A migration that has been released is never
//! edited: the driver keeps a checksum of each and refuses a database whose past differs. Views are
//! not here: they are made, dropped and made anew by `views`.

use std::borrow::Cow;

use sqlx::{
    AssertSqlSafe, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// Which database a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Puts this database's words in the place of the tokens.
    ///
    /// Text is compared and sorted by bytes on both (anchors/style.md §4.3, rule 6): SQLite does so
    /// by itself, PostgreSQL when a column says `COLLATE "C"`. SQLite's `STRICT` tables hold what
    /// their columns say and nothing else, as PostgreSQL's always do; a `{{keyed}}` one lies in the
    /// order of its key, without a second tree of row numbers beside it.
    pub(crate) fn spell(self, text: &str) -> String {
        let words = match self {
            Self::Sqlite => ["TEXT", "INTEGER", "BLOB", "STRICT", "STRICT, WITHOUT ROWID"],
            Self::Postgres => ["TEXT COLLATE \"C\"", "BIGINT", "BYTEA", "", ""],
        };
        [
            "{{text}}",
            "{{integer}}",
            "{{bytes}}",
            "{{strict}}",
            "{{keyed}}",
        ]
        .into_iter()
        .zip(words)
        .fold(text.to_owned(), |text, (token, word)| {
            text.replace(token, word)
        })
    }
}

/// One list of migrations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schema {
    /// What an operator calls the database.
    pub(crate) name: &'static str,
    /// PostgreSQL's advisory lock under which this database is written.
    pub(crate) lock: i64,
    /// Whether what is deleted must be gone from the file, too.
    pub(crate) forgets: bool,
    /// Numbers differ between the databases, so that neither opens as the other.
    migrations: &'static [(i64, &'static str, &'static str)],
}

impl Schema {
    pub(crate) fn migrator(&self, dialect: Dialect) -> Migrator {
        self.migrator_to(dialect, i64::MAX)
    }

    /// Whether a version is one of these.
    pub(crate) fn knows(&self, version: i64) -> bool {
        self.migrations.iter().any(|(known, ..)| *known == version)
    }

    /// The migrations up to a version: what a backup of that version is loaded into, so that the
    /// later ones do to its rows what they would have done to the original.
    pub(crate) fn migrator_to(&self, dialect: Dialect, last: i64) -> Migrator {
        Migrator::with_migrations(
            self.migrations
                .iter()
                .filter(|(version, ..)| *version <= last)
                .map(|(version, name, text)| {
                    Migration::new(
                        *version,
                        Cow::Borrowed(name),
                        MigrationType::Simple,
                        AssertSqlSafe(dialect.spell(text)).into_sql_str(),
                        false,
                    )
                })
                .collect(),
        )
    }
}

/// Journal, views and sessions.
pub(crate) const MAIN: Schema = Schema {
    name: "journal",
    lock: 0x5041_534f_0001,
    forgets: false,
    migrations: &[
        (1, "journal and sessions", JOURNAL),
        (2, "entries", ENTRIES),
        (3, "log", crate::log::LOG),
        (4, "passkeys and proposals", PASSKEYS),
        (5, "what was carried", CARRIED),
        (6, "signs of life", ALIVE),
        (7, "the house's own registers", HOUSE),
    ],
};

/// Subject keys.
pub(crate) const KEYS: Schema = Schema {
    name: "key database",
    lock: 0x5041_534f_0002,
    forgets: true,
    migrations: &[
        (1001, "subject keys", SUBJECT_KEYS),
        (1002, "forgotten subjects", FORGOTTEN),
        (1003, "keys of others", FURTHER_KEYS),
    ],
};

const JOURNAL: &str = "
    CREATE TABLE journal (
        position {{integer}} NOT NULL PRIMARY KEY CHECK (position > 0),
        stream {{text}} NOT NULL,
        sequence {{integer}} NOT NULL CHECK (sequence > 0),
        subject {{text}} NOT NULL,
        version {{integer}} NOT NULL CHECK (version > 0),
        kind {{text}} NOT NULL,
        schema {{integer}} NOT NULL CHECK (schema > 0),
        time {{integer}} NOT NULL,
        body {{bytes}} NOT NULL,
        commitment {{bytes}} NOT NULL CHECK (length(commitment) = 32),
        approvals {{bytes}} NOT NULL,
        UNIQUE (stream, sequence),
        UNIQUE (subject, version)
    ) {{strict}};

    CREATE TABLE view_state (
        one {{integer}} NOT NULL PRIMARY KEY CHECK (one = 1),
        version {{integer}} NOT NULL,
        position {{integer}} NOT NULL
    ) {{strict}};
    INSERT INTO view_state (one, version, position) VALUES (1, 0, 0);

    CREATE TABLE sign_in_link (
        token_hash {{bytes}} NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
        role {{text}} NOT NULL,
        officer {{text}} NOT NULL,
        post {{text}} NOT NULL,
        expires {{integer}} NOT NULL,
        used_at {{integer}}
    ) {{keyed}};

    CREATE TABLE session (
        token_hash {{bytes}} NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
        role {{text}} NOT NULL,
        officer {{text}} NOT NULL,
        post {{text}} NOT NULL,
        created {{integer}} NOT NULL,
        last_seen {{integer}} NOT NULL,
        expires {{integer}} NOT NULL,
        csrf {{bytes}} NOT NULL CHECK (length(csrf) = 32)
    ) {{keyed}};
    CREATE INDEX session_officer ON session (officer);
";

/// Beside the journal, whose rows stay as they are: the signed leaf of each, the keys that signed
/// them, what the ombudsman is told, and what contradicts itself.
const ENTRIES: &str = "
    CREATE TABLE device (
        stream {{text}} NOT NULL PRIMARY KEY,
        algorithm {{text}} NOT NULL,
        public_key {{bytes}} NOT NULL
    ) {{keyed}};

    CREATE TABLE entry (
        number {{integer}} NOT NULL PRIMARY KEY CHECK (number > 0),
        stream {{text}} NOT NULL,
        sequence {{integer}} NOT NULL CHECK (sequence > 0),
        position {{integer}} UNIQUE CHECK (position > 0),
        leaf {{bytes}} NOT NULL CHECK (length(leaf) = 230),
        UNIQUE (stream, sequence)
    ) {{strict}};

    CREATE TABLE statement (
        position {{integer}} NOT NULL PRIMARY KEY CHECK (position > 0),
        sealed {{bytes}} NOT NULL
    ) {{strict}};

    CREATE TABLE evidence (
        stream {{text}} NOT NULL,
        sequence {{integer}} NOT NULL CHECK (sequence > 0),
        kind {{text}} NOT NULL,
        leaf {{bytes}} NOT NULL CHECK (length(leaf) = 230),
        subject {{text}},
        event_kind {{text}},
        schema {{integer}},
        time {{integer}},
        body {{bytes}},
        commitment {{bytes}},
        approvals {{bytes}},
        statement {{bytes}},
        PRIMARY KEY (stream, sequence, kind, leaf)
    ) {{keyed}};
";

/// What signing in and signing need between two requests: ceremonies under way, how far each passkey
/// has counted, the passkey that a session was opened with, and acts that wait for their signatures,
/// sealed as they will lie in the journal.
const PASSKEYS: &str = "
    CREATE TABLE ceremony (
        token_hash {{bytes}} NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
        purpose {{text}} NOT NULL,
        state {{bytes}} NOT NULL,
        expires {{integer}} NOT NULL
    ) {{keyed}};

    CREATE TABLE sign_count (
        credential {{bytes}} NOT NULL PRIMARY KEY,
        highest {{integer}} NOT NULL
    ) {{keyed}};

    -- Opened by links alone, which no longer open any outside a demonstration.
    DELETE FROM session;
    DELETE FROM sign_in_link;
    ALTER TABLE session ADD COLUMN credential {{bytes}};

    CREATE TABLE proposal (
        id {{text}} NOT NULL PRIMARY KEY,
        command {{text}} NOT NULL,
        officer {{text}} NOT NULL,
        role {{text}} NOT NULL,
        post {{text}} NOT NULL,
        created {{integer}} NOT NULL,
        expires {{integer}} NOT NULL,
        sealed {{bytes}} NOT NULL,
        expected {{bytes}} NOT NULL,
        given {{bytes}} NOT NULL,
        end_state {{text}},
        end_reason {{text}},
        ended_at {{integer}},
        ended_by {{text}}
    ) {{keyed}};
    CREATE INDEX proposal_waiting ON proposal (expires) WHERE end_state IS NULL;
";

/// When streams of other devices arrived, and how far others have got.
const CARRIED: &str = "
    CREATE TABLE arrival (
        stream {{text}} NOT NULL,
        last {{integer}} NOT NULL CHECK (last > 0),
        at {{integer}} NOT NULL,
        PRIMARY KEY (stream, last)
    ) {{keyed}};

    CREATE TABLE mark (
        name {{text}} NOT NULL PRIMARY KEY,
        number {{integer}} NOT NULL,
        at {{integer}} NOT NULL
    ) {{keyed}};
";

/// One row an hour in which a machine made an entry; a bit for each quarter of it.
const ALIVE: &str = "
    CREATE TABLE alive (
        stream {{text}} NOT NULL,
        hour {{integer}} NOT NULL,
        quarters {{integer}} NOT NULL CHECK (quarters BETWEEN 1 AND 15),
        PRIMARY KEY (stream, hour)
    ) {{keyed}};
    CREATE INDEX alive_hour ON alive (hour);
";

/// Where in the journal the house's own registers are: whatever a hub tells its posts is looked for
/// with every parcel, among everything that the others have sent. A query finds it by the same words.
const HOUSE: &str = "
    CREATE INDEX journal_house ON journal (position)
        WHERE substr(subject, 1, 5) IN ('offic', 'devic', 'site:', 'autho', 'erasu', 'sheet');
";

/// Beside the keys and not in the journal, so that an old copy of the journal finds it.
const FORGOTTEN: &str = "
    CREATE TABLE forgotten (
        subject {{text}} NOT NULL PRIMARY KEY,
        erasure {{text}} NOT NULL,
        at {{integer}} NOT NULL
    ) {{keyed}};
";

/// Beside the one key by which a subject's bodies are sealed here: those by which others have sealed.
/// The first table stays as it is, so that nothing has to be moved that must not be lost.
const FURTHER_KEYS: &str = "
    CREATE TABLE further_key (
        subject {{text}} NOT NULL,
        key {{bytes}} NOT NULL CHECK (length(key) = 32),
        PRIMARY KEY (subject, key)
    ) {{keyed}};
";

const SUBJECT_KEYS: &str = "
    CREATE TABLE subject_key (
        subject {{text}} NOT NULL PRIMARY KEY,
        key {{bytes}} NOT NULL CHECK (length(key) = 32)
    ) {{keyed}};
";
