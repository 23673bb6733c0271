//! Migration 3: what the log keeps beside the entries.
//!
//! Entries are the log's content and are kept once, in `entry`; a log is a row that says from
//! which entry on it holds them. Of the tree only what cannot be had from files is here.

/// The tables.
///
/// `log.first_number` is the number of the entry at index 1: index 0 is the opening leaf. `signed`
/// is the size that `note` is about, 0 for none. A row of `log_tile` is a tile of the tree by its
/// level and place, partial (rewritten as it grows) or full (removed once it is a file). `published`
/// keeps every checkpoint that its policy found witnessed: the newest is what devices anchor their
/// entries to, and the first that holds an entry is the latest time at which it can have been made.
pub(crate) const LOG: &str = "
    CREATE TABLE log (
        ordinal {{integer}} NOT NULL PRIMARY KEY CHECK (ordinal > 0),
        origin {{text}} NOT NULL UNIQUE,
        opening {{bytes}} NOT NULL,
        first_number {{integer}} NOT NULL CHECK (first_number > 0),
        size {{integer}} NOT NULL CHECK (size >= 0),
        root {{bytes}} NOT NULL CHECK (length(root) = 32),
        signed {{integer}} NOT NULL CHECK (signed >= 0 AND signed <= size),
        note {{text}}
    ) {{strict}};

    CREATE TABLE log_tile (
        ordinal {{integer}} NOT NULL,
        level {{integer}} NOT NULL CHECK (level >= 0 AND level < 8),
        place {{integer}} NOT NULL CHECK (place >= 0),
        hashes {{bytes}} NOT NULL,
        PRIMARY KEY (ordinal, level, place)
    ) {{keyed}};

    CREATE TABLE published (
        ordinal {{integer}} NOT NULL,
        size {{integer}} NOT NULL CHECK (size > 0),
        root {{bytes}} NOT NULL CHECK (length(root) = 32),
        origin {{text}} NOT NULL,
        note {{text}} NOT NULL,
        at {{integer}} NOT NULL,
        PRIMARY KEY (ordinal, size)
    ) {{keyed}};
";
