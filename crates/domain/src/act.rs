//! When, where and by whom: what every act of authority carries; and by which way an administrator
//! came.

use crate::{cbor, crossings::PostCode, id::OfficerNumber, sheet::SheetNumber};
use minicbor::{Decode, Encode};
use paso_formats::moment::Moment;

/// The circumstances of an act. There is no default and no "system" officer: an act nobody answers
/// for cannot be built.
///
/// Used in stored events: add, never change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Act {
    /// When it happened: by the clock of the device that recorded it, or by the hour on a sheet.
    #[cbor(n(0), with = "cbor::moment")]
    pub at: Moment,
    /// The post whose work it was.
    #[cbor(n(1), with = "cbor::text")]
    pub post: PostCode,
    /// The officer who answers for it.
    #[cbor(n(2), with = "cbor::text")]
    pub officer: OfficerNumber,
    /// What marks it late: it happened on paper, and was typed afterwards.
    #[n(3)]
    pub late: Option<Late>,
}

impl Act {
    /// When it was recorded, by the clock of the device that did: later than it happened for what
    /// came from paper.
    #[must_use]
    pub const fn recorded(&self) -> Moment {
        match &self.late {
            Some(late) => late.recorded,
            None => self.at,
        }
    }

    /// By what acts are put in one order everywhere, whichever of them arrives first: when each was
    /// recorded, and where.
    pub(crate) fn order(&self) -> (Moment, Moment, PostCode, &str) {
        (self.recorded(), self.at, self.post, self.officer.as_str())
    }

    /// The sheet that it stood on.
    #[must_use]
    pub fn sheet(&self) -> Option<SheetNumber> {
        self.late.as_ref().map(|late| late.sheet)
    }
}

/// Puts what an act says where it belongs among the others, whichever arrives first; the same fact
/// twice is one. `bytes` puts what one act says twice in an order.
pub(crate) fn place<T: PartialEq>(
    known: &mut Vec<(Act, T)>,
    new: (Act, T),
    bytes: impl Fn(&T) -> Vec<u8>,
) {
    if known.contains(&new) {
        return;
    }
    let index = known.partition_point(|one| {
        let acts = one.0.order().cmp(&new.0.order());
        acts.then_with(|| bytes(&one.1).cmp(&bytes(&new.1))).is_le()
    });
    known.insert(index, new);
}

/// The mark of an act that stood on paper first (EES Art. 21(3)). It stays with the act wherever the
/// act is shown: a page, a print, an export.
///
/// Used in stored events: add, never change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Late {
    /// When it was typed, by the clock of the device on which it was.
    #[cbor(n(0), with = "cbor::moment")]
    pub recorded: Moment,
    /// The sheet.
    #[cbor(n(1), with = "cbor::text")]
    pub sheet: SheetNumber,
    /// Who had signed the sheet, as it says there. It need not be who types it.
    #[cbor(n(2), with = "cbor::text")]
    pub signed: OfficerNumber,
}

/// By which way an administrative act reached the register. What is done at the console is done by
/// whoever holds the machine; it is told apart for ever from what somebody signed in did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// On a page or by the API, by somebody signed in.
    Page,
    /// At the machine's own command line, under the number that was typed there.
    Console,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 2] = [Self::Page, Self::Console];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Console => "console",
        }
    }
}

cbor::coded!(Way, "way of acting");
