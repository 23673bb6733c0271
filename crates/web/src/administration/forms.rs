//! What the forms of this part have in common: posts, moments, what the register refused.

use crate::{fault::Fault, session::Session};
use jiff::civil::DateTime;
use paso_domain::{crossings::PostCode, policy::Role};
use paso_formats::moment::Moment;
use paso_pages::{Choice, Form};
use paso_service::ServiceError;

/// The roles, to choose from.
pub(super) fn roles(session: &Session) -> Vec<Choice> {
    Choice::of_codes(&session.t(), "role", Role::ALL.map(Role::code))
}

/// The role that was chosen.
pub(super) fn role(session: &Session, form: &mut Form) -> Option<Role> {
    let role = form.fields.typed("rol").parse().ok();
    if role.is_none() {
        form.problems
            .add("rol", session.t().text("admin-role-missing"));
    }
    role
}

/// The posts that were typed, by their codes with blanks or commas between.
pub(super) fn posts(session: &Session, form: &mut Form, name: &str) -> Vec<PostCode> {
    let typed = form.fields.typed(name).to_uppercase();
    let mut posts = Vec::new();
    for word in typed.split([' ', ',', ';']).filter(|word| !word.is_empty()) {
        match word.parse::<PostCode>() {
            Ok(post) if session.service().crossings().post(word).is_some() => posts.push(post),
            _ => {
                let problem = session.t().with("admin-no-post", [("post", word)]);
                form.problems.add(name, problem);
            }
        }
    }
    posts
}

/// The moment that was typed in a control for date and time, by the clock of the officer's post; now
/// where nothing was.
pub(super) fn moment(session: &Session, form: &mut Form, name: &str) -> Result<Moment, Fault> {
    let now = session.service().clock().now();
    let Some(typed) = form.fields.text(name) else {
        return Ok(now);
    };
    let zone = session.post()?.zone();
    let found = typed.parse::<DateTime>().ok().map(|local| {
        // As if it were UTC, then moved by the offset that holds there.
        let guess = local
            .to_zoned(jiff::tz::TimeZone::UTC)
            .map_or(now, |zoned| {
                Moment::from_unix(zoned.timestamp().as_second())
            });
        let offset = i64::from(zone.local(guess).offset_seconds);
        let moved = guess.plus(-offset);
        guess.plus(-i64::from(zone.local(moved).offset_seconds))
    });
    if found.is_none() {
        form.problems.add(name, session.t().text("admin-no-moment"));
    }
    Ok(found.unwrap_or(now))
}

/// What the register refused is said beside the form; all else goes on its way.
pub(super) fn refused(
    session: &Session,
    form: &mut Form,
    field: &str,
    error: ServiceError,
) -> Result<(), Fault> {
    match error {
        ServiceError::Refused(refusal) => {
            form.problems
                .add(field, session.t().code("refusal", refusal.code()));
            Ok(())
        }
        error => Err(error.into()),
    }
}
