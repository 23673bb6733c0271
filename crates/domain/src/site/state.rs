//! The fold of a site's events. A site may close and open again.

use super::event::SiteEvent;
use paso_formats::moment::Moment;

/// One opening or closing, in the order in which they were decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Turn {
    at: Moment,
    from: Moment,
    open: bool,
}

/// What the register knows of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteState {
    turns: Vec<Turn>,
}

impl SiteState {
    /// Takes one more fact in.
    #[must_use]
    pub fn apply(mut self, event: &SiteEvent) -> Self {
        let (from, open) = match event {
            SiteEvent::Opened { from, .. } => (*from, true),
            SiteEvent::Closed { from, .. } => (*from, false),
        };
        let at = event.act().at;
        let place = self.turns.partition_point(|turn| turn.at <= at);
        self.turns.insert(place, Turn { at, from, open });
        self
    }

    /// Whether it works at a moment; none where nobody has said anything of it by then.
    #[must_use]
    pub fn open_at(&self, moment: Moment) -> Option<bool> {
        self.turns
            .iter()
            .rfind(|turn| turn.from <= moment)
            .map(|turn| turn.open)
    }
}
