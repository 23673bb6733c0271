//! Who looks: the audit of custody, the general audit, and the overseer with a mirror of their own and
//! the ombudsman's key.

use super::honest::Town;
use paso::audit::{Tiles, custody, guard};
use paso_domain::{crossings::Crossings, custody::Clocks};
use paso_formats::{field::StateCode, moment::DAY};
use paso_service::{
    log::{Log, ReadingError},
    testing::{HOST, House, ombudsman},
};
use paso_store::audit::{Check, Known, Limits, audit};
use paso_tlog::{checkpoint::Origin, cosignature::Timestamp, witness};
use paso_veedor::{
    custody::{Row, board::Board},
    disk::Disk,
    mirror::{Db, Hub, HubError, Label, Mirror, Settings, check, database, told},
};
use std::collections::BTreeSet;

const CODE: &str = "mx-test";

/// Far more than a run mirrors.
const MOST_BYTES: u64 = 1 << 30;

/// What was found, by whom, as stable codes.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) custody: Vec<String>,
    pub(crate) audit: Vec<String>,
    pub(crate) veedor: Vec<String>,
}

impl Seen {
    pub(crate) fn is_empty(&self) -> bool {
        self.custody.is_empty() && self.audit.is_empty() && self.veedor.is_empty()
    }

    /// Every code once, with who found it.
    pub(crate) fn codes(&self) -> BTreeSet<String> {
        let by = |who: &str, codes: &[String]| -> Vec<String> {
            codes.iter().map(|code| format!("{who}:{code}")).collect()
        };
        let all = [
            by("c", &self.custody),
            by("a", &self.audit),
            by("v", &self.veedor),
        ];
        all.into_iter().flatten().collect()
    }
}

/// The log of the house, as its hub serves it.
struct Wire(Log);

impl Wire {
    async fn named(&self, label: Label) -> Option<paso_service::log::Label> {
        let heads = self.0.heads().await.unwrap();
        let mut labels = heads.iter().map(|head| head.label);
        labels.find(|known| known.to_string() == label.to_string())
    }
}

fn silent(error: &ReadingError) -> HubError {
    HubError::Silent {
        url: "the hub".into(),
        reason: error.to_string(),
    }
}

impl Hub for Wire {
    async fn origins(&self) -> Result<Vec<Origin>, HubError> {
        let heads = self.0.heads().await.map_err(|error| silent(&error))?;
        Ok(heads
            .iter()
            .filter_map(|head| Origin::new(&head.origin))
            .collect())
    }

    async fn checkpoint(&self, label: Label) -> Result<Option<Vec<u8>>, HubError> {
        let Some(label) = self.named(label).await else {
            return Ok(None);
        };
        match self.0.checkpoint(label).await {
            Ok(note) => Ok(Some(note.into_bytes())),
            Err(ReadingError::NotFound) => Ok(None),
            Err(error) => Err(silent(&error)),
        }
    }

    async fn feed(&self, label: Label, from: u64) -> Result<Vec<u8>, HubError> {
        let label = self.named(label).await.unwrap();
        let fed = self.0.feed(label, from).await;
        fed.map_err(|error| silent(&error))
    }

    async fn bundle(&self) -> Result<Option<Vec<u8>>, HubError> {
        let bundle = self.0.bundle().await;
        bundle.map(Some).map_err(|error| silent(&error))
    }
}

/// Those who look at one house.
pub(crate) struct Eyes {
    mirror: Mirror,
    dir: tempfile::TempDir,
    policy: String,
    clocks: Clocks,
    crossings: Crossings,
}

impl Eyes {
    /// Pins what a mirror pins, on the day on which the log begins.
    pub(crate) async fn open(town: &Town) -> Self {
        let log = town.house.log().await;
        log.step().await.unwrap();
        let heads = log.heads().await.unwrap();
        let policy = format!("log {}\nquorum none\n", heads[0].vkey);
        let logs = heads.iter().map(|head| witness::Log {
            origin: Origin::new(&head.origin).unwrap(),
            keys: vec![head.vkey.parse().unwrap()],
        });
        let settings = Settings {
            code: CODE.into(),
            pinned: town.house.pinned(),
            bundle: None,
            logs: logs.collect(),
            witnesses: Vec::new(),
            most_bytes: MOST_BYTES,
        };
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::reliable();
        Self {
            mirror: Mirror::open(dir.path(), &disk, settings).await.unwrap(),
            dir,
            policy,
            clocks: Clocks::shipped().unwrap(),
            crossings: Crossings::southern_border().unwrap(),
        }
    }

    /// Looks, after the log has published what it will.
    pub(crate) async fn look(&self, town: &Town) -> Seen {
        let house = &town.house;
        let mut seen = Seen::default();
        let log = house.log().await;
        // A log that refuses to go on has found something itself, and publishes nothing more.
        if log.step().await.is_err() || log.round().await.is_err() {
            seen.audit.push("log-halted".into());
        }
        let held = self.custody(house, &mut seen).await;
        self.audit(house, &mut seen).await;
        self.veedor(house, &Wire(log), held, &mut seen).await;
        seen
    }

    /// `paso audit custody`, on the ombudsman's machine; how many people it says are held.
    async fn custody(&self, house: &House, seen: &mut Seen) -> u64 {
        let key = ombudsman();
        let asked = custody::Asked {
            authority: CODE,
            home: StateCode::MEX,
            rp_id: HOST,
            clocks: &self.clocks,
            crossings: &self.crossings,
            states: true,
            key: Some(&key),
            now: house.clock().now(),
        };
        let found = custody::review(house.config(), &asked).await.unwrap();
        seen.custody = found.codes();
        found.reviewed.held
    }

    /// `paso audit`.
    async fn audit(&self, house: &House, seen: &mut Seen) {
        let dir = house.directory();
        let scratch = tempfile::tempdir().unwrap();
        let tiles = Tiles(dir.join("log"));
        let known = Known {
            keys: None,
            policies: core::slice::from_ref(&self.policy),
            tiles: Some(&tiles),
            guard: &guard(&dir.join("guard")).unwrap(),
            now: house.clock().now(),
            limits: Limits {
                sandwich: 30 * DAY,
                waiting: 30 * DAY,
                sheets: 30 * 24 * 3600,
            },
            scratch: scratch.path().to_owned(),
        };
        let checks = Check::ALL.iter().copied().collect();
        let report = audit(house.config(), &checks, &known).await.unwrap();
        let codes: BTreeSet<_> = report.codes().map(|code| code.code().to_owned()).collect();
        seen.audit.extend(codes);
    }

    /// The overseer: what the mirror is shown now, what it kept before, and what the statements say
    /// of who is held and whose clocks ran out.
    async fn veedor(&self, house: &House, hub: &Wire, held: u64, seen: &mut Seen) {
        let seconds = u64::try_from(house.clock().now().unix()).unwrap();
        let now = Timestamp::from_seconds(seconds).unwrap();
        if let Err(error) = self.mirror.pull(hub, now, |_| None).await {
            seen.veedor
                .push(format!("{:?}", error.failure()).to_lowercase());
        }
        let standing = self.mirror.standing(now).await.unwrap();
        let findings = standing.findings.iter();
        seen.veedor
            .extend(findings.map(|found| found.what.code().to_owned()));
        let db = Db::open_to_read(&database(self.dir.path(), CODE))
            .await
            .unwrap();
        let rows = told(&db, &ombudsman()).await.unwrap();
        let checked = check::check(&db, &[]).await.unwrap();
        // Without the pinned keys the note is always named; all else is damage.
        let damage = checked.iter().flat_map(|log| &log.damage);
        if damage
            .filter(|one| !matches!(one, check::Damage::Note { .. }))
            .count()
            > 0
        {
            seen.veedor.push("mirror-damaged".into());
        }
        let mut statements = Vec::new();
        for row in rows {
            match row {
                Row::Told(told) => statements.push(told),
                Row::Silent(_) => {}
            }
        }
        let board = Board::at(&statements, house.clock().now());
        if board.overdue() > 0 {
            seen.veedor.push("overdue".into());
        }
        if board.open().count() as u64 != held {
            seen.veedor.push("head-count".into());
        }
        db.close().await;
    }
}
