//! The frauds: what somebody does who has the database, its keys, the device, or only a lie.

use super::{honest::Town, honest::release, raw};
use paso_domain::{
    act::Act,
    custody::{CustodyEvent, Ending},
    event::Event,
    id::EpisodeId,
    subject::Subject,
};
use paso_formats::{
    envelope::{self, Label, SubjectKey},
    moment::HOUR,
};
use paso_service::testing::Hand;
use paso_store::Url;
use std::fs;

macro_rules! frauds {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// A fraud.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Fraud {
            $($(#[$doc])* $name,)+
        }

        impl Fraud {
            /// All.
            pub(crate) const ALL: [Self; [$($code),+].len()] = [$(Self::$name),+];

            pub(crate) const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

frauds! {
    /// The rows of one episode are taken out of the journal and the views.
    EpisodeDeleted = "episode-deleted",
    /// One person is taken out of everything: rows, entries, statements, views, key.
    PersonErased = "person-erased",
    /// The count in an opening is one less, sealed anew with the key from the keys' database.
    CountEdited = "count-edited",
    /// A sealed body is another's.
    BodyEdited = "body-edited",
    /// The row of an ending is taken out.
    EndingDropped = "ending-dropped",
    /// A release is written with the device's key, and nobody signed it.
    ReleaseUnsigned = "release-unsigned",
    /// A release is written with the device's key, and bears another release's signatures.
    ReleaseCopied = "release-copied",
    /// A colleague releases in the name of whoever answers: with the device's key, and their own
    /// passkey on another act of their own.
    ReleaseByAnother = "release-by-another",
    /// Yesterday's backup is put back, and the guard taken away: with it, nothing would start.
    Restored = "restored",
    /// The officer who answers is another, sealed anew.
    CustodianSwapped = "custodian-swapped",
    /// The machine's clock is set back, so that a late release looks timely.
    ClockBack = "clock-back",
    /// What was stated to the ombudsman is taken out.
    StatementDropped = "statement-dropped",
    /// Another episode's statement stands in its place.
    StatementReplayed = "statement-replayed",
    /// The journal's tail is cut off and written anew with the device's key, and the log is made again
    /// with its own: guard, tiles and published heads included.
    TailRewritten = "tail-rewritten",
    /// Released at night on paper; nobody ever confirms.
    PaperUnconfirmed = "paper-unconfirmed",
    /// Offered, and nobody ever accepts.
    NeverAccepted = "never-accepted",
    /// Only the views say that control has ended.
    ViewsOnly = "views-only",
    /// The episode's key is destroyed without an erasure.
    KeyDestroyed = "key-destroyed",
    /// Handed to an accomplice, who accepts and never ends it.
    Accomplice = "accomplice",
}

impl Fraud {
    /// Does it.
    pub(crate) async fn commit(self, town: &mut Town) {
        let main = town.house.config().main.clone();
        if let Some(script) = self.script(town).await {
            raw::script(&main, &script).await;
        }
        let victim = town.victim();
        match self {
            Self::PersonErased | Self::KeyDestroyed => forget_key(town, victim).await,
            Self::CountEdited => {
                resealed(town, victim, |fact| {
                    if let CustodyEvent::Opened { opening, .. } = fact {
                        opening.count -= 1;
                    }
                })
                .await;
            }
            Self::CustodianSwapped => {
                let other = town.beto.officer.number.clone();
                resealed(town, victim, |fact| {
                    if let CustodyEvent::Opened { act, .. } = fact {
                        act.officer = other;
                    }
                })
                .await;
            }
            Self::ReleaseUnsigned => forged(town, &town.ana).await,
            Self::ReleaseByAnother => forged(town, &town.beto).await,
            Self::ReleaseCopied => {
                forged(town, &town.ana).await;
                let script = format!(
                    "UPDATE journal SET approvals = (SELECT approvals FROM journal
                        WHERE position = {})
                    WHERE position = {}",
                    position(town, town.victims[1], ended).await,
                    position(town, victim, ended).await
                );
                raw::script(&main, &script).await;
            }
            Self::Restored => restored(town).await,
            Self::TailRewritten => rewritten(town).await,
            Self::ClockBack => {
                town.later(40 * 60);
                let others = town.bus(1).await;
                town.released(false, &others).await;
                town.later(-10 * 60);
                town.released(false, &[victim]).await;
                town.later(11 * 60);
            }
            Self::PaperUnconfirmed => {
                town.on_paper_to_hospital(victim).await;
                town.later(25 * 60);
            }
            Self::NeverAccepted => {
                town.offer(false, &[victim], "HUI", None).await;
                town.later(2 * 60);
            }
            Self::Accomplice => {
                let handover = town.offer(false, &[victim], "HUI", None).await;
                town.answer(true, handover, &[victim]).await;
                town.later(40 * 60);
            }
            Self::EpisodeDeleted
            | Self::BodyEdited
            | Self::EndingDropped
            | Self::StatementDropped
            | Self::StatementReplayed
            | Self::ViewsOnly => {}
        }
    }

    /// What of it is done with the password of the journal's database alone.
    async fn script(self, town: &Town) -> Option<String> {
        let (victim, free) = (town.victim(), town.victims[1]);
        let rows = format!("(SELECT position FROM journal WHERE subject = 'episode:{victim}')");
        Some(match self {
            Self::EpisodeDeleted => deletion(victim),
            Self::PersonErased => {
                format!("DELETE FROM entry WHERE position IN {rows};") + &deletion(victim)
            }
            Self::BodyEdited => format!(
                "UPDATE journal SET body = (SELECT body FROM journal
                    WHERE subject = 'episode:{free}' AND version = 1)
                WHERE subject = 'episode:{victim}' AND version = 1"
            ),
            Self::EndingDropped => {
                let row = position(town, free, ended).await;
                format!(
                    "DELETE FROM statement WHERE position = {row};
                    DELETE FROM journal WHERE position = {row}"
                )
            }
            Self::StatementDropped => format!("DELETE FROM statement WHERE position IN {rows}"),
            Self::StatementReplayed => format!(
                "UPDATE statement SET sealed = (SELECT sealed FROM statement WHERE position =
                    (SELECT MIN(position) FROM journal WHERE subject = 'episode:{free}'))
                WHERE position = (SELECT MIN(position) FROM journal
                    WHERE subject = 'episode:{victim}')"
            ),
            Self::ViewsOnly => format!(
                "UPDATE view_episode SET ended_at = opened_at, waits = 0
                WHERE episode = '{victim}'"
            ),
            _ => return None,
        })
    }
}

fn ended(fact: &CustodyEvent) -> bool {
    matches!(fact, CustodyEvent::Ended { .. })
}

/// An episode out of the journal, the statements and the views.
fn deletion(id: EpisodeId) -> String {
    format!(
        "DELETE FROM statement WHERE position IN
            (SELECT position FROM journal WHERE subject = 'episode:{id}');
        DELETE FROM journal WHERE subject = 'episode:{id}';
        DELETE FROM view_custody_fact WHERE episode = '{id}';
        DELETE FROM view_custody_handover WHERE episode = '{id}';
        DELETE FROM view_episode WHERE episode = '{id}';"
    )
}

async fn forget_key(town: &Town, id: EpisodeId) {
    let script = format!("DELETE FROM subject_key WHERE subject = 'episode:{id}'");
    raw::script(&town.house.config().keys, &script).await;
}

/// The position of the first fact of a kind.
async fn position(town: &Town, id: EpisodeId, of: impl Fn(&CustodyEvent) -> bool) -> u64 {
    let subject = Subject::Episode(id);
    let events = town.house.events_of(&subject).await;
    let rows = town.house.journal_of(&subject).await;
    let mut both = rows.iter().zip(&events);
    let found = both.find(|(_, event)| matches!(event, Event::Custody(fact) if of(fact)));
    found.unwrap().0.position
}

/// The first row of an episode with something else in it, sealed with its own key.
async fn resealed(town: &Town, id: EpisodeId, change: impl FnOnce(&mut CustodyEvent)) {
    let subject = Subject::Episode(id);
    let config = town.house.config();
    let (main, keys) = (&config.main, &config.keys);
    let row = &town.house.journal_of(&subject).await[0];
    let key = raw::bytes(
        keys,
        &format!("SELECT key FROM subject_key WHERE subject = '{subject}'"),
    )
    .await;
    let key = SubjectKey::from_random(key.try_into().unwrap());
    let name = subject.to_string();
    let label = || Label {
        subject: &name,
        kind: &row.kind,
        schema: row.schema,
    };
    let body = envelope::open(&row.sealed, label(), &key).unwrap();
    let Event::Custody(mut fact) = Event::decode(&row.kind, row.schema, &body).unwrap() else {
        unreachable!("an episode begins with its opening")
    };
    change(&mut fact);
    let sealed = envelope::seal(&Event::Custody(fact).encode(), label(), &key, [3; 24]);
    let script = format!(
        "UPDATE journal SET body = {}, commitment = {} WHERE position = {}",
        raw::literal(main, &sealed.bytes),
        raw::literal(main, &sealed.commitment),
        row.position
    );
    raw::script(main, &script).await;
}

/// A release in Ana's name that nobody decided, with the device's own key. Where it is another's hand,
/// the row says that they did it.
async fn forged(town: &Town, hand: &Hand) {
    let act = Act {
        at: town.house.clock().now(),
        post: hand.officer.post,
        officer: hand.officer.number.clone(),
        late: None,
    };
    let ending: Ending = release();
    let fact = Event::Custody(CustodyEvent::Ended {
        act,
        ending,
        receipt: None,
    });
    let subject = Subject::Episode(town.victim());
    town.house.happened(vec![(subject, fact)]).await;
}

/// Yesterday's files in the place of today's.
async fn restored(town: &mut Town) {
    let backup = town.backup.clone().unwrap();
    let guard = town.house.directory().join("guard");
    town.house
        .restart(8, async |config| {
            let Url::Sqlite(main) = &config.main else {
                unreachable!("asked of SQLite only")
            };
            for end in ["-wal", "-shm"] {
                let mut beside = main.clone().into_os_string();
                beside.push(end);
                fs::remove_file(beside).ok();
            }
            fs::copy(&backup, main).unwrap();
            fs::remove_file(&guard).unwrap();
        })
        .await;
}

/// From the victim's bus on, everything is cut off and another history written, with all keys that the
/// machine has. Nothing on the machine tells it from an honest one.
async fn rewritten(town: &mut Town) {
    let subject = Subject::Episode(town.victim());
    let first = town.house.journal_of(&subject).await[0].position;
    let dir = town.house.directory().to_owned();
    town.house
        .restart(9, async |config| {
            let script = format!(
                "DELETE FROM statement WHERE position >= {first};
                DELETE FROM entry WHERE number >=
                    (SELECT number FROM entry WHERE position = {first});
                DELETE FROM journal WHERE position >= {first};
                DELETE FROM log_tile; DELETE FROM published; DELETE FROM log;
                DELETE FROM view_custody_fact; DELETE FROM view_custody_handover;
                DELETE FROM view_episode;
                UPDATE view_state SET version = 0, position = 0"
            );
            raw::script(&config.main, &script).await;
            fs::remove_file(dir.join("guard")).ok();
            fs::remove_dir_all(dir.join("log")).ok();
        })
        .await;
    let others = town.bus(2).await;
    town.released(false, &others).await;
    town.house.clock().set(town.house.clock().now().plus(HOUR));
}
