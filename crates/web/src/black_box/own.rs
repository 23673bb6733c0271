//! One's own post's black box, and the form that says what does not work.

use crate::{
    door::Allowed,
    fault::Fault,
    reply, say,
    session::{MARK, Sent, Session},
};
use askama::Template;
use axum::response::Response;
use paso_domain::{policy::powers, post::Part};
use paso_formats::moment::MINUTE;
use paso_pages::{Choice, Form, Frame, Voice};
use paso_service::{
    ServiceError,
    black_box::{MOST_WORDS, Noted, NoticeRow},
};

type Door = Allowed<powers::TellTrouble>;

/// A line of the black box.
struct Line {
    at: String,
    what: String,
    more: String,
    mood: &'static str,
}

#[derive(Template)]
#[template(path = "black_box/own.html")]
struct Page<'a> {
    f: Frame<'a>,
    form: Form,
    parts: Vec<Choice>,
    lines: Vec<Line>,
    zone: String,
    mark: String,
}

fn line(t: Voice<'_>, session: &Session, row: &NoticeRow) -> Result<Line, Fault> {
    let at = say::at(t, session.post()?.zone(), row.at);
    let (what, more, mood) = match &row.noted {
        Noted::Noticed(trouble, amount) => {
            let code = trouble.code();
            let more = match code {
                "clock-jumped" => {
                    let length = t.length(amount.saturating_abs());
                    if *amount < 0 {
                        t.with("moved-back", [("length", &length)])
                    } else {
                        t.with("moved-forward", [("length", &length)])
                    }
                }
                "disk-low" | "disk-fine" => {
                    t.with("trouble-room", [("amount", &amount.to_string())])
                }
                _ => t.length(amount.saturating_mul(MINUTE)),
            };
            let over = matches!(code, "hub-back" | "disk-fine");
            (
                t.code("trouble", code),
                more,
                if over { "in-use" } else { "in-doubt" },
            )
        }
        Noted::Told {
            part,
            works,
            words: detail,
            officer,
            ..
        } => {
            let what = t.code("trouble", part.code());
            let what = if *works {
                t.with("trouble-works-again", [("what", &what)])
            } else {
                t.with("trouble-works-not", [("what", &what)])
            };
            let by = t.with("trouble-by", [("officer", officer.as_str())]);
            let more = if detail.is_empty() {
                by
            } else {
                format!("{detail} · {by}")
            };
            (what, more, if *works { "in-use" } else { "in-doubt" })
        }
    };
    Ok(Line {
        at,
        what,
        more,
        mood,
    })
}

async fn render(session: &Door, form: Form) -> Result<Page<'_>, Fault> {
    let t = session.t();
    let rows = session.service().black_box(session.permit()).await?;
    let lines = rows.iter().map(|row| line(t, session, row));
    Ok(Page {
        f: session
            .frame(t.text("trouble-title"))?
            .holding("falla", !form.problems.is_empty()),
        parts: Choice::of_codes(&t, "trouble", Part::ALL.map(Part::code)),
        lines: lines.collect::<Result<_, _>>()?,
        zone: t.with("all-in-zone", [("zone", session.post()?.zone().name())]),
        mark: session.app().once().mark(),
        form,
    })
}

pub(super) async fn page(session: Door) -> Result<Response, Fault> {
    reply::page(&render(&session, Form::default()).await?)
}

pub(super) async fn tell(session: Door, sent: Sent) -> Result<Response, Fault> {
    let t = session.t();
    let mut form = Form::of(sent.fields);
    let part = form.fields.text("parte").and_then(|code| code.parse().ok());
    if part.is_none() {
        form.problems.add("parte", t.text("trouble-which"));
    }
    let detail = form.fields.text("detalle").unwrap_or_default().to_owned();
    if detail.chars().count() > MOST_WORDS {
        let most = i64::try_from(MOST_WORDS).unwrap_or(i64::MAX);
        form.problems.add("detalle", t.count("too-long", most));
    }
    let works = match form.fields.typed("accion") {
        "sirve" => true,
        "no-sirve" => false,
        // The language was switched.
        _ => return reply::page(&render(&session, Form::of(form.fields)).await?),
    };
    let (Some(part), true) = (part, form.problems.is_empty()) else {
        return reply::again(&render(&session, form).await?);
    };
    let once = session.app().once();
    let done = once
        .decide(session.form_token(), form.fields.typed(MARK), async {
            session
                .service()
                .tell_trouble(session.permit(), part, works, &detail)
                .await?;
            Ok::<_, ServiceError>("/fallas".to_owned())
        })
        .await?;
    Ok(reply::see_other(&done))
}
