//! From records to papers: what is printed of a card, a slip, a refusal, a receipt.
//!
//! Paper is bilingual whatever the language of the screen, so everything here speaks with both
//! voices. The command line prints through this too.

use jiff::civil::Date;
use paso_domain::{
    act::Act,
    crossings::{Post, PostCode, Zone},
    id::PersonId,
    person::Evidence,
    programme::{Rule, Stay},
    sheet::SheetKind,
};
use paso_formats::{moment::Moment, number::CardNumber, receipt::Code};
use paso_pages::{Lang, Texts, Voice, dates};
use paso_paper::{
    Bilingual, BlankKind, BlankSheets, CardFace, Notices, Portrait, PrintError, Proof, Reason,
    Receipt, Refusal, Slip, receipt::About,
};
use paso_service::{
    Officer, Service,
    brought::Bearer,
    checkpoint::EncounterRecord,
    crossing::EntryRecord,
    desk::{CardRecord, RefusalRecord},
    gate::{PAGE, Reading},
    receipt::{NoSymbol, PaperReceipt},
    sheets::Printed,
};

use crate::say;

/// The card on its sheet.
///
/// # Errors
/// What does not fit or cannot be printed.
pub fn card_pdf(
    service: &Service,
    texts: &Texts,
    demo: bool,
    record: &CardRecord,
) -> Result<Vec<u8>, PrintError> {
    let press = Press {
        service,
        texts,
        demo,
    };
    let zone = press.zone(record.issued.post);
    let es = texts.speak(Lang::Es);
    let card = &record.card;
    let claim = record
        .application
        .as_ref()
        .map(|application| &application.claim);
    let rule = record
        .application
        .as_ref()
        .and_then(|a| service.programme().rule(&a.rule));
    let day = |moment: Moment| press.short_day(zone.as_ref(), moment);
    paso_paper::card_sheet(&[CardFace {
        authority: service.authority().name.clone(),
        name: claim
            .map(|c| full_name(&c.given, &c.surnames))
            .unwrap_or_default(),
        nationality: claim
            .map(|c| say::country_and_code(es, c.nationality.as_str()))
            .unwrap_or_default(),
        birth_date: claim
            .map(|c| match (c.birth.month(), c.birth.day()) {
                (Some(_), Some(_)) => press.short_date(c.birth.earliest()),
                (Some(month), None) => format!("{} {}", press.month(month), c.birth.year()),
                _ => c.birth.year().to_string(),
            })
            .unwrap_or_default(),
        sex: claim
            .map(|c| c.sex.letter().to_string())
            .unwrap_or_default(),
        document: document(es, card),
        number: card.number.to_string(),
        issued: day(card.issued_at),
        expires: day(card.expires.plus(-1)),
        states: states_of(es, rule),
        stay: press.stay(rule.map(|rule| rule.stay)),
        notices: press.notices(),
        portrait: card.portrait.clone().map(portrait),
        qr: card.text.clone(),
        specimen: demo,
    }])
}

/// The entry slip, with the entry's receipt on its back. `pages` is where browsers find this place.
///
/// # Errors
/// What does not fit or cannot be printed.
pub fn slip_pdf(
    service: &Service,
    texts: &Texts,
    (pages, demo): (&str, bool),
    bearer: &Bearer,
    record: &EntryRecord,
) -> Result<Vec<u8>, PrintError> {
    let press = Press {
        service,
        texts,
        demo,
    };
    let es = texts.speak(Lang::Es);
    let entry = &record.entry;
    let at = |moment| press.moment(record.act.post, moment);
    paso_paper::entry_slip(&Slip {
        authority: service.authority().name.clone(),
        number: entry.slip.to_string(),
        name: bearer.name.clone(),
        card_number: entry.card.to_string(),
        document: say::document(es, bearer),
        post: press.post_name(record.act.post),
        entered: press.moment_of(&record.act),
        leave_by: at(entry.leave_by),
        not_overstayed_until: at(entry.not_overstayed_until),
        states: entry
            .states
            .iter()
            .map(|code| say::state(es, code))
            .collect(),
        notices: press.notices(),
        qr: entry.slip_text.clone(),
        receipt: entry
            .receipt
            .map(|code| press.proof(Some(code), &record.symbol, pages)),
        specimen: demo,
    })
}

/// The reasoned refusal.
///
/// # Errors
/// What does not fit or cannot be printed.
pub fn refusal_pdf(
    service: &Service,
    texts: &Texts,
    demo: bool,
    record: &RefusalRecord,
) -> Result<Vec<u8>, PrintError> {
    let press = Press {
        service,
        texts,
        demo,
    };
    let claim = &record.application.claim;
    let rule = service.programme().rule(&record.application.rule);
    paso_paper::refusal(&Refusal {
        authority: service.authority().name.clone(),
        folio: folio(record),
        name: full_name(&claim.given, &claim.surnames),
        document: shown_document(texts.speak(Lang::Es), &claim.evidence),
        post: press.post_name(record.decided.post),
        decided: press.moment(record.decided.post, record.decided.at),
        reasons: vec![Reason {
            text: press.both(|t| t.code("ground", record.refusal.ground.code())),
            legal_basis: rule.map(instrument).unwrap_or_default(),
        }],
        explanation: record.refusal.reasons.clone(),
        // The officer's own words, in the language in which they were written.
        remedy: Bilingual::new(record.refusal.remedy.clone(), ""),
        officer_number: record.decided.officer.to_string(),
        notices: press.notices(),
        specimen: demo,
    })
}

/// The list of who has read a record, for the person. `by` is the officer who makes it, and whose
/// record it is.
///
/// # Errors
/// What does not fit or cannot be printed.
pub fn readings_pdf(
    service: &Service,
    texts: &Texts,
    demo: bool,
    by: (&Officer, PersonId),
    rows: &[Reading],
) -> Result<Vec<u8>, PrintError> {
    let press = Press {
        service,
        texts,
        demo,
    };
    let (officer, person) = by;
    let at = |row: &Reading| {
        let made = press.moment(row.post, row.at);
        format!("{}, {} ({})", made.date.es, made.time, made.offset)
    };
    let sentence = |t: Voice<'_>, row: &Reading| {
        t.with(
            "paper-reading",
            [
                ("what", &crate::readings::what(t, row)),
                ("how", &t.code("reading-how", row.how.code())),
                ("purpose", &t.code("role", row.role.code())),
            ],
        )
    };
    paso_paper::readings(&paso_paper::Readings {
        authority: service.authority().name.clone(),
        record: person.to_string(),
        made: press.moment(officer.post, service.clock().now()),
        officer_number: officer.number.to_string(),
        readings: rows
            .iter()
            .map(|row| paso_paper::Reading {
                at: at(row),
                officer_number: row.officer.to_string(),
                post: press.post_name(row.post),
                what: press.both(|t| sentence(t, row)),
            })
            .collect(),
        more: rows.len() == usize::try_from(PAGE).unwrap_or(usize::MAX),
        notices: press.notices(),
        specimen: demo,
    })
}

/// The receipt of an exit. `pages` is where browsers find this place.
///
/// # Errors
/// What does not fit or cannot be printed.
pub fn exit_pdf(
    service: &Service,
    texts: &Texts,
    (pages, demo): (&str, bool),
    card: CardNumber,
    paper: &PaperReceipt,
) -> Result<Vec<u8>, PrintError> {
    let press = Press {
        service,
        texts,
        demo,
    };
    let facts = &paper.facts;
    let post = facts.post.parse::<PostCode>().ok();
    paso_paper::act_receipt(&Receipt {
        authority: service.authority().name.clone(),
        kind: press.both(|t| t.text("paper-kind-exit")),
        post: post.map_or_else(|| facts.post.clone(), |post| press.post_name(post)),
        at: post
            .map(|post| press.moment(post, facts.at))
            .unwrap_or_default(),
        officer_number: facts.officer.clone(),
        about: About::Exit {
            card_number: card.to_string(),
        },
        proof: press.proof(Some(facts.code), &paper.symbol, pages),
        notices: press.notices(),
        specimen: demo,
    })
}

/// The receipt of an encounter. It names neither the person nor anything they are said to have done.
/// `pages` is where browsers find this place.
///
/// # Errors
/// What does not fit or cannot be printed.
pub fn receipt_pdf(
    service: &Service,
    texts: &Texts,
    (pages, demo): (&str, bool),
    record: &EncounterRecord,
) -> Result<Vec<u8>, PrintError> {
    let press = Press {
        service,
        texts,
        demo,
    };
    let encounter = &record.encounter;
    let kind = if encounter.with_card {
        "paper-kind-with-card"
    } else {
        "paper-kind-without-card"
    };
    let post = press.post_name(record.act.post);
    paso_paper::act_receipt(&Receipt {
        authority: service.authority().name.clone(),
        kind: press.both(|t| t.text(kind)),
        post: if encounter.place == post {
            post
        } else {
            format!("{}, {post}", encounter.place)
        },
        at: press.moment_of(&record.act),
        officer_number: record.act.officer.to_string(),
        about: About::Encounter {
            outcome: press.both(|t| t.code("paper-outcome", encounter.outcome.code())),
            legal_basis: encounter.legal_basis.clone(),
        },
        proof: press.proof(Some(encounter.receipt), &record.symbol, pages),
        notices: press.notices(),
        specimen: demo,
    })
}

/// Blank sheets of a batch.
///
/// # Errors
/// What does not fit or cannot be printed.
pub fn blank_pdf(
    service: &Service,
    texts: &Texts,
    demo: bool,
    printed: &Printed,
) -> Result<Vec<u8>, PrintError> {
    let press = Press {
        service,
        texts,
        demo,
    };
    paso_paper::blank_sheets(&BlankSheets {
        kind: match printed.batch.kind() {
            SheetKind::Application => BlankKind::Application,
            SheetKind::Crossing => BlankKind::Crossing,
            SheetKind::Encounter => BlankKind::Encounter,
            SheetKind::Custody => BlankKind::Custody,
        },
        authority: service.authority().name.clone(),
        place: press.post_name(printed.place),
        printed: press.moment(printed.place, printed.act.at),
        officer_number: printed.act.officer.to_string(),
        numbers: printed.numbers().map(|sheet| sheet.to_string()).collect(),
        notices: press.notices(),
        specimen: demo,
    })
}

/// The number under which a refusal can be asked for: the beginning of its identifier.
#[must_use]
pub fn folio(record: &RefusalRecord) -> String {
    short(&record.id.to_string())
}

/// `3F2A-91BC` of an identifier.
pub(crate) fn short(id: &str) -> String {
    let head: String = id.chars().take(8).collect::<String>().to_uppercase();
    let (first, second) = head.split_at(head.len() / 2);
    format!("{first}-{second}")
}

/// The document that was shown, with its whole number: for the record's own pages only.
pub(crate) fn shown_document(t: Voice<'_>, evidence: &Evidence) -> String {
    let Some(kind) = evidence.kind else {
        return t.text("paper-no-document");
    };
    let kind = t.code("document-kind", kind.code());
    match &evidence.number {
        Some(number) => format!("{kind} {number}"),
        None => kind,
    }
}

fn document(t: Voice<'_>, card: &paso_domain::card::Issued) -> String {
    format!(
        "{} ···{}",
        t.code("document-kind", card.document.code()),
        card.document_tail
    )
}

fn full_name(given: &str, surnames: &str) -> String {
    format!("{given} {surnames}").trim().to_owned()
}

fn portrait(bytes: Vec<u8>) -> Portrait {
    if bytes.starts_with(b"\x89PNG") {
        Portrait::Png(bytes)
    } else {
        Portrait::Jpeg(bytes)
    }
}

fn instrument(rule: &Rule) -> String {
    match &rule.instrument.reference {
        Some(reference) => format!("{} ({reference})", rule.instrument.es),
        None => rule.instrument.es.clone(),
    }
}

fn states_of(t: Voice<'_>, rule: Option<&Rule>) -> Vec<String> {
    rule.and_then(Rule::terms)
        .map(|terms| {
            say::codes(&terms.states)
                .map(|code| say::state(t, code))
                .collect()
        })
        .unwrap_or_default()
}

/// What all papers of one authority are printed with.
pub(crate) struct Press<'a> {
    pub(crate) service: &'a Service,
    pub(crate) texts: &'a Texts,
    pub(crate) demo: bool,
}

impl Press<'_> {
    pub(crate) fn both(&self, say: impl Fn(Voice<'_>) -> String) -> Bilingual {
        Bilingual::new(
            say(self.texts.speak(Lang::Es)),
            say(self.texts.speak(Lang::En)),
        )
    }

    /// What makes a receipt checkable: its code, and its symbol or the reason why it has none.
    pub(crate) fn proof(
        &self,
        code: Option<Code>,
        symbol: &Result<String, NoSymbol>,
        pages: &str,
    ) -> Proof {
        let bare = pages.split_once("://").map_or(pages, |(_, bare)| bare);
        Proof {
            code: code.map_or_else(String::new, |code| code.to_string()),
            symbol: symbol
                .clone()
                .map_err(|why| self.both(|t| t.code("paper-no-symbol", why.code()))),
            page: format!("{bare}/verify"),
        }
    }

    fn post(&self, code: PostCode) -> Option<&Post> {
        self.service.crossings().post(code.as_str())
    }

    fn post_name(&self, code: PostCode) -> String {
        self.post(code)
            .map_or_else(|| code.to_string(), |post| post.name.clone())
    }

    fn zone(&self, code: PostCode) -> Option<Zone> {
        self.post(code).map(|post| post.zone().clone())
    }

    pub(crate) fn notices(&self) -> Notices {
        let complaints = &self.service.authority().complaints;
        Notices {
            who_may_ask: self.both(|t| t.text("paper-who-may-ask")),
            // A name, a telephone number and an address: the same in every language.
            complaints: Bilingual::new(complaints.clone(), ""),
            how_to_check: self.both(|t| {
                t.text(if self.demo {
                    "paper-how-to-check-demo"
                } else {
                    "paper-how-to-check"
                })
            }),
        }
    }

    /// `14 MAR 1990`, or `14 ENE/JAN 1990` where the months are abbreviated differently.
    fn short_date(&self, date: Date) -> String {
        format!(
            "{} {} {}",
            date.day(),
            self.month(date.month()),
            date.year()
        )
    }

    fn month(&self, month: i8) -> String {
        let both = self.both(|t| t.month(month).to_uppercase());
        if both.es == both.en {
            both.es
        } else {
            format!("{}/{}", both.es, both.en)
        }
    }

    fn short_day(&self, zone: Option<&Zone>, moment: Moment) -> String {
        zone.map(|zone| self.short_date(zone.date_at(moment)))
            .unwrap_or_default()
    }

    /// A moment by the clock of a post, which the paper names in words.
    pub(crate) fn moment(&self, post: PostCode, moment: Moment) -> paso_paper::Moment {
        let Some(post) = self.post(post) else {
            return paso_paper::Moment::default();
        };
        let local = post.zone().local(moment);
        paso_paper::Moment {
            date: self.both(|t| t.weekday_date(local.date_time.date())),
            time: dates::time(local.date_time),
            zone: self.both(|t| {
                t.with(
                    "paper-time-of",
                    [("state", &say::state(t, post.state().as_str()))],
                )
            }),
            offset: dates::offset(local.offset_seconds),
            late: None,
        }
    }

    /// When an act happened, with its late mark.
    pub(crate) fn moment_of(&self, act: &Act) -> paso_paper::Moment {
        let late = act.late.as_ref();
        paso_paper::Moment {
            late: late.map(|late| {
                let sheet = late.sheet.to_string();
                self.both(|t| t.with("paper-late", [("sheet", sheet.as_str())]))
            }),
            ..self.moment(act.post, act.at)
        }
    }

    /// The length of one stay, by the clocks that the rule states.
    fn stay(&self, stay: Option<Stay>) -> Bilingual {
        let Some(stay) = stay else {
            return Bilingual::default();
        };
        let said = |n: u16| n.to_string();
        self.both(|t| match (stay.elapsed_hours(), stay.natural_days()) {
            (Some(hours), Some(days)) => t.with(
                "paper-stay-both",
                [("hours", &said(hours)), ("days", &said(days))],
            ),
            (Some(hours), None) => t.with("paper-stay-hours", [("hours", &said(hours))]),
            (None, days) => t.with(
                "paper-stay-days",
                [("days", &said(days.unwrap_or_default()))],
            ),
        })
    }
}
