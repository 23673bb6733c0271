//! `/mi-tarjeta`: the page of whoever carries a card. No account and no name; it works as a form, and
//! with scripts also where there is no network. Nothing is recorded, on either side.

use super::{
    assets::HOLDER,
    officer::Wiring,
    words::{self, Reader},
};
use crate::{
    App, checkpoint::codes, door::Public, fault::Fault, picture, reply, routes::Routes, say,
    session,
};
use askama::Template;
use axum::{
    extract::{Request, State},
    http::Uri,
    response::{IntoResponse as _, Response},
};
use paso_domain::{
    crossings::{Post, Zone},
    programme::{Region, Rule, Subdivision},
};
use paso_formats::{
    moment::Moment,
    placard::{self, PlacardVerdict},
    receipt::{self, Code},
    verdict::{Light, Verdict},
};
use paso_pages::{
    Fields, Form, Frame, Lang, Voice,
    headers::Scripts,
    receipt::{Line, View},
};

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get(HOLDER.page, fresh)
        .post(HOLDER.page, check)
}

/// The form's name, by which the language is switched without losing what was typed.
const FORM: &str = "mia";

/// The rule of the day, as the page says it.
struct Today {
    stay: String,
    states: String,
    /// The instrument as it is called in another language, and in its own.
    rendered: Option<String>,
    instrument: String,
}

/// A card as its holder is told of it.
struct Told {
    light: &'static str,
    light_word: String,
    word: String,
    why: String,
    next: String,
    never: Option<String>,
    facts: Vec<Line>,
}

#[derive(Template)]
#[template(path = "phone/holder.html")]
struct Page<'a> {
    f: Frame<'a>,
    form: Form,
    wiring: Wiring,
    today: Option<Today>,
    told: Option<Told>,
    complaints: String,
}

fn render(app: &App, lang: Lang, form: Form, told: Option<Told>) -> Result<Response, Fault> {
    let t = app.speak(lang);
    let service = app.service();
    let good = form.problems.is_empty();
    let page = Page {
        f: app
            .frame(lang, &Uri::from_static(HOLDER.page))
            .titled(t.text("mine-title"))
            .holding(FORM, !good),
        form,
        wiring: Wiring::new(&HOLDER, words::json(t, Reader::Holder)),
        today: today(app, t),
        told,
        complaints: service.authority().complaints.clone(),
    };
    let page = if good {
        reply::page(&page)?
    } else {
        reply::again(&page)?
    };
    Ok((Scripts::Phone, page).into_response())
}

/// The rule in force at the authority's home today.
fn today(app: &App, t: Voice<'_>) -> Option<Today> {
    let service = app.service();
    let home = service
        .crossings()
        .post(service.authority().home.as_str())?;
    let local = service.clock().now().timestamp();
    let day = local.to_zoned(home.zone().time_zone().clone()).date();
    let rule: &Rule = service.programme().rule_on(day)?;
    let Region::States(states) = &rule.region else {
        return None;
    };
    let length = [
        rule.stay
            .elapsed_hours()
            .map(|hours| t.count("length-hours", hours.into())),
        rule.stay
            .natural_days()
            .map(|days| t.count("mine-days", days.into())),
    ];
    Some(Today {
        stay: length.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        states: say::states(t, states.iter().map(Subdivision::as_str)),
        rendered: match t.lang() {
            Lang::Es => None,
            Lang::En => rule.instrument.en.clone(),
        },
        instrument: rule.instrument.es.clone(),
    })
}

async fn fresh(_: Public, State(app): State<App>, lang: Lang) -> Result<Response, Fault> {
    render(&app, lang, Form::default(), None)
}

async fn check(
    _: Public,
    State(app): State<App>,
    lang: Lang,
    request: Request,
) -> Result<Response, Fault> {
    session::own(request.headers(), &app)?;
    let (pairs, files) = session::read(request, &app).await?;
    let mut form = Form::of(Fields::new(pairs));
    let t = app.speak(lang);
    if !form.fields.ticked("accion") {
        return render(&app, lang, form, None);
    }
    let mut texts = codes(form.fields.typed("codigo"));
    let picture = files.into_iter().find(|(name, _)| name == "foto");
    if let Some((_, bytes)) = picture.filter(|(_, bytes)| !bytes.is_empty()) {
        match picture::texts(&app, bytes).await? {
            Ok(found) => texts.extend(found),
            Err(reason) => {
                form.problems.add("foto", t.code("scan", reason));
                return render(&app, lang, form, None);
            }
        }
    }
    texts.truncate(crate::checkpoint::MOST_CODES);
    if texts.is_empty() {
        form.problems.add("codigo", t.text("check-nothing"));
        return render(&app, lang, form, None);
    }
    let told = match texts.as_slice() {
        [text] if receipt::read(text).is_ok() => {
            let found = app.service().verify_receipt(text, app.log()).await?;
            of_receipt(View::of(t, &found, &crate::verify::places(app.service())))
        }
        [text] if placard::is_one(text) => of_placard(&app, t, &app.service().check_placard(text)),
        [text] => match text.parse::<Code>() {
            Ok(code) => heard(&app, t, code),
            Err(_) => of_card(&app, t, &app.service().check_for_holder(&texts)),
        },
        _ => of_card(&app, t, &app.service().check_for_holder(&texts)),
    };
    render(&app, lang, form, Some(told))
}

fn of_receipt(view: View) -> Told {
    Told {
        light: view.light,
        light_word: view.light_word,
        word: view.word,
        why: view.why,
        next: view.next,
        never: Some(view.never),
        facts: view.facts,
    }
}

/// A post's sign, as whoever stands before it is told of it.
fn of_placard(app: &App, t: Voice<'_>, found: &PlacardVerdict) -> Told {
    let code = found.finding.code();
    let proven = found.placard.as_ref().filter(|placard| placard.proven);
    let mut facts = Vec::new();
    if let Some(placard) = proven {
        let claims = &placard.claims;
        let crossings = app.service().crossings();
        let post = crossings.post(&claims.post);
        let at = |moment: Moment| {
            post.map_or_else(
                || moment.to_string(),
                |post| say::at(t, post.zone(), moment),
            )
        };
        for (key, value) in [
            (
                "letrero-place",
                format!("{} ({})", claims.place, claims.post),
            ),
            (
                "letrero-unit",
                format!("{} ({})", claims.unit, claims.authority),
            ),
            ("letrero-since", at(claims.shift_opened)),
            ("letrero-until", at(claims.until)),
        ] {
            facts.push(Line {
                label: t.text(key),
                value,
            });
        }
    }
    Told {
        light: found.light.code(),
        light_word: t.code("light", found.light.code()),
        word: t.code("letrero-word", code),
        why: t.code("letrero-finding", code),
        next: t.code("letrero-next", found.next.code()),
        never: None,
        facts,
    }
}

/// A sign's spoken code. One that is not heard may have been misheard, so it is amber.
fn heard(app: &App, t: Voice<'_>, code: Code) -> Told {
    let post = app.service().heard_placard(code);
    let (light, word, next) = match post {
        Some(_) => (Light::Green, "letrero-word-heard", "letrero-next-compare"),
        None => (
            Light::Amber,
            "letrero-word-unheard",
            "letrero-next-hear-again",
        ),
    };
    Told {
        light: light.code(),
        light_word: t.code("light", light.code()),
        word: t.text(word),
        why: match post {
            Some(post) => t.with("letrero-finding-heard", [("post", post.name.as_str())]),
            None => t.text("letrero-finding-unheard"),
        },
        next: t.text(next),
        never: None,
        facts: Vec::new(),
    }
}

fn of_card(app: &App, t: Voice<'_>, found: &Verdict) -> Told {
    let code = found.finding.code();
    Told {
        light: found.light.code(),
        light_word: t.code("light", found.light.code()),
        word: t.code("word", code),
        why: t.code("finding", code),
        next: t.code("mine-next", found.next.code()),
        never: match found.light {
            Light::Green => None,
            Light::Amber => Some(t.text("amber-never-custody")),
            Light::Red => Some(t.text("red-no-custody")),
        },
        facts: facts(app, t, found),
    }
}

/// Until when, and where; what the paper says of the person its holder knows.
fn facts(app: &App, t: Voice<'_>, found: &Verdict) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut say = |key: &str, value: String| {
        lines.push(Line {
            label: t.text(key),
            value,
        });
    };
    let service = app.service();
    let home = service.crossings().post(service.authority().home.as_str());
    let at = |named: Option<&str>, moment: Moment| {
        let named = named.and_then(|name| Zone::named(name).ok());
        let zone = named.as_ref().or_else(|| home.map(Post::zone));
        zone.map_or_else(|| moment.to_string(), |zone| say::at(t, zone, moment))
    };
    if let Some(stay) = &found.stay {
        say("clock-leave-by", at(Some(&stay.zone), stay.leave_by));
        say(
            "clock-not-overstayed",
            at(Some(&stay.zone), stay.not_overstayed_until),
        );
        say(
            "entry-states",
            say::states(t, stay.states.iter().map(String::as_str)),
        );
    }
    if let Some(card) = found.card.as_ref().filter(|card| card.proven) {
        if let Some(number) = &card.number {
            say("card-number", number.clone());
        }
        if let (Some(end), Some(post)) = (card.expires, home) {
            say("card-expires", say::last_day(t, post.zone(), end));
        }
    }
    lines
}
