//! What is stored about stays. Stored for ever: add, never change.

use crate::{act::Act, cbor, contradiction::Settling, id::StayId};
use minicbor::{Decode, Encode};
use paso_formats::{
    moment::Moment,
    number::{CardNumber, SlipNumber},
    receipt::Code as ReceiptCode,
};

/// An entry: the stay it opens, with both clocks as they were computed at that moment.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Entered {
    /// The stay.
    #[cbor(n(0), with = "cbor::text")]
    pub stay: StayId,
    /// The card it was entered on.
    #[cbor(n(1), with = "cbor::text")]
    pub card: CardNumber,
    /// IANA zone of the post, in which the clocks are shown.
    #[n(2)]
    pub zone: String,
    /// The row of the programme that set the clocks: the one of the entry date.
    #[n(3)]
    pub rule: String,
    /// The earlier deadline: leave by this moment.
    #[cbor(n(4), with = "cbor::moment")]
    pub leave_by: Moment,
    /// The later deadline: only after it is the stay overstayed.
    #[cbor(n(5), with = "cbor::moment")]
    pub not_overstayed_until: Moment,
    /// Where the holder may be: ISO 3166-2 codes.
    #[n(6)]
    pub states: Vec<String>,
    /// The number printed on the entry slip.
    #[cbor(n(7), with = "cbor::text")]
    pub slip: SlipNumber,
    /// The signed text of the slip's QR, exactly as printed.
    #[n(8)]
    pub slip_text: String,
    /// The code of the receipt given for the entry; none in the days before entries had one.
    #[cbor(n(9), with = "cbor::optional_text", has_nil)]
    pub receipt: Option<ReceiptCode>,
}

/// What happened to a person's stays.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum StayEvent {
    /// The person entered.
    #[n(0)]
    Entered {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// The entry.
        #[n(1)]
        entry: Entered,
    },
    /// The person left.
    #[n(1)]
    Exited {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// The stay that ends; none when no entry was recorded.
        #[cbor(n(1), with = "cbor::optional_text", has_nil)]
        stay: Option<StayId>,
        /// The code of the receipt given for the exit; none in the days before exits had one.
        #[cbor(n(2), with = "cbor::optional_text", has_nil)]
        receipt: Option<ReceiptCode>,
    },
    /// A stay was closed because the person entered again: its exit was not recorded.
    #[n(2)]
    ExitNotRecorded {
        /// When, where, by whom this was noticed.
        #[n(0)]
        act: Act,
        /// The stay.
        #[cbor(n(1), with = "cbor::text")]
        stay: StayId,
    },
    /// What others said of a stay cannot all be true, and somebody has said what is. It edits nothing.
    #[n(3)]
    Settled {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// What was found.
        #[n(1)]
        settling: Settling,
    },
}
