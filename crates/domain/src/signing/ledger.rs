//! Whether everything that had to be signed was, and by whom it could have been.
//!
//! It takes the journal's rows in their order, and of each only what an export shows: kind,
//! commitment, approvals, and the command it must have come from. So the office's audit and a
//! stranger's check of the exported file are one function and say the same.

use std::collections::{BTreeMap, HashMap};

use paso_formats::{
    approval::{ApprovalError, Approvals, Passkey, Registered, Verified},
    assertion::CredentialId,
    entry::Hash,
};

use super::{Signing, signing};

/// Faults that are kept for each command; the others are counted.
pub const MOST_KEPT: usize = 100;

/// A row of the journal, as far as signatures are concerned.
#[derive(Clone, Copy, Debug)]
pub struct LedgerRow<'a> {
    /// Its position.
    pub position: u64,
    /// Its kind.
    pub kind: &'a str,
    /// The commitment in its leaf.
    pub commitment: Hash,
    /// The command it must have come from; empty where none asks for a signature.
    pub command: &'a str,
    /// Its approvals.
    pub approvals: &'a [u8],
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nobody signed what must be signed.
    Missing,
    /// One person signed what takes two.
    TooFew,
    /// The second person's role is none that may approve this.
    SecondRole,
    /// What was signed is a command that asks for less than this event does.
    OtherCommand,
    /// The bytes are no approvals.
    Unreadable,
    /// The approvals are of another act: they do not name this row, or name it for another.
    Moved,
    /// Two rows of one act bear different approvals.
    Differing,
    /// A row that was signed for is not in the journal.
    RowMissing,
    /// The signatures do not prove what they should.
    Unproven(ApprovalError),
}

impl Fault {
    /// A stable name, for texts and reports.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "signature-missing",
            Self::TooFew => "second-signature-missing",
            Self::SecondRole => "second-role",
            Self::OtherCommand => "other-command",
            Self::Unreadable => "approvals-unreadable",
            Self::Moved => "approvals-moved",
            Self::Differing => "approvals-differ",
            Self::RowMissing => "signed-row-missing",
            Self::Unproven(error) => error.code(),
        }
    }
}

/// A fault, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The position of the row.
    pub position: u64,
    /// What is wrong.
    pub fault: Fault,
}

/// What is said of one command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerLine {
    /// Acts that bear approvals.
    pub acts: u64,
    /// Of these, proven to be signed by the one officer who answers for them.
    pub by_one: u64,
    /// Of these, proven to be signed by two or more who could not be one person: other officers,
    /// other passkeys, other keys.
    pub by_two: u64,
    /// Events from before the first passkey was registered, which nobody could sign.
    pub before: u64,
    /// Faults.
    pub faults: u64,
    /// The first [`MOST_KEPT`] of them.
    pub found: Vec<Found>,
}

/// What is said of all commands, by code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerReport {
    /// One line a command.
    pub lines: BTreeMap<String, LedgerLine>,
}

impl LedgerReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.lines.values().all(|line| line.faults == 0)
    }

    fn line(&mut self, command: &str) -> &mut LedgerLine {
        self.lines.entry(command.to_owned()).or_default()
    }

    fn find(&mut self, command: &str, position: u64, fault: Fault) {
        let line = self.line(command);
        line.faults += 1;
        if line.found.len() < MOST_KEPT {
            line.found.push(Found { position, fault });
        }
    }
}

/// An act of which a row was met.
struct Met {
    approvals: Approvals,
    first: u64,
    /// Which of its rows were met.
    rows: Vec<bool>,
    /// Who signed, once for the whole act.
    verified: Option<Verified>,
}

/// The running check.
pub struct Ledger<'a> {
    rp_id: &'a str,
    origins: &'a [String],
    passkeys: HashMap<&'a CredentialId, &'a Passkey>,
    since: Option<u64>,
    acts: HashMap<Hash, Met>,
    report: LedgerReport,
}

impl<'a> Ledger<'a> {
    /// Begins, with every passkey that the journal knows. Of two passkeys with one name the first
    /// counts: the later cannot have been made by an authenticator that chose its name at random.
    #[must_use]
    pub fn new(rp_id: &'a str, origins: &'a [String], passkeys: &'a [Passkey]) -> Self {
        let mut known = HashMap::with_capacity(passkeys.len());
        for passkey in passkeys {
            known.entry(&passkey.credential).or_insert(passkey);
        }
        Self {
            rp_id,
            origins,
            passkeys: known,
            since: passkeys.iter().map(|passkey| passkey.position).min(),
            acts: HashMap::new(),
            report: LedgerReport::default(),
        }
    }

    /// Takes the next row.
    pub fn take(&mut self, row: &LedgerRow<'_>) {
        match Approvals::read(row.approvals) {
            Ok(Some(approvals)) => self.signed(row, &approvals),
            Ok(None) => self.unsigned(row),
            Err(_) => {
                let name = if row.command.is_empty() {
                    row.kind
                } else {
                    row.command
                };
                self.report.find(name, row.position, Fault::Unreadable);
            }
        }
    }

    /// Ends: what was signed for and never met is missing.
    #[must_use]
    pub fn end(mut self) -> LedgerReport {
        let mut torn: Vec<_> = self
            .acts
            .values()
            .filter(|met| met.rows.contains(&false))
            .map(|met| (met.first, met.approvals.act().header().command.clone()))
            .collect();
        torn.sort();
        for (position, command) in torn {
            self.report.find(&command, position, Fault::RowMissing);
        }
        self.report
    }

    fn unsigned(&mut self, row: &LedgerRow<'_>) {
        if row.command.is_empty() || signing(row.command) == Signing::Session {
            return;
        }
        if self.since.is_none_or(|since| row.position < since) {
            self.report.line(row.command).before += 1;
        } else {
            self.report.find(row.command, row.position, Fault::Missing);
        }
    }

    fn signed(&mut self, row: &LedgerRow<'_>, approvals: &Approvals) {
        let command = approvals.act().header().command.clone();
        let challenge = approvals.act().challenge();
        if !self.acts.contains_key(&challenge) {
            let met = self.meet(row.position, approvals.clone());
            self.acts.insert(challenge, met);
        }
        let Some(met) = self.acts.get_mut(&challenge) else {
            return;
        };
        let mut faults = Vec::new();
        if met.approvals != *approvals {
            faults.push(Fault::Differing);
        }
        let mut rows = met.approvals.act().rows().iter().zip(&mut met.rows);
        let its = rows.find(|(signed, met)| {
            !**met && signed.kind == row.kind && signed.commitment == row.commitment
        });
        match its {
            Some((_, met)) => *met = true,
            None => faults.push(Fault::Moved),
        }
        if let Some(verified) = &met.verified
            && !row.command.is_empty()
        {
            faults.extend(unfit(&command, row.command, verified));
        }
        for fault in faults {
            self.report.find(&command, row.position, fault);
        }
    }

    /// Verifies an act that is met for the first time.
    fn meet(&mut self, position: u64, approvals: Approvals) -> Met {
        let command = &approvals.act().header().command;
        let lookup = |name: &CredentialId| {
            let passkey = self.passkeys.get(name)?;
            Some(Registered {
                officer: &passkey.officer,
                key: &passkey.key,
                from: passkey.from,
                until: passkey.until,
            })
        };
        let verified = approvals.verify(lookup, self.rp_id, self.origins);
        let line = self.report.line(command);
        line.acts += 1;
        match &verified {
            Ok(verified) if verified.signers.len() > 1 => line.by_two += 1,
            Ok(_) => line.by_one += 1,
            Err(error) => {
                let fault = Fault::Unproven(error.clone());
                self.report.find(command, position, fault);
            }
        }
        Met {
            first: position,
            rows: vec![false; approvals.act().rows().len()],
            verified: verified.ok(),
            approvals,
        }
    }
}

/// What the signed command lacks of what the row's command asks for.
fn unfit(signed: &str, needed: &str, verified: &Verified) -> Option<Fault> {
    match signing(needed) {
        Signing::Session => None,
        // One act may do several things that each ask for the officer's signature: whoever enrols a
        // colleague gives them a role as well.
        Signing::Own => (signing(signed) == Signing::Session).then_some(Fault::OtherCommand),
        Signing::Two { second } => {
            if signed != needed {
                return Some(Fault::OtherCommand);
            }
            let Some(approver) = verified.signers.get(1) else {
                return Some(Fault::TooFew);
            };
            let fits = second.iter().any(|role| role.code() == approver.role);
            (!fits).then_some(Fault::SecondRole)
        }
    }
}
