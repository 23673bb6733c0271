//! Custody on paper, and as a file: the list of a place for the shift, the person's receipt, the
//! episode for a judge, and the export that a lawyer verifies at home.

use super::{bar, episode, id, tell};
use crate::{
    door::Allowed,
    fault::Fault,
    print::{Press, short},
    reply,
    routes::Routes,
    say,
    session::Session,
};
use axum::{extract::Path, response::Response};
use paso_domain::{
    access::How,
    custody::{Misfit, Place, Standing, contents::CONTENTS},
    policy::powers,
};
use paso_formats::{handle::ShortHandle, moment::Moment};
use paso_paper::{
    Bilingual, CustodyList, CustodyReceipt, EpisodePaper,
    custody::{Content, Fact, Listed, Running, Stretch, Sureness},
};
use paso_service::{
    custody::{Board, EpisodeRecord},
    log::DrawnAt,
};
use std::collections::BTreeMap;

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/custodia/lista.pdf", list)
        .get("/custodia/{id}/constancia.pdf", receipt)
        .get("/custodia/{id}/expediente.pdf", file)
        .get("/custodia/{id}/expediente.paso", export)
}

pub(super) fn press(session: &Session) -> Press<'_> {
    let app = session.app();
    Press {
        service: app.service(),
        texts: app.texts(),
        demo: app.config().demo,
    }
}

/// The episode's short name, as lists and receipts say it.
fn handle(record: &EpisodeRecord) -> String {
    let opening = record.story.opening.as_ref();
    opening.map_or_else(String::new, |(_, opening)| {
        ShortHandle::of(&opening.handle).to_string()
    })
}

async fn list(session: Allowed<powers::ReadCustody>) -> Result<Response, Fault> {
    let board = session
        .service()
        .board(&session.permit().reading(How::Print))
        .await?;
    let (press, t) = (press(&session), session.t());
    let zone = session.post()?.zone();
    let here: Vec<_> = board.residents.iter().filter(|one| one.here).collect();
    let people = here.iter().map(|one| {
        let record = &one.episode;
        let counted = record.story.opening.as_ref();
        let mut clocks: Vec<_> = record
            .clocks
            .iter()
            .filter(|clock| clock.met.is_none())
            .collect();
        clocks.sort_by_key(|clock| clock.due);
        Listed {
            ordinal: counted.map_or_else(String::new, |(_, opening)| {
                t.with(
                    "custody-nth",
                    [
                        ("n", &opening.ordinal.to_string()),
                        ("of", &opening.count.to_string()),
                    ],
                )
            }),
            handle: handle(record),
            name: record
                .story
                .described()
                .map(|_| tell::name(t, record))
                .unwrap_or_default(),
            since: tell::since(t, zone, record),
            clocks: clocks
                .into_iter()
                .map(|clock| Running {
                    text: format!(
                        "{}: {}",
                        t.code("custody-clock", clock.kind.code()),
                        say::at(t, zone, clock.due)
                    ),
                    late: clock.is_overdue(board.at),
                })
                .collect(),
            standing: match record.story.spans.last() {
                Some(span) if span.standing != Standing::Sure => {
                    t.code("custody-standing", span.standing.code())
                }
                _ => String::new(),
            },
            answers: record
                .story
                .answers
                .as_ref()
                .map_or_else(String::new, |of| of.officer.to_string()),
        }
    });
    // Nobody tells the register its shifts: one begins when those who answer now began to answer.
    let since = here
        .iter()
        .filter_map(|one| answers_since(&one.episode))
        .min();
    let paper = CustodyList {
        authority: press.service.authority().name.clone(),
        place: say::post_name(press.service, board.post),
        shift: since.map_or_else(String::new, |at| {
            t.with("custody-list-since", [("at", &say::at(t, zone, at))])
        }),
        made: press.moment(board.post, board.at),
        officer_number: session.officer().number.to_string(),
        people: people.collect(),
        beside: beside(&session, &board),
        specimen: press.demo,
    };
    let bytes = paso_paper::custody_list(&paper)?;
    Ok(reply::pdf(bytes, &format!("custodia-{}", board.post)))
}

/// Since when whoever answers for somebody has answered without a break.
fn answers_since(record: &EpisodeRecord) -> Option<Moment> {
    let spans = &record.story.spans;
    let now = spans.last()?;
    let same = spans.iter().rev();
    let same = same.take_while(|span| span.custodian == now.custodian);
    same.map(|span| span.from).last()
}

/// What stands beside the count: who answers for how many here, and what the next shift finds waiting.
fn beside(session: &Session, board: &Board) -> Vec<String> {
    let t = session.t();
    let mut by: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut offered, mut coming, mut unsigned, mut missing) = (0, 0, 0, 0);
    for one in &board.residents {
        let story = &one.episode.story;
        if let (true, Some(answers)) = (one.here, &story.answers) {
            *by.entry(answers.officer.as_str()).or_default() += 1;
        }
        offered += i64::from(story.open_offers().next().is_some());
        let comes = matches!(&story.place, Some(Place::EnRoute(leg)) if leg.to == board.post);
        coming += i64::from(story.is_open() && comes);
        unsigned +=
            i64::from(story.ended.as_ref().is_some_and(|ended| {
                ended.kind.is_countersigned() && ended.countersigned.is_none()
            }));
        missing += i64::from(story.is_open() && story.missing.is_some());
    }
    let who: Vec<_> = by
        .iter()
        .map(|(officer, count)| format!("{officer} ({count})"))
        .collect();
    let mut lines = Vec::new();
    if !who.is_empty() {
        lines.push(t.with("custody-beside-answers", [("who", &say::list(t, &who))]));
    }
    for (key, n) in [
        ("custody-beside-offered", offered),
        ("custody-beside-coming", coming),
        ("custody-beside-unsigned", unsigned),
        ("custody-beside-missing", missing),
    ] {
        if n > 0 {
            lines.push(t.count(key, n));
        }
    }
    lines
}

/// The head of the log at which a paper was drawn.
fn head(session: &Session, drawn: Option<DrawnAt>) -> String {
    let t = session.t();
    let Some(at) = drawn else {
        return t.text("custody-no-head");
    };
    let witnesses = t.count(
        "custody-head-witnesses",
        i64::try_from(at.witnesses).unwrap_or(i64::MAX),
    );
    t.with(
        "custody-head",
        [
            ("origin", at.origin.as_str()),
            ("size", &at.size.to_string()),
            ("root", &groups(&at.root, 4)),
            ("witnesses", &witnesses),
        ],
    )
}

async fn receipt(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let permit = session.permit().reading(How::Print);
    let paper = session.service().custody_paper(&permit, id(&text)?).await?;
    let (press, t) = (press(&session), session.t());
    let record = &paper.episode;
    let (act, opening) = record.story.opening.as_ref().ok_or(Fault::NotFound)?;
    let (pages, _) = session.app().print_look();
    let bare = pages.split_once("://").map_or(pages, |(_, bare)| bare);
    let proof = press.proof(opening.receipt, &paper.symbol, pages);
    let bytes = paso_paper::custody_receipt(&CustodyReceipt {
        authority: press.service.authority().name.clone(),
        post: say::post_name(press.service, act.post),
        at: press.moment_of(act),
        unit: opening.unit.clone(),
        officer_number: act.officer.to_string(),
        ordinal: t.with(
            "custody-nth",
            [
                ("n", &opening.ordinal.to_string()),
                ("of", &opening.count.to_string()),
            ],
        ),
        handle_in_words: ShortHandle::of(&opening.handle).words(),
        proof,
        secret: paper.secret.as_ref().map(|secret| secret.to_string()),
        page: format!("{bare}/familia"),
        notices: press.notices(),
        specimen: press.demo,
    })?;
    Ok(reply::pdf(bytes, &short(&record.id.to_string())))
}

async fn file(
    session: Allowed<powers::ReadCustody>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let permit = session.permit().reading(How::Print);
    let id = id(&text)?;
    let record = session.service().episode(&permit, id).await?;
    let export = session
        .service()
        .export_episode(&permit, id, session.app().log())
        .await?;
    // A log that cannot be read takes no paper from anybody.
    let drawn = match session.app().log() {
        Some(log) => log.drawn_at().await.ok().flatten(),
        None => None,
    };
    let press = press(&session);
    let zone = session.post()?.zone();
    let now = session.service().clock().now();
    let (spans, story) = (&record.story.spans, &record.story);
    let stretches = bar::draw(&session, zone, &record, now)
        .into_iter()
        .zip(spans)
        .map(|(told, span)| Stretch {
            seconds: u64::try_from(span.until.unwrap_or(now).since(span.from)).unwrap_or_default(),
            when: format!("{} – {}", told.from, told.until),
            custodian: told.custodian,
            place: told.place,
            standing: press.both(|t| t.code("custody-standing", span.standing.code())),
            sureness: match span.standing {
                Standing::Sure => Sureness::Sure,
                Standing::Offered | Standing::OnPaper => Sureness::Waiting,
                Standing::Disputed | Standing::Missing => Sureness::Grave,
            },
        });
    let facts = record.facts.iter().map(|fact| {
        let row = export.rows.iter().find(|(of, _, _)| of == fact);
        let said = episode::told(&session, zone, fact);
        let also = |what: String| match said.more.as_str() {
            "" => what,
            more => format!("{what}: {more}"),
        };
        let both = press.both(|t| t.code("custody-fact", episode::fact_code(fact)));
        Fact {
            at: said.at.clone(),
            what: Bilingual::new(also(both.es), both.en),
            by: said.who.clone(),
            row: row.map_or_else(String::new, |(_, version, _)| version.to_string()),
            commitment: row.map_or_else(String::new, |(_, _, hash)| groups(&hash[..6], 2)),
        }
    });
    let misfit = |(at, misfit): &(Moment, Misfit)| {
        let when = say::at(session.t(), zone, *at);
        let both = press.both(|t| t.code("custody-alarm-misfit", misfit.code()));
        Bilingual::new(format!("{when}: {}", both.es), both.en)
    };
    let bytes = paso_paper::custody_episode(&EpisodePaper {
        authority: press.service.authority().name.clone(),
        handle: handle(&record),
        for_whom: String::new(),
        name: story
            .described()
            .map(|_| tell::name(session.t(), &record))
            .unwrap_or_default(),
        made: press.moment(session.officer().post, now),
        officer_number: session.officer().number.to_string(),
        stretches: stretches.collect(),
        lasts: story.is_open(),
        facts: facts.collect(),
        breaches: story.misfits.iter().map(misfit).collect(),
        contents: CONTENTS
            .iter()
            .map(|row| Content {
                instrument: row.instrument.name().to_owned(),
                wants: row.wants.to_owned(),
                value: (row.value)(story),
            })
            .collect(),
        file_hash: groups(&export.hash, 4),
        head: head(&session, drawn),
        specimen: press.demo,
    })?;
    Ok(reply::pdf(bytes, &short(&id.to_string())))
}

/// Digits in groups, so that two people can compare them aloud.
fn groups(bytes: &[u8], each: usize) -> String {
    let hex = |part: &[u8]| {
        part.iter()
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    };
    bytes.chunks(each).map(hex).collect::<Vec<_>>().join(" ")
}

async fn export(
    session: Allowed<powers::ReadCustody>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let permit = session.permit().reading(How::Export);
    let id = id(&text)?;
    let file = session
        .service()
        .export_episode(&permit, id, session.app().log())
        .await?;
    let name = format!("{}.paso", short(&id.to_string()));
    Ok(reply::download(file.bytes, "application/cose", &name))
}
