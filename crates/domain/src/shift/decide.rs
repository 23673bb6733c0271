//! What follows from signing in and out. Neither is ever refused: they have happened.

use super::{
    event::{Shift, ShiftEnd, ShiftEvent},
    state::ShiftsState,
};
use crate::act::Act;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShiftCommand {
    /// The officer signed in.
    Open(Shift),
    /// Whatever is open is over.
    Close(ShiftEnd),
}

/// What follows. A shift is closed at the post where it began.
#[must_use]
pub fn decide(state: &ShiftsState, command: ShiftCommand, act: &Act) -> Vec<ShiftEvent> {
    let close = |end| {
        state.open().iter().map(move |open| ShiftEvent::Closed {
            act: Act {
                post: open.opened.post,
                ..act.clone()
            },
            shift: open.shift.id,
            end,
        })
    };
    match command {
        ShiftCommand::Open(shift) => {
            let mut events: Vec<_> = close(ShiftEnd::Replaced).collect();
            events.push(ShiftEvent::Opened {
                act: act.clone(),
                shift,
            });
            events
        }
        ShiftCommand::Close(end) => close(end).collect(),
    }
}
