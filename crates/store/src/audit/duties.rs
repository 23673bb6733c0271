//! What has to follow from an act, and what must never follow twice.
//!
//! All of it is seen in one walk through the journal with little in the hand: receipts lie in the
//! same append as their acts, leases and bundles only grow, and a status list of a million cards is
//! a hundred kilobytes of bits.

use std::collections::{BTreeMap, VecDeque};

use paso_domain::{
    card::CardEvent,
    crossings::PostCode,
    encounter::EncounterEvent,
    event::Event,
    post::{LIST_SIZE, PostEvent},
    receipt::Code as ReceiptCode,
    sheet::{Batch, SheetEvent, SheetKind, SheetsState, Standing},
    stay::StayEvent,
    subject::Subject,
};

use super::{Check, Code, Counted, Known, Place, Report};

/// How far an act and its receipt may lie apart: one append, and those are small.
const APPEND: u64 = 64;

/// What is in the hand.
#[derive(Default)]
pub(super) struct Duties {
    /// Acts whose receipts have not come yet, and whether receipts were given when they came.
    due: VecDeque<(u64, ReceiptCode, bool)>,
    /// Receipts whose acts have not come yet.
    given: VecDeque<(u64, ReceiptCode)>,
    /// Whether receipts are given here yet: a code alone was printed before.
    receipts: bool,
    posts: BTreeMap<PostCode, Post>,
    indexes: BTreeMap<String, Vec<u64>>,
    /// Batches of sheets, each with where it was first spoken of.
    sheets: BTreeMap<Batch, (u64, SheetsState)>,
}

#[derive(Default)]
struct Post {
    lease: Option<(u32, u32)>,
    bundle: u64,
}

impl Duties {
    pub(super) fn take(
        &mut self,
        position: u64,
        subject: &Subject,
        event: &Event,
        report: &mut Report,
    ) {
        self.overdue(position, report);
        match event {
            Event::Encounter(EncounterEvent::Recorded { encounter, .. }) => {
                self.act(position, encounter.receipt);
            }
            Event::Stay(StayEvent::Entered { entry, .. }) => {
                if let Some(code) = entry.receipt {
                    self.act(position, code);
                }
            }
            Event::Stay(StayEvent::Exited {
                receipt: Some(code),
                ..
            }) => self.act(position, *code),
            Event::Receipt(_) => {
                if let Subject::Receipt(code) = subject {
                    self.receipt(position, *code);
                }
            }
            Event::Post(event) => self.post(position, subject, event, report),
            Event::Sheet(event) => {
                if let Subject::Sheets(batch) = subject {
                    self.sheet(position, *batch, event, report);
                }
            }
            Event::Card(CardEvent::Issued { card, .. }) => {
                self.index(position, &card.status_uri, card.status_index, report);
            }
            _ => {}
        }
    }

    /// A row that does not open. That a receipt was given can be seen all the same: its subject
    /// names it.
    pub(super) fn closed(&mut self, position: u64, subject: &Subject) {
        if let Subject::Receipt(code) = subject {
            self.receipt(position, *code);
        }
    }

    pub(super) fn end(&mut self, known: &Known<'_>, report: &mut Report) {
        self.overdue(u64::MAX, report);
        for (batch, (position, state)) in &self.sheets {
            if !state.conflicts().is_empty() {
                report.find(Code::SheetContradicted, Place::Position(*position));
            }
            let Some((printed, _, count)) = state.printed() else {
                continue;
            };
            // As the pages do (`programs/paper.toml`): a blank application or crossing may lie in a
            // drawer; whoever was stopped or held on paper alone is seen by nobody else.
            let asked = matches!(batch.kind(), SheetKind::Custody | SheetKind::Encounter);
            let old = known.now.since(printed.at) > known.limits.sheets;
            let mut serials = 1..=*count;
            if asked && old && serials.any(|n| state.standing(n) == Standing::Outstanding) {
                report.find(Code::SheetOutstanding, Place::Position(*position));
            }
        }
    }

    fn sheet(&mut self, position: u64, batch: Batch, event: &SheetEvent, report: &mut Report) {
        report.count(Check::Duties, Counted::Examined, 1);
        let (_, state) = self
            .sheets
            .entry(batch)
            .or_insert((position, SheetsState::default()));
        *state = core::mem::take(state).apply(event);
    }

    fn act(&mut self, position: u64, code: ReceiptCode) {
        match self.given.iter().position(|(_, given)| *given == code) {
            Some(at) => {
                self.given.remove(at);
            }
            None => self.due.push_back((position, code, self.receipts)),
        }
    }

    fn receipt(&mut self, position: u64, code: ReceiptCode) {
        match self.due.iter().position(|(_, due, _)| *due == code) {
            Some(at) => {
                self.due.remove(at);
            }
            None => self.given.push_back((position, code)),
        }
        self.receipts = true;
    }

    fn overdue(&mut self, now: u64, report: &mut Report) {
        while let Some((position, _, given)) = self.due.front().filter(|(p, ..)| p + APPEND < now) {
            if *given {
                report.find(Code::ReceiptMissing, Place::Position(*position));
            } else {
                report.count(Check::Duties, Counted::BeforeReceipts, 1);
            }
            self.due.pop_front();
        }
        while self.given.front().is_some_and(|(p, _)| p + APPEND < now) {
            self.given.pop_front();
        }
    }

    fn post(&mut self, position: u64, subject: &Subject, event: &PostEvent, report: &mut Report) {
        let Subject::Post(code) = subject else { return };
        report.count(Check::Duties, Counted::Examined, 1);
        let post = self.posts.entry(*code).or_default();
        match event {
            PostEvent::BlockLeased { list, block, .. } => {
                if post.lease >= Some((*list, *block)) {
                    report.find(Code::LeaseRepeated, Place::Position(position));
                }
                post.lease = post.lease.max(Some((*list, *block)));
            }
            PostEvent::BundlePublished { sequence, .. } => {
                if post.bundle >= *sequence {
                    report.find(Code::BundleRepeated, Place::Position(position));
                }
                post.bundle = post.bundle.max(*sequence);
            }
            PostEvent::Noticed { .. } | PostEvent::Told { .. } => {}
        }
    }

    fn index(&mut self, position: u64, list: &str, index: u32, report: &mut Report) {
        report.count(Check::Duties, Counted::Examined, 1);
        if index >= LIST_SIZE {
            return;
        }
        let words = usize::try_from(LIST_SIZE / 64).unwrap_or(0);
        let bits = self
            .indexes
            .entry(list.to_owned())
            .or_insert_with(|| vec![0; words]);
        let (word, bit) = (usize::try_from(index / 64).unwrap_or(0), 1 << (index % 64));
        if bits[word] & bit != 0 {
            let place = Place::Index {
                list: list.to_owned(),
                index,
                position,
            };
            report.find(Code::IndexRepeated, place);
        }
        bits[word] |= bit;
    }
}
