//! What the doctor makes of what was found. Nothing here looks at anything.

use paso_formats::moment::{DAY, Moment};
use paso_service::ceremony::{KeyEntry, KeyPurpose};
use std::path::PathBuf;

/// A key or a certificate that ends sooner than this is said, in seconds: time for a ceremony.
pub(super) const SOON: i64 = 30 * DAY;

/// A disk with less than this free is said, in bytes: above the room that is kept back, which begins
/// to be spent at a quarter more than itself.
const LITTLE: u64 = 512 << 20;

/// A clock may be this much behind what was signed before, in seconds: what signs is not always the
/// machine that asks.
const SLACK: i64 = 300;

/// A directory's backup that is older than this is said, in seconds.
const STALE: i64 = 2 * DAY;

/// How the running process answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Process {
    /// Nothing runs.
    Stopped,
    /// It owns the directory and does not answer.
    Silent,
    /// How the log stands, or a post with its hub: the exit code and the first line.
    Answers(u8, String),
}

/// What was found. What could not be looked at is missing, and said elsewhere among these.
#[derive(Debug)]
pub(super) struct Found {
    /// Whether it is a post, which has neither log nor lists to sign, and whose rows its hub keeps.
    pub post: bool,
    /// Why the configuration, or what it names, cannot be used.
    pub unusable: Option<String>,
    /// What others on this machine may read, and must not.
    pub open: Vec<PathBuf>,
    /// The process.
    pub process: Process,
    /// Bytes free for us, by place.
    pub free: Vec<(PathBuf, u64)>,
    /// The keys on the list.
    pub keys: Vec<KeyEntry>,
    /// Issue, age at which it is old, age at which it is not relied on; none without a bundle.
    pub bundle: Option<(Moment, Moment, Moment)>,
    /// The end of the certificate of TLS, where there is one.
    pub certificate: Option<Moment>,
    /// When the last backup was made.
    pub backup: Option<Moment>,
    /// Settings that leave something open, as far as the configuration can be read.
    pub settings: Vec<Setting>,
}

/// A setting that leaves something open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Setting {
    /// Nobody may open a backup.
    NoRecipients,
    /// Nobody outside can count who is under control.
    NoStatementKey,
    /// Nobody countersigns the log.
    NoWitness,
    /// Nobody can tell us about a weakness.
    NoContact,
    /// Everything is marked as a demonstration.
    Demonstration,
}

/// How grave it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Health {
    /// As it should be.
    Good,
    /// It works, and will not for ever; or somebody relies on less than they think.
    Warn,
    /// Somebody at a counter is kept from working, or a promise is broken.
    Bad,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// Why the configuration cannot be used.
    Unusable(String),
    /// It can be used.
    Usable,
    /// What others on this machine may read.
    Open(PathBuf),
    /// Only its owner may read what is secret.
    Closed,
    /// Nothing runs here.
    Stopped,
    /// It does not answer.
    Silent,
    /// How the log stands.
    Log(Health, String),
    /// How a post stands with its hub.
    Hub(Health, String),
    /// Little room is left at a place: bytes.
    Full(PathBuf, u64),
    /// There is room: bytes, at the place with the least.
    Room(u64),
    /// No key signs for a purpose today.
    NoKey(KeyPurpose),
    /// The last key of a purpose ends.
    KeyEnds(KeyPurpose, Moment),
    /// A post's key ends, or has ended: it gets others only by being enrolled anew.
    PostKey(KeyPurpose),
    /// Every purpose has a key for a while.
    Keys(Moment),
    /// There is no bundle.
    NoBundle,
    /// Posts and telephones do not rely on the bundle any more.
    BundleDead(Moment),
    /// They say that it is old.
    BundleOld(Moment),
    /// It is new.
    Bundle(Moment),
    /// The clock is behind what was signed before.
    Clock(Moment),
    /// The certificate has ended.
    CertificateDead(Moment),
    /// It ends soon.
    CertificateEnds(Moment),
    /// It lasts.
    Certificate(Moment),
    /// No backup was made from here.
    NoBackup,
    /// The last one is old.
    BackupOld(Moment),
    /// It is not.
    Backup(Moment),
    /// A setting.
    Setting(Setting),
}

impl Finding {
    /// How grave it is.
    pub(super) const fn health(&self) -> Health {
        match self {
            Self::Log(health, _) | Self::Hub(health, _) => *health,
            Self::Usable
            | Self::Closed
            | Self::Room(_)
            | Self::Keys(_)
            | Self::Bundle(_)
            | Self::Certificate(_)
            | Self::Backup(_) => Health::Good,
            Self::Stopped
            | Self::KeyEnds(..)
            | Self::PostKey(_)
            | Self::BundleOld(_)
            | Self::CertificateEnds(_)
            | Self::BackupOld(_)
            | Self::NoBackup
            | Self::Setting(_) => Health::Warn,
            Self::Unusable(_)
            | Self::Open(_)
            | Self::Silent
            | Self::Full(..)
            | Self::NoKey(_)
            | Self::NoBundle
            | Self::BundleDead(_)
            | Self::Clock(_)
            | Self::CertificateDead(_) => Health::Bad,
        }
    }
}

/// What is said of what was found, in the order in which one would look.
pub(super) fn judge(found: &Found, now: Moment) -> Vec<Finding> {
    let mut said = Vec::new();
    said.push(match &found.unusable {
        Some(why) => Finding::Unusable(why.clone()),
        None => Finding::Usable,
    });
    if found.open.is_empty() {
        said.push(Finding::Closed);
    }
    said.extend(found.open.iter().cloned().map(Finding::Open));
    said.push(match &found.process {
        Process::Stopped => Finding::Stopped,
        Process::Silent => Finding::Silent,
        Process::Answers(exit, line) => {
            let health = match exit {
                0 => Health::Good,
                3 => Health::Warn,
                _ => Health::Bad,
            };
            let line = line.clone();
            if found.post {
                Finding::Hub(health, line)
            } else {
                Finding::Log(health, line)
            }
        }
    });
    said.extend(disks(&found.free));
    // A clock that is wrong makes all that follows wrong: it goes first.
    let signed = found.bundle.map(|(issued, ..)| issued).max(found.backup);
    if let Some(signed) = signed.filter(|signed| now.plus(SLACK) < *signed) {
        said.push(Finding::Clock(signed));
    }
    said.extend(keys(found, now));
    said.push(match found.bundle {
        None => Finding::NoBundle,
        Some((issued, _, hard)) if hard <= now => Finding::BundleDead(issued),
        Some((issued, soft, _)) if soft <= now => Finding::BundleOld(issued),
        Some((issued, ..)) => Finding::Bundle(issued),
    });
    said.extend(found.certificate.map(|until| {
        if until <= now {
            Finding::CertificateDead(until)
        } else if until <= now.plus(SOON) {
            Finding::CertificateEnds(until)
        } else {
            Finding::Certificate(until)
        }
    }));
    if !found.post {
        said.push(match found.backup {
            None => Finding::NoBackup,
            Some(at) if at.plus(STALE) < now => Finding::BackupOld(at),
            Some(at) => Finding::Backup(at),
        });
    }
    said.extend(found.settings.iter().copied().map(Finding::Setting));
    said
}

fn disks(free: &[(PathBuf, u64)]) -> Vec<Finding> {
    let little: Vec<_> = free
        .iter()
        .filter(|(_, bytes)| *bytes < LITTLE)
        .map(|(place, bytes)| Finding::Full(place.clone(), *bytes))
        .collect();
    if !little.is_empty() {
        return little;
    }
    let least = free.iter().map(|(_, bytes)| *bytes).min();
    least.map(Finding::Room).into_iter().collect()
}

/// Of every purpose that working keys have, the one that signs longest counts. The root rests in its
/// envelope.
fn keys(found: &Found, now: Moment) -> Vec<Finding> {
    let purposes: &[KeyPurpose] = if found.post { &AT_POST } else { &AT_HUB };
    let mut said = Vec::new();
    let mut first: Option<Moment> = None;
    for &purpose in purposes {
        let ends = found
            .keys
            .iter()
            .filter(|key| key.purpose == purpose && key.signs_at(now))
            .map(KeyEntry::signs_until)
            .max();
        match ends {
            Some(until) if until > now.plus(SOON) => {
                first = Some(first.map_or(until, |first| first.min(until)));
            }
            _ if found.post => said.push(Finding::PostKey(purpose)),
            Some(until) => said.push(Finding::KeyEnds(purpose, until)),
            None => said.push(Finding::NoKey(purpose)),
        }
    }
    if said.is_empty() {
        said.extend(first.map(Finding::Keys));
    }
    said
}

/// What a hub's working keys sign.
const AT_HUB: [KeyPurpose; 5] = [
    KeyPurpose::Card,
    KeyPurpose::Slip,
    KeyPurpose::Status,
    KeyPurpose::Device,
    KeyPurpose::Log,
];

/// What a post's keys sign.
const AT_POST: [KeyPurpose; 3] = [KeyPurpose::Card, KeyPurpose::Slip, KeyPurpose::Device];

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Moment {
        Moment::from_unix(1_900_000_000 + day * DAY)
    }

    fn key(purpose: KeyPurpose, until: i64) -> KeyEntry {
        KeyEntry {
            file: format!("{}.pk8", purpose.code()),
            algorithm: purpose.algorithm(),
            purpose,
            sign_from: at(-10),
            sign_until: at(until),
            verify_until: at(until + 100),
            compromised_at: None,
            by: None,
            ended: None,
        }
    }

    fn sound() -> Found {
        let working = AT_HUB.into_iter();
        Found {
            post: false,
            unusable: None,
            open: Vec::new(),
            process: Process::Answers(0, "green".into()),
            free: vec![("/a".into(), 3 << 30), ("/b".into(), 2 << 30)],
            keys: working.map(|purpose| key(purpose, 300)).collect(),
            bundle: Some((at(-1), at(29), at(179))),
            certificate: Some(at(60)),
            backup: Some(at(-1)),
            settings: Vec::new(),
        }
    }

    #[test]
    fn a_sound_house_is_good_in_every_line() {
        let said = judge(&sound(), at(0));
        let good = |finding: &Finding| finding.health() == Health::Good;
        assert!(said.iter().all(good), "{said:?}");
        assert!(said.contains(&Finding::Room(2 << 30)), "{said:?}");
        assert!(said.contains(&Finding::Keys(at(300))), "{said:?}");
    }

    #[test]
    fn each_fault_is_said_once_and_as_what_it_is() {
        type Break = fn(&mut Found);
        let table: [(Break, Finding); 17] = [
            (
                |found| found.unusable = Some("no".into()),
                Finding::Unusable("no".into()),
            ),
            (
                |found| found.open.push("/k".into()),
                Finding::Open("/k".into()),
            ),
            (|found| found.process = Process::Stopped, Finding::Stopped),
            (|found| found.process = Process::Silent, Finding::Silent),
            (
                |found| found.process = Process::Answers(1, "red".into()),
                Finding::Log(Health::Bad, "red".into()),
            ),
            (
                |found| found.free[0].1 = 1 << 20,
                Finding::Full("/a".into(), 1 << 20),
            ),
            (
                |found| found.keys.retain(|key| key.purpose != KeyPurpose::Card),
                Finding::NoKey(KeyPurpose::Card),
            ),
            (
                |found| found.keys[0].sign_until = at(3),
                Finding::KeyEnds(KeyPurpose::Card, at(3)),
            ),
            (|found| found.bundle = None, Finding::NoBundle),
            (
                |found| found.bundle = Some((at(-40), at(-10), at(100))),
                Finding::BundleOld(at(-40)),
            ),
            (
                |found| found.bundle = Some((at(-200), at(-170), at(0))),
                Finding::BundleDead(at(-200)),
            ),
            (
                |found| found.bundle = Some((at(2), at(32), at(182))),
                Finding::Clock(at(2)),
            ),
            (
                |found| found.certificate = Some(at(0)),
                Finding::CertificateDead(at(0)),
            ),
            (
                |found| found.certificate = Some(at(30)),
                Finding::CertificateEnds(at(30)),
            ),
            (|found| found.backup = None, Finding::NoBackup),
            (
                |found| found.backup = Some(at(-3)),
                Finding::BackupOld(at(-3)),
            ),
            (
                |found| found.settings.push(Setting::NoWitness),
                Finding::Setting(Setting::NoWitness),
            ),
        ];
        for (fault, expected) in table {
            let mut found = sound();
            fault(&mut found);
            let said = judge(&found, at(0));
            let ill: Vec<_> = said
                .into_iter()
                .filter(|finding| finding.health() > Health::Good)
                .collect();
            assert_eq!(ill, [expected]);
        }
    }

    #[test]
    fn a_successor_in_time_is_no_warning() {
        let mut found = sound();
        found.keys[0].sign_until = at(3);
        found.keys.push(key(KeyPurpose::Card, 400));
        let said = judge(&found, at(0));
        assert!(said.contains(&Finding::Keys(at(300))), "{said:?}");
        // One that begins tomorrow signs nothing today.
        found.keys.last_mut().unwrap().sign_from = at(1);
        let said = judge(&found, at(0));
        let expected = Finding::KeyEnds(KeyPurpose::Card, at(3));
        assert!(said.contains(&expected), "{said:?}");
    }

    #[test]
    fn a_post_is_asked_for_nothing_that_is_its_hubs() {
        let mut found = sound();
        found.post = true;
        found.backup = None;
        found.keys.retain(|key| AT_POST.contains(&key.purpose));
        let said = judge(&found, at(0));
        let good = |finding: &Finding| finding.health() == Health::Good;
        assert!(said.iter().all(good), "{said:?}");
        assert!(
            said.contains(&Finding::Hub(Health::Good, "green".into())),
            "{said:?}"
        );
        found.keys.retain(|key| key.purpose != KeyPurpose::Card);
        let said = judge(&found, at(0));
        assert!(
            said.contains(&Finding::PostKey(KeyPurpose::Card)),
            "{said:?}"
        );
    }
}
