//! What the ombudsman is told of an episode's event: a line without a name (DESIGN §4).
//!
//! It follows from the story before and after, so that no act can forget to say it. A change that
//! tells of a child, a claim or an illness makes the same line as any other.

use super::{
    alarm::next_due,
    clock::Clocks,
    story::{Place, Story},
};
use jiff::civil::Date;
use paso_formats::{
    moment::Moment,
    statement::{Kind, Place as PlaceCode, Statement},
};

/// Where a statement says that somebody is who is on the way.
const EN_ROUTE: &str = "en-route";

/// Where a statement says that somebody is whom a paper gave to others.
const OUTSIDE: &str = "outside";

/// The statement of what led from one story to the next, at the moment of the event; none where
/// nothing changed that a nameless line could say, and none before an opening is known: its handle
/// stands there.
#[must_use]
pub fn statement(
    before: Option<&Story>,
    after: &Story,
    rules: &Clocks,
    day: Date,
    at: Moment,
) -> Option<Statement> {
    let (_, opening) = after.opening.as_ref()?;
    let due = |story: &Story| {
        let clock = next_due(story, rules, day);
        clock.filter(|_| story.is_open()).map(|clock| clock.due)
    };
    let opened = before.is_none_or(|before| before.opening.is_none());
    let kind = match before {
        _ if opened => Kind::Opened,
        None => Kind::Opened,
        Some(before) if before.is_open() && !after.is_open() => Kind::Ended,
        Some(before) if !before.is_open() && after.is_open() => Kind::Resumed,
        Some(before) if !before.is_open() => return None,
        Some(before) if before.missing.is_none() && after.missing.is_some() => Kind::NotFound,
        Some(before) if before.answers != after.answers => Kind::HandedOver,
        // Found again: they are there, which is what a move says; no other kind undoes "not found".
        Some(before) if before.missing.is_some() && after.missing.is_none() => Kind::Moved,
        Some(before) if before.place != after.place => Kind::Moved,
        Some(before) => match (
            before.open_offers().next().is_some(),
            after.open_offers().next().is_some(),
        ) {
            (false, true) => Kind::Offered,
            (true, false) => Kind::Kept,
            _ if due(before) == due(after) => return None,
            _ => Kind::Clock,
        },
    };
    Some(Statement {
        episode: opening.handle,
        group: opened.then_some(*opening.operation.as_bytes()),
        place: place(after.place.as_ref())?,
        kind,
        at,
        due: due(after),
    })
}

/// The code of a place; a post's is its own.
fn place(of: Option<&Place>) -> Option<PlaceCode> {
    match of? {
        Place::Post(post) => post.as_str().parse().ok(),
        Place::EnRoute(_) => EN_ROUTE.parse().ok(),
        Place::Outside => OUTSIDE.parse().ok(),
    }
}
