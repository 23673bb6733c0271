//! Who receives a referral, and by when they should have said so.

use super::{event::Receiver, state::Referred};
use crate::{
    custody::{Clock, ClockKind, Clocks},
    policy::Role,
};
use jiff::civil::Date;

/// As which receiver a role says that it has a referral; none for roles that receive none, and for
/// refuge, whose own pages show it.
#[must_use]
pub const fn receiver_of(role: Role) -> Option<Receiver> {
    match role {
        Role::ChildProtection => Some(Receiver::ChildProtection),
        Role::Prosecutor => Some(Receiver::Prosecutor),
        _ => None,
    }
}

/// By when a referral should be acknowledged. A child's runs in minutes (facts C.1: immediately). None
/// for refuge: that a clock ran would tell of a stated fear.
#[must_use]
pub fn clock(referred: &Referred, rules: &Clocks, day: Date) -> Option<Clock> {
    let kind = match referred.to {
        Receiver::ChildProtection => ClockKind::Child,
        Receiver::Prosecutor => ClockKind::Referral,
        Receiver::Refuge => return None,
    };
    let from = referred.act.at;
    Some(Clock {
        kind,
        from,
        due: from.plus(rules.on(kind, day)?.seconds()),
        met: referred.received,
    })
}
