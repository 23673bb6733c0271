//! The custody register: a lost or sold person shows.
//!
//! It promises: from the moment people are counted, each has an episode that only an ending closes;
//! at every minute of it exactly one officer answers, and until somebody else has signed that they
//! have the person, it is whoever gave them away. What contradicts itself is kept, shown, and owned by
//! somebody who is not party to it. What has happened against the law is recorded as a breach, never
//! turned away (facts C.6, D.2, D.3; DESIGN §1, §4).
//!
//! Reading order: `event`, then `story`, which says what facts come to, then `decide`. `clock` and
//! `alarm` say what is due and who must look; `together` looks at several episodes at once; `review`
//! at a whole journal; `contents` is the law's list beside the register's fields.

mod alarm;
mod body;
pub mod child;
mod clock;
pub mod contents;
mod decide;
mod event;
mod refusal;
pub mod review;
mod skeleton;
mod state;
mod statement;
mod story;
mod teller;
#[cfg(test)]
mod tests;
mod together;

pub use alarm::{Alarm, Asked, alarms, next_due, stays_at};
pub use body::{decode, encode};
pub use clock::{Clock, ClockKind, ClockRule, Clocks, ClocksError, clocks};
pub use decide::{Beside, CustodyCommand, decide};
pub use event::{
    Abroad, COUNT_MAX, Custodian, CustodyEvent, Description, Ending, EndingKind, Leg, Offer,
    Opening, Paper, Recipient, Stated, TEXT_MAX,
};
pub use refusal::CustodyRefusal;
pub use skeleton::skeleton;
pub use state::EpisodeState;
pub use statement::statement;
pub use story::{Dispute, Ended, Misfit, Offered, Place, Span, Standing, Story};
pub use together::{Discord, together};
