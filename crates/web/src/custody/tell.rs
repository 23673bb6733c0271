//! An episode in words: who it is, how its clocks stand, what is wrong, where the person is. Each
//! state has a word and a shape; colour only goes along.

use crate::{print, say, session::Session};
use paso_domain::{
    crossings::Zone,
    custody::{Alarm, Clock, Custodian, Place, Standing},
    id::EpisodeId,
};
use paso_formats::{moment::Moment, name::PersonName};
use paso_pages::Voice;
use paso_service::custody::EpisodeRecord;

/// A word with a shape before it; `class` is one of the stylesheet's tags.
pub(crate) struct Tag {
    pub(crate) class: &'static str,
    pub(crate) text: String,
}

const GOOD: &str = "issued";
const SOON: &str = "expired";
const BAD: &str = "revoked";

/// The number by which people speak of an episode.
pub(super) fn folio(id: EpisodeId) -> String {
    print::short(&id.to_string())
}

/// Whoever it is, as stated; otherwise their place in the count.
pub(crate) fn name(t: Voice<'_>, record: &EpisodeRecord) -> String {
    let stated = record
        .story
        .descriptions
        .iter()
        .rev()
        .find_map(|(_, told)| {
            let name = PersonName::new(&told.stated.surnames, &told.stated.given).display();
            Some(name).filter(|name| !name.trim().is_empty())
        });
    stated.unwrap_or_else(|| match &record.story.opening {
        Some((_, opening)) => t.with(
            "custody-nth",
            [
                ("n", &opening.ordinal.to_string()),
                ("of", &opening.count.to_string()),
            ],
        ),
        None => t.text("custody-nobody-counted"),
    })
}

/// When control began.
pub(super) fn began(record: &EpisodeRecord) -> Option<Moment> {
    let opening = record.story.opening.as_ref();
    opening.map(|(act, opening)| opening.taken_at.min(act.at))
}

/// The sheet of paper from which somebody was counted in; none for most.
pub(super) fn sheet(record: &EpisodeRecord) -> Option<String> {
    let (act, _) = record.story.opening.as_ref()?;
    act.sheet().map(|sheet| sheet.to_string())
}

/// When control began, with its late mark, for a line of a list.
pub(super) fn since(t: Voice<'_>, zone: &Zone, record: &EpisodeRecord) -> String {
    let at = began(record).map_or_else(String::new, |at| say::at(t, zone, at));
    match sheet(record) {
        Some(sheet) => format!(
            "{at} · {}",
            t.with("paper-late", [("sheet", sheet.as_str())])
        ),
        None => at,
    }
}

/// How a running clock stands. A quarter of its time left is soon.
pub(crate) fn clock(t: Voice<'_>, clock: &Clock, now: Moment) -> Tag {
    let what = t.code("custody-clock", clock.kind.code());
    let left = clock.due.since(now);
    let (class, key, length) = if left < 0 {
        (BAD, "custody-clock-over", -left)
    } else if left <= clock.due.since(clock.from) / 4 {
        (SOON, "custody-clock-soon", left)
    } else {
        (GOOD, "custody-clock-left", left)
    };
    Tag {
        class,
        text: t.with(key, [("what", &what), ("length", &t.length(length))]),
    }
}

/// The running clocks, the next one due first.
pub(super) fn clocks(t: Voice<'_>, record: &EpisodeRecord, now: Moment) -> Vec<Tag> {
    let mut running: Vec<_> = record.clocks.iter().filter(|c| c.is_running()).collect();
    running.sort_by_key(|clock| clock.due);
    running.into_iter().map(|one| clock(t, one, now)).collect()
}

/// What somebody must look at, apart from clocks, which stand beside it.
pub(super) fn alarms(t: Voice<'_>, found: &[Alarm]) -> Vec<String> {
    found
        .iter()
        .filter(|alarm| !matches!(alarm, Alarm::Overdue(_)))
        .map(|alarm| t.code("custody-alarm", &alarm.code()))
        .collect()
}

/// How sure the register is of who answers.
pub(super) fn standing(t: Voice<'_>, standing: Standing) -> Tag {
    Tag {
        class: match standing {
            Standing::Sure => GOOD,
            Standing::Offered | Standing::OnPaper => SOON,
            Standing::Disputed | Standing::Missing => BAD,
        },
        text: t.code("custody-standing", standing.code()),
    }
}

/// How the last stretch of the bar stands; of an episode that has ended, that it has.
pub(super) fn stands(t: Voice<'_>, record: &EpisodeRecord) -> Tag {
    match (&record.story.ended, record.story.spans.last()) {
        (Some(ended), _) => Tag {
            class: "replaced",
            text: t.code("custody-ending", ended.kind.code()),
        },
        (None, Some(span)) => standing(t, span.standing),
        (None, None) => standing(t, Standing::Sure),
    }
}

/// `INM-0707 · Talismán`.
pub(super) fn custodian(session: &Session, of: &Custodian) -> String {
    let place = say::post_name(session.service(), of.post);
    format!("{} · {place}", of.officer)
}

/// Where the person is.
pub(super) fn place(session: &Session, zone: &Zone, place: &Place) -> String {
    let t = session.t();
    match place {
        Place::Post(post) => say::post_name(session.service(), *post),
        Place::EnRoute(leg) => t.with(
            "custody-en-route",
            [
                ("to", say::post_name(session.service(), leg.to).as_str()),
                ("vehicle", &leg.vehicle),
                ("at", &say::at(t, zone, leg.expected)),
            ],
        ),
        Place::Outside => t.text("custody-outside"),
    }
}

/// One line of a list of people.
pub(super) struct Line {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) folio: String,
    pub(super) described: bool,
    pub(super) since: String,
    pub(super) ago: String,
    pub(super) answers: String,
    pub(super) place: String,
    pub(super) standing: Tag,
    pub(super) clocks: Vec<Tag>,
    pub(super) alarms: Vec<String>,
}

impl Line {
    pub(super) fn of(session: &Session, zone: &Zone, record: &EpisodeRecord, now: Moment) -> Self {
        let t = session.t();
        let since = began(record);
        Self {
            href: format!("/custodia/{}", record.id),
            name: name(t, record),
            folio: folio(record.id),
            described: record.story.described().is_some(),
            since: self::since(t, zone, record),
            ago: since.map_or_else(String::new, |at| t.length(now.since(at))),
            answers: record
                .story
                .answers
                .as_ref()
                .map_or_else(String::new, |of| of.officer.to_string()),
            place: record
                .story
                .place
                .as_ref()
                .map_or_else(String::new, |at| place(session, zone, at)),
            standing: stands(t, record),
            clocks: clocks(t, record, now),
            alarms: alarms(t, &record.alarms),
        }
    }
}
