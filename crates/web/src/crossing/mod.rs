//! Entry and exit: find the card, see how it stands, record the crossing, hand over the slip with
//! both clocks.

use crate::{
    card::{self, number},
    door::Allowed,
    fault::Fault,
    print, reply,
    routes::Routes,
    say,
    session::{Sent, Session},
    sheets::paper,
};
use askama::Template;
use axum::{
    extract::{Path, Query, RawQuery},
    response::Response,
};
use paso_domain::{
    access::How,
    crossings::Zone,
    id::StayId,
    policy::powers,
    sheet::SheetNumber,
    stay::{Ending, Stay},
};
use paso_formats::{
    moment::Moment,
    number::{CardNumber, NumberError},
    receipt::{Code, Kind},
};
use paso_pages::{Fields, Form, Frame};
use paso_service::{ServiceError, brought::Bearer, sheets::FromPaper};
use std::collections::HashMap;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/cruce", fresh)
        .post("/cruce", find)
        .get("/cruce/{number}", show)
        .post("/cruce/{number}/entrada", enter)
        .post("/cruce/{number}/salida", leave)
        .get("/cruce/{number}/entradas/{stay}", entry)
        .get("/cruce/{number}/entradas/{stay}/hoja.pdf", print_slip)
        .get("/cruce/{number}/salidas/{code}/constancia.pdf", print_exit)
}

#[derive(Template)]
#[template(path = "crossing/find.html")]
struct Find<'a> {
    f: Frame<'a>,
    form: Form,
}

fn find_page(session: &Session, form: Form) -> Result<Find<'_>, Fault> {
    let f = session.frame(session.t().text("crossing-title"))?;
    Ok(Find {
        f: f.holding("buscar", !form.problems.is_empty()),
        form,
    })
}

async fn fresh(
    session: Allowed<powers::RecordCrossing>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let mut form = Form::default();
    if let Some(sheet) = paper::asked(&query) {
        form.fields.set("hoja", sheet);
    }
    reply::page(&find_page(&session, form)?)
}

/// A number as typed, or the text of a card's code.
async fn find(session: Allowed<powers::RecordCrossing>, sent: Sent) -> Result<Response, Fault> {
    let fields = sent.fields;
    let t = session.t();
    let mut form = Form::of(fields);
    if !form.fields.ticked("accion") {
        return reply::page(&find_page(&session, form)?);
    }
    let typed = form.fields.typed("tarjeta").to_owned();
    let (number, scanned) = match typed.parse::<CardNumber>() {
        Ok(number) => (Some(number), None),
        Err(NumberError::Check) => {
            form.problems.add("tarjeta", t.text("number-check"));
            return reply::again(&find_page(&session, form)?);
        }
        Err(NumberError::Shape) => {
            let verdict = session
                .service()
                .check(&session.need().await?, std::slice::from_ref(&typed))?;
            let shown = verdict.card.as_ref().filter(|card| card.proven);
            let number = shown.and_then(|card| card.number.as_ref()?.parse().ok());
            (number, Some(verdict))
        }
    };
    let known = match number {
        Some(number) => {
            let permit = session.need().await?;
            session.service().bearer(&permit, number).await
        }
        None => Err(ServiceError::NotFound),
    };
    let says = scanned.as_ref().map(|verdict| Scanned {
        light: verdict.light.code(),
        word: t.code("word", verdict.finding.code()),
        why: t.code("finding", verdict.finding.code()),
        text: typed.clone(),
    });
    match (known, says) {
        // A sheet says what the card's number was; its code was scanned, if at all, to read that.
        (Ok(bearer), _) if form.fields.text("hoja").is_some() => {
            let sheet = form.fields.typed("hoja").trim();
            let sheet = sheet.parse::<SheetNumber>().map_err(|_| Fault::NotFound)?;
            let place = format!("/cruce/{}?hoja={sheet}", bearer.number);
            Ok(reply::see_other(&place))
        }
        (Ok(bearer), None) => Ok(reply::see_other(&format!("/cruce/{}", bearer.number))),
        (Ok(bearer), Some(says)) => {
            reply::page(&holder(&session, bearer, Some(says), None, Form::default()).await?)
        }
        (Err(ServiceError::NotFound), Some(says)) => match Bearer::of_text(&typed) {
            // Nobody knows this card here, and it proves itself.
            Some(bearer) if Some(bearer.number) == number => {
                reply::page(&holder(&session, bearer, Some(says), None, Form::default()).await?)
            }
            _ => {
                form.problems.add("tarjeta", says.why);
                reply::again(&find_page(&session, form)?)
            }
        },
        (Err(ServiceError::NotFound), None) => {
            form.problems.add("tarjeta", t.text("crossing-unknown"));
            reply::again(&find_page(&session, form)?)
        }
        (Err(error), _) => Err(error.into()),
    }
}

/// What the code itself said, when it was scanned and not typed.
struct Scanned {
    light: &'static str,
    word: String,
    why: String,
    /// The code, which speaks for a card that nobody knows here.
    text: String,
}

/// One stay as the desk sees it.
struct StayShown {
    href: String,
    entered: String,
    leave_by: String,
    not_overstayed_until: String,
    /// When it ended.
    ended: String,
    says: String,
    /// That its entry came from paper.
    late: Option<String>,
    /// Where its receipt of exit is printed.
    exit_receipt: Option<String>,
}

#[derive(Template)]
#[template(path = "crossing/holder.html")]
struct Holder<'a> {
    f: Frame<'a>,
    form: Form,
    number: String,
    name: String,
    birth: String,
    nationality: String,
    document: String,
    standing: &'static str,
    standing_says: String,
    /// Whether an entry can be recorded now.
    may_enter: bool,
    scanned: Option<Scanned>,
    done: Option<Done>,
    open: Vec<StayShown>,
    past: Vec<StayShown>,
    mark: String,
    /// The sheet that is typed, where it is one.
    paper: Option<paper::Bar>,
}

/// What was just recorded.
struct Done {
    says: &'static str,
    /// Where the receipt of an exit is printed.
    receipt: Option<String>,
}

/// Where the receipt of an exit is printed.
fn exit_href(number: CardNumber, code: Code) -> String {
    format!("/cruce/{number}/salidas/{code}/constancia.pdf")
}

async fn holder(
    session: &Session,
    bearer: Bearer,
    scanned: Option<Scanned>,
    done: Option<Done>,
    form: Form,
) -> Result<Holder<'_>, Fault> {
    let t = session.t();
    let now = session.service().clock().now();
    let (standing, standing_says) = card::standing(session, &bearer.standing, bearer.expires)?;
    let stays = session
        .service()
        .stays(&session.need().await?, bearer.number)
        .await;
    let stays = match stays {
        // Brought for the first time: nothing is recorded yet.
        Err(ServiceError::NotFound) => Vec::new(),
        stays => stays?,
    };
    let (open, past): (Vec<_>, Vec<_>) = stays.into_iter().partition(|stay| stay.ending.is_none());
    let shown = |stays: Vec<Stay>| -> Result<Vec<StayShown>, Fault> {
        stays
            .iter()
            .map(|stay| stay_shown(session, stay, now))
            .collect()
    };
    let number = bearer.number.to_string();
    let mut f = session.frame(t.with("crossing-of", [("number", &number)]))?;
    f.in_error = !form.problems.is_empty();
    Ok(Holder {
        f,
        paper: paper::bar(session, &form)?,
        form,
        number,
        birth: bearer.birth.map(|b| say::birth(t, b)).unwrap_or_default(),
        nationality: bearer
            .nationality
            .as_deref()
            .map(|code| t.known("country", code).unwrap_or_else(|| code.to_owned()))
            .unwrap_or_default(),
        document: say::document(t, &bearer),
        name: bearer.name,
        may_enter: standing == "issued" || standing == "brought" && scanned.is_some(),
        standing,
        standing_says,
        scanned,
        done,
        open: shown(open)?,
        past: shown(past)?,
        mark: session.app().once().mark(),
    })
}

/// The zone of an entry; it was checked when the entry was recorded.
fn zone(name: &str) -> Result<Zone, Fault> {
    Zone::named(name).map_err(|error| {
        tracing::error!("{error}");
        Fault::Internal
    })
}

fn stay_shown(session: &Session, stay: &Stay, now: Moment) -> Result<StayShown, Fault> {
    let t = session.t();
    let zone = zone(&stay.entry.zone)?;
    let (ended, until) = match &stay.ending {
        Some(Ending::Exited { at, .. }) => (say::at(t, &zone, *at), *at),
        None | Some(Ending::NotRecorded) => (String::new(), now),
    };
    let says = match &stay.ending {
        Some(Ending::NotRecorded) => t.text("stay-not-recorded"),
        ending => {
            let phase = phase(&stay.entry, until);
            let family = if ending.is_none() {
                "stay-open"
            } else {
                "stay-ended"
            };
            t.code(family, phase)
        }
    };
    Ok(StayShown {
        late: paper::late(t, &zone, &stay.entered),
        href: format!("/cruce/{}/entradas/{}", stay.entry.card, stay.entry.stay),
        entered: format!(
            "{} · {}",
            say::at(t, &zone, stay.entered.at),
            say::post_name(session.service(), stay.entered.post)
        ),
        leave_by: say::at(t, &zone, stay.entry.leave_by),
        not_overstayed_until: say::at(t, &zone, stay.entry.not_overstayed_until),
        ended,
        says,
        exit_receipt: stay
            .exit_receipt
            .map(|code| exit_href(stay.entry.card, code)),
    })
}

/// Where a moment lies on the two clocks of an entry.
fn phase(entry: &paso_domain::stay::Entered, at: Moment) -> &'static str {
    if at <= entry.leave_by {
        "running"
    } else if at <= entry.not_overstayed_until {
        "grace"
    } else {
        "overstayed"
    }
}

async fn show(
    session: Allowed<powers::RecordCrossing>,
    Path(text): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let number = number(&text)?;
    let asked = query.unwrap_or_default();
    let mut form = Form::default();
    if let Some(sheet) = asked.split('&').find_map(|part| part.strip_prefix("hoja=")) {
        form.fields.set("hoja", sheet);
    }
    let done = asked.split('&').find_map(|part| {
        let (how, code) = part.split_once('=').unwrap_or((part, ""));
        let says = match how {
            "salida" => "crossing-left",
            "salida-sin-entrada" => "crossing-left-without-entry",
            _ => return None,
        };
        let receipt = code.parse().ok().map(|code| exit_href(number, code));
        Some(Done { says, receipt })
    });
    let bearer = session
        .service()
        .bearer(&session.need().await?, number)
        .await?;
    reply::page(&holder(&session, bearer, None, done, form).await?)
}

/// What came with the form of an entry or an exit.
struct Typed {
    number: CardNumber,
    /// The code of the card, where it was scanned.
    code: Option<String>,
    /// The sheet of paper on which it stood first.
    paper: Option<FromPaper>,
    form: Form,
}

/// Reads the form, or makes the page that says what is wrong with it.
async fn read(session: &Session, text: &str, sent: Sent) -> Result<Result<Typed, Response>, Fault> {
    let mut form = Form::of(sent.fields);
    let number = number(text)?;
    let code = shown(&form.fields, number)?.map(str::to_owned);
    let paper = paper::read(session, &mut form)?;
    let typed = Typed {
        number,
        code,
        paper,
        form,
    };
    if typed.form.problems.is_empty() {
        return Ok(Ok(typed));
    }
    Ok(Err(again(
        session,
        typed.number,
        typed.code.as_deref(),
        typed.form,
    )
    .await?))
}

async fn enter(
    session: Allowed<powers::RecordCrossing>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let typed = match read(&session, &text, sent).await? {
        Ok(typed) => typed,
        Err(page) => return Ok(page),
    };
    let Typed { number, .. } = typed;
    let act = async {
        let (service, permit) = (session.service(), session.permit());
        let paper = typed.paper.as_ref();
        let record = match &typed.code {
            Some(text) => service.enter_shown(permit, text, paper).await?,
            None => service.enter_as(permit, number, paper).await?,
        };
        let closed = if record.closed.is_empty() {
            ""
        } else {
            "?cerrada"
        };
        Ok(format!(
            "/cruce/{number}/entradas/{}{closed}",
            record.entry.stay
        ))
    };
    did(&session, &typed, Box::pin(act)).await
}

/// The code that came with the page, where the card was scanned; of no other card than the address's.
fn shown(fields: &Fields, number: CardNumber) -> Result<Option<&str>, Fault> {
    match fields.typed("codigo") {
        "" => Ok(None),
        text if Bearer::of_text(text).is_some_and(|bearer| bearer.number == number) => {
            Ok(Some(text))
        }
        _ => Err(Fault::NotFound),
    }
}

/// The page again, with what stood in the way.
async fn again(
    session: &Session,
    number: CardNumber,
    shown: Option<&str>,
    form: Form,
) -> Result<Response, Fault> {
    let permit = session.need().await?;
    let known = session.service().bearer(&permit, number).await;
    let bearer = match (known, shown.and_then(Bearer::of_text)) {
        (Err(ServiceError::NotFound), Some(bearer)) => bearer,
        (known, _) => known?,
    };
    reply::again(&holder(session, bearer, None, None, form).await?)
}

async fn leave(
    session: Allowed<powers::RecordCrossing>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let typed = match read(&session, &text, sent).await? {
        Ok(typed) => typed,
        Err(page) => return Ok(page),
    };
    let Typed { number, .. } = typed;
    let act = async {
        let (service, permit) = (session.service(), session.permit());
        let paper = typed.paper.as_ref();
        let record = match &typed.code {
            Some(text) => service.leave_shown(permit, text, paper).await?,
            None => service.leave_as(permit, number, paper).await?,
        };
        let how = if record.stay.is_some() {
            "salida"
        } else {
            "salida-sin-entrada"
        };
        let receipt = record.receipt.map(|code| format!("={code}"));
        let receipt = receipt.unwrap_or_default();
        Ok(format!("/cruce/{number}?{how}{receipt}"))
    };
    did(&session, &typed, Box::pin(act)).await
}

/// Does it once, or says a refusal at its field.
async fn did(
    session: &Session,
    typed: &Typed,
    act: impl Future<Output = Result<String, ServiceError>>,
) -> Result<Response, Fault> {
    let mark = typed.form.fields.typed(crate::session::MARK);
    let once = session.app().once();
    match once.decide(session.form_token(), mark, act).await {
        Ok(place) => Ok(reply::see_other(&place)),
        Err(ServiceError::Refused(refusal)) => {
            let field = paper::field_of(refusal).unwrap_or("tarjeta");
            let text = session.t().code("refusal", refusal.code());
            let mut form = typed.form.clone();
            form.problems.add(field, text);
            again(session, typed.number, typed.code.as_deref(), form).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "crossing/entry.html")]
struct EntryPage<'a> {
    f: Frame<'a>,
    number: String,
    stay: String,
    slip: String,
    receipt: Option<String>,
    name: String,
    entered: String,
    /// That it came from paper.
    late: Option<String>,
    post: String,
    leave_by: say::Wall,
    leave_by_left: String,
    not_overstayed_until: say::Wall,
    not_overstayed_left: String,
    states: String,
    phase: &'static str,
    ended: Option<String>,
    closed_earlier: bool,
}

fn stay_id(text: &str) -> Result<StayId, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

async fn entry(
    session: Allowed<powers::RecordCrossing>,
    Path((text, stay)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let (number, stay) = (number(&text)?, stay_id(&stay)?);
    let t = session.t();
    let record = session
        .service()
        .entry(session.permit(), number, stay)
        .await?;
    let bearer = session
        .service()
        .bearer(&session.need().await?, number)
        .await?;
    let entry = &record.entry;
    let zone = zone(&entry.zone)?;
    let now = session.service().clock().now();
    let left = |end: Moment| {
        if now <= end {
            t.with("clock-left", [("length", &t.length(end.since(now)))])
        } else {
            t.with("clock-over", [("length", &t.length(now.since(end)))])
        }
    };
    reply::page(&EntryPage {
        f: session.frame(t.text("entry-title"))?,
        number: number.to_string(),
        stay: entry.stay.to_string(),
        slip: entry.slip.to_string(),
        receipt: entry.receipt.map(|code| code.to_string()),
        name: bearer.name,
        entered: say::at(t, &zone, record.act.at),
        late: paper::late(t, &zone, &record.act),
        post: say::post_name(session.service(), record.act.post),
        leave_by: say::wall(t, &zone, entry.leave_by),
        leave_by_left: left(entry.leave_by),
        not_overstayed_until: say::wall(t, &zone, entry.not_overstayed_until),
        not_overstayed_left: left(entry.not_overstayed_until),
        states: say::states(t, entry.states.iter().map(String::as_str)),
        phase: phase(entry, now),
        ended: record.ending.as_ref().map(|ending| match ending {
            Ending::Exited { at, .. } => t.with("entry-ended", [("at", &say::at(t, &zone, *at))]),
            Ending::NotRecorded => t.text("stay-not-recorded"),
        }),
        closed_earlier: query.is_some_and(|query| query.split('&').any(|part| part == "cerrada")),
    })
}

async fn print_slip(
    session: Allowed<powers::RecordCrossing>,
    Path((text, stay)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let (number, stay) = (number(&text)?, stay_id(&stay)?);
    let record = session
        .service()
        .entry(&session.permit().reading(How::Print), number, stay)
        .await?;
    let bearer = session
        .service()
        .bearer(&session.need().await?.reading(How::Print), number)
        .await?;
    let app = session.app();
    let look = app.print_look();
    let bytes = print::slip_pdf(app.service(), app.texts(), look, &bearer, &record)?;
    Ok(reply::pdf(bytes, &record.entry.slip.compact()))
}

async fn print_exit(
    session: Allowed<powers::RecordCrossing>,
    Path((text, code)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let number = number(&text)?;
    let code: Code = code.parse().map_err(|_| Fault::NotFound)?;
    let paper = session
        .service()
        .crossing_receipt(&session.permit().reading(How::Print), number, code)
        .await?;
    // An entry's receipt is on the back of its slip.
    if paper.facts.kind != Kind::Exit {
        return Err(Fault::NotFound);
    }
    let app = session.app();
    let bytes = print::exit_pdf(app.service(), app.texts(), app.print_look(), number, &paper)?;
    Ok(reply::pdf(bytes, &code.to_string()))
}
