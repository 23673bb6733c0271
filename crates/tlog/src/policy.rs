//! Trust policies: which logs, which witnesses, and how many of them (<https://c2sp.org/tlog-policy>).

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    cosignature::{CosignerKey, Timestamp, time_of},
    note::{Ed25519Key, KeyError, NoteError, Verify},
    text::decimal,
};

/// The longest policy read; tlog-policy §Implementation limits asks for 32 logs, 32 witnesses and
/// 32 groups, which take some 20 kB.
pub const MAX_POLICY_BYTES: usize = 64 * 1024;

/// The most logs, and the most witnesses and groups together (tlog-policy §Implementation limits
/// asks for 32 of each).
pub const MAX_DEFINITIONS: usize = 128;

/// Why a file is no policy. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// More than [`MAX_POLICY_BYTES`] or [`MAX_DEFINITIONS`].
    #[error("the policy is too large: at most 64 kB, 128 logs, and 128 witnesses and groups")]
    TooLarge,
    /// Control characters, or a last line without newline.
    #[error("line {0} of the policy has a control character or does not end; correct the file")]
    Line(usize),
    /// Not one of the four kinds of line.
    #[error("line {0} of the policy is not: log, witness, group or quorum with what belongs to it")]
    Malformed(usize),
    /// A key that is none, or of the wrong type.
    #[error("line {line} of the policy: {error}")]
    Key {
        /// Where.
        line: usize,
        /// What is wrong.
        error: KeyError,
    },
    /// The same log or the same witness twice.
    #[error("line {0} of the policy repeats a key; each log and each witness counts once")]
    DuplicateKey(usize),
    /// A name defined twice, or the reserved `none`.
    #[error("line {0} of the policy defines a name that is taken or reserved")]
    DuplicateName(usize),
    /// A name not defined above.
    #[error("line {0} of the policy uses a name that no line above defines")]
    UnknownName(usize),
    /// A witness or group that belongs to two groups, or twice to one.
    #[error("line {0} of the policy puts a member into a second group; each counts once")]
    DuplicateMember(usize),
    /// k of n with k = 0 or k > n, or no members.
    #[error("line {0} of the policy wants more members than it lists, or none")]
    Threshold(usize),
    /// No quorum line or two.
    #[error("the policy needs exactly one quorum line")]
    Quorum,
}

/// Why a checkpoint does not satisfy a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// The checkpoint is by a log that is not in the policy.
    #[error("the checkpoint is by a log that the policy does not name")]
    UnknownLog,
    /// Not signed by its log, or a signature is bad.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Only cosignatures are there.
    #[error("the log itself did not sign the checkpoint")]
    LogDidNotSign,
    /// Not enough witnesses.
    #[error(
        "too few witnesses cosigned this checkpoint ({0} that the policy knows); wait and fetch it again"
    )]
    NoQuorum(usize),
}

/// A log of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyLog {
    /// Its key, named as its origin.
    pub key: Ed25519Key,
    /// Where it can be reached; what it means is the application's business.
    pub url: Option<String>,
}

/// A witness of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyWitness {
    /// What the policy calls it: bytes, mostly ASCII.
    pub name: Vec<u8>,
    /// Its key.
    pub key: CosignerKey,
    /// Where it can be reached, mostly its submission prefix.
    pub url: Option<String>,
}

/// A witness or a group, by its place among those defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Member {
    Witness(usize),
    Group(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quorum {
    /// `quorum none`: the log's word is enough.
    Nobody,
    Of(Member),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    threshold: usize,
    members: Vec<Member>,
}

/// Who is trusted, and how many of them it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<PolicyLog>,
    witnesses: Vec<PolicyWitness>,
    groups: Vec<Group>,
    quorum: Quorum,
}

/// A checkpoint that satisfies a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed<'a> {
    /// What it says.
    pub checkpoint: &'a Checkpoint,
    /// The log that signed it.
    pub log: &'a PolicyLog,
    /// The witnesses that cosigned it, in the policy's order, each with its newest time.
    pub witnesses: Vec<(&'a PolicyWitness, Timestamp)>,
}

impl Policy {
    /// Reads a policy.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        if bytes.len() > MAX_POLICY_BYTES {
            return Err(PolicyError::TooLarge);
        }
        let mut draft = Draft::default();
        let mut rest = bytes;
        let mut number = 0;
        while !rest.is_empty() {
            number += 1;
            let at = rest
                .iter()
                .position(|byte| *byte == b'\n')
                .ok_or(PolicyError::Line(number))?;
            draft.line(number, &rest[..at])?;
            rest = &rest[at + 1..];
        }
        Ok(Self {
            logs: draft.logs,
            witnesses: draft.witnesses,
            groups: draft.groups,
            quorum: draft.quorum.ok_or(PolicyError::Quorum)?,
        })
    }

    /// The logs, in the file's order.
    #[must_use]
    pub fn logs(&self) -> &[PolicyLog] {
        &self.logs
    }

    /// The witnesses, in the file's order.
    #[must_use]
    pub fn witnesses(&self) -> &[PolicyWitness] {
        &self.witnesses
    }

    /// Whether a checkpoint is signed by one of the logs under its own origin, and cosigned by
    /// enough witnesses. A bad signature by any key concerned spoils it.
    pub fn check<'a>(&'a self, signed: &'a SignedCheckpoint) -> Result<Witnessed<'a>, CheckError> {
        let origin = signed.unverified().origin().as_ref();
        let logs = || {
            let named = move |log: &&PolicyLog| log.key.name().as_ref() == origin;
            self.logs.iter().filter(named)
        };
        if logs().next().is_none() {
            return Err(CheckError::UnknownLog);
        }
        let keys: Vec<&dyn Verify> = logs()
            .map(|log| &log.key as &dyn Verify)
            .chain(self.witnesses.iter().map(|witness| &witness.key as _))
            .collect();
        let verified = signed.note().verify(&keys)?;
        let is = |a: &dyn Verify, b: &dyn Verify| a.id() == b.id() && a.name() == b.name();
        let log = logs()
            .find(|log| verified.iter().any(|(key, _)| is(*key, &log.key)))
            .ok_or(CheckError::LogDidNotSign)?;
        let times: Vec<_> = self
            .witnesses
            .iter()
            .map(|witness| {
                let lines = verified.iter().filter(|(key, _)| is(*key, &witness.key));
                lines.filter_map(|(_, line)| time_of(line)).max()
            })
            .collect();
        let cosigned: Vec<_> = times.iter().map(Option::is_some).collect();
        if !self.satisfied(&cosigned) {
            let count = cosigned.iter().filter(|cosigned| **cosigned).count();
            return Err(CheckError::NoQuorum(count));
        }
        let witnesses = self.witnesses.iter().zip(times);
        Ok(Witnessed {
            checkpoint: signed.unverified(),
            log,
            witnesses: witnesses
                .filter_map(|(witness, time)| Some((witness, time?)))
                .collect(),
        })
    }

    /// Whether the witnesses for which `cosigned` holds would make a quorum.
    pub fn is_met_by(&self, cosigned: impl Fn(&PolicyWitness) -> bool) -> bool {
        let cosigned: Vec<_> = self.witnesses.iter().map(cosigned).collect();
        self.satisfied(&cosigned)
    }

    /// Whether the witnesses that cosigned make a quorum.
    fn satisfied(&self, cosigned: &[bool]) -> bool {
        // Groups refer to earlier ones only, so one pass in the file's order settles them all.
        let mut groups: Vec<bool> = Vec::with_capacity(self.groups.len());
        let met = |groups: &[bool], member: &Member| match *member {
            Member::Witness(at) => cosigned.get(at).copied().unwrap_or(false),
            Member::Group(at) => groups.get(at).copied().unwrap_or(false),
        };
        for group in &self.groups {
            let count = group.members.iter().filter(|member| met(&groups, member));
            groups.push(count.count() >= group.threshold);
        }
        match &self.quorum {
            Quorum::Nobody => true,
            Quorum::Of(member) => met(&groups, member),
        }
    }
}

/// A policy being read.
#[derive(Default)]
struct Draft {
    logs: Vec<PolicyLog>,
    witnesses: Vec<PolicyWitness>,
    groups: Vec<Group>,
    names: BTreeMap<Vec<u8>, Member>,
    /// Who is in a group already: each counts in one way only (tlog-policy §Defining a witness
    /// group).
    grouped: BTreeSet<Member>,
    quorum: Option<Quorum>,
}

impl Draft {
    fn line(&mut self, number: usize, line: &[u8]) -> Result<(), PolicyError> {
        if line
            .iter()
            .any(|byte| matches!(byte, 0..=8 | 10..=0x1f | 0x7f))
        {
            return Err(PolicyError::Line(number));
        }
        let words: Vec<_> = line
            .split(|byte| matches!(byte, b' ' | b'\t'))
            .filter(|word| !word.is_empty())
            .collect();
        match words[..] {
            [] => Ok(()),
            [first, ..] if first.starts_with(b"#") => Ok(()),
            [b"log", key] => self.log(number, key, None),
            [b"log", key, url] => self.log(number, key, Some(url)),
            [b"witness", name, key] => self.witness(number, name, key, None),
            [b"witness", name, key, url] => self.witness(number, name, key, Some(url)),
            [b"group", name, threshold, ref members @ ..] => {
                self.group(number, name, threshold, members)
            }
            [b"quorum", name] => self.quorum(number, name),
            _ => Err(PolicyError::Malformed(number)),
        }
    }

    fn log(&mut self, line: usize, key: &[u8], url: Option<&[u8]>) -> Result<(), PolicyError> {
        let key: Ed25519Key = vkey(line, key)?;
        // A log is its origin: an operator may sign the logs of several years with one key, which no
        // quorum counts. A witness is its key.
        if self.logs.iter().any(|log| log.key == key) {
            return Err(PolicyError::DuplicateKey(line));
        }
        if self.logs.len() == MAX_DEFINITIONS {
            return Err(PolicyError::TooLarge);
        }
        let url = url.map(as_text);
        self.logs.push(PolicyLog { key, url });
        Ok(())
    }

    fn witness(
        &mut self,
        line: usize,
        name: &[u8],
        key: &[u8],
        url: Option<&[u8]>,
    ) -> Result<(), PolicyError> {
        let key: CosignerKey = vkey(line, key)?;
        let same = |witness: &PolicyWitness| witness.key.public_key() == key.public_key();
        if self.witnesses.iter().any(same) {
            return Err(PolicyError::DuplicateKey(line));
        }
        self.define(line, name, Member::Witness(self.witnesses.len()))?;
        self.witnesses.push(PolicyWitness {
            name: name.to_vec(),
            key,
            url: url.map(as_text),
        });
        Ok(())
    }

    fn group(
        &mut self,
        line: usize,
        name: &[u8],
        threshold: &[u8],
        names: &[&[u8]],
    ) -> Result<(), PolicyError> {
        let mut members = Vec::new();
        for name in names {
            let member = *self
                .names
                .get(*name)
                .ok_or(PolicyError::UnknownName(line))?;
            if !self.grouped.insert(member) {
                return Err(PolicyError::DuplicateMember(line));
            }
            members.push(member);
        }
        let threshold = match threshold {
            b"any" => 1,
            b"all" => members.len(),
            number => core::str::from_utf8(number)
                .ok()
                .and_then(decimal)
                .and_then(|number| usize::try_from(number).ok())
                .ok_or(PolicyError::Malformed(line))?,
        };
        if threshold == 0 || threshold > members.len() {
            return Err(PolicyError::Threshold(line));
        }
        self.define(line, name, Member::Group(self.groups.len()))?;
        self.groups.push(Group { threshold, members });
        Ok(())
    }

    fn define(&mut self, line: usize, name: &[u8], member: Member) -> Result<(), PolicyError> {
        if self.names.len() == MAX_DEFINITIONS {
            return Err(PolicyError::TooLarge);
        }
        if name == b"none" || self.names.insert(name.to_vec(), member).is_some() {
            return Err(PolicyError::DuplicateName(line));
        }
        Ok(())
    }

    fn quorum(&mut self, line: usize, name: &[u8]) -> Result<(), PolicyError> {
        let quorum = match name {
            b"none" => Quorum::Nobody,
            name => Quorum::Of(*self.names.get(name).ok_or(PolicyError::UnknownName(line))?),
        };
        match self.quorum.replace(quorum) {
            None => Ok(()),
            Some(_) => Err(PolicyError::Quorum),
        }
    }
}

fn vkey<K: core::str::FromStr<Err = KeyError>>(line: usize, key: &[u8]) -> Result<K, PolicyError> {
    core::str::from_utf8(key)
        .map_err(|_| KeyError::Malformed)
        .and_then(str::parse)
        .map_err(|error| PolicyError::Key { line, error })
}

/// An address that is not UTF-8 cannot be used, but must not spoil the file (tlog-policy
/// §Character set).
fn as_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
