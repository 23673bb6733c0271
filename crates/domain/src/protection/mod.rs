//! The protection register of one person: the short screening, whether refuge was claimed, and
//! what consulates were told.
//!
//! It promises: no consular notice before a screening; none while a claim, or a stated fear of
//! return, stands without evidenced consent; none by itself. Doubt about age means child. What was
//! done against this is kept as a [`Breach`], never turned away (facts C.1, D.4; DESIGN §4, §6).
//! Of a claim only a flag leaves, "do not return, do not notify": why it stands is told to nobody
//! but those who decide on refuge.

mod body;
mod decide;
mod duty;
mod event;
mod referral;
mod state;
#[cfg(test)]
mod tests;

pub use body::{decode, encode};
pub use decide::{ProtectionCommand, ProtectionRefusal, TEXT_MAX, decide};
pub use duty::{Duty, Regime, duty, notice_clocks, regime_on};
pub use event::{
    Answer, Channel, Consenting, FlagAfter, NoticeOf, ProtectionEvent, Receiver, Referral,
};
pub use referral::{clock, receiver_of};
pub use state::{Breach, Notice, ProtectionState, Referred};
