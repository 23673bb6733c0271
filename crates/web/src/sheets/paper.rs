//! "From paper": what a form asks besides when a sheet is typed into it, and how an act that came from
//! one says so.

use crate::{fault::Fault, say, session::Session};
use jiff::civil::DateTime;
use paso_domain::{
    act::Act,
    crossings::Zone,
    id::OfficerNumber,
    sheet::{SheetKind, SheetNumber},
};
use paso_formats::moment::Moment;
use paso_pages::{Form, Voice};
use paso_service::{error::Refusal, sheets::FromPaper};
use std::collections::HashMap;

/// What the bar over a form shows.
pub(crate) struct Bar {
    /// The number of the sheet.
    pub(crate) sheet: String,
    /// The clock of the place.
    pub(crate) clock: String,
}

/// The number of a sheet in an address: `?hoja=P-TAL-…`.
pub(crate) fn asked(query: &HashMap<String, String>) -> Option<String> {
    query.get("hoja").cloned()
}

/// The bar over a form that names a sheet; none over any other.
pub(crate) fn bar(session: &Session, form: &Form) -> Result<Option<Bar>, Fault> {
    let Some(sheet) = form.fields.text("hoja") else {
        return Ok(None);
    };
    let zone = session.post()?.zone();
    let now = zone.local(session.service().clock().now());
    Ok(Some(Bar {
        sheet: sheet.to_owned(),
        clock: paso_pages::dates::offset(now.offset_seconds),
    }))
}

/// What the bar's fields say; none where the form names no sheet. Problems are said at their fields.
pub(crate) fn read(session: &Session, form: &mut Form) -> Result<Option<FromPaper>, Fault> {
    let Some(typed) = form.fields.text("hoja") else {
        return Ok(None);
    };
    let t = session.t();
    let sheet = typed.parse::<SheetNumber>().ok();
    let zone = session.post()?.zone();
    let happened = wall(zone, form.fields.typed("ocurrio"));
    let signed = form.fields.typed("firmo").parse::<OfficerNumber>().ok();
    if sheet.is_none() {
        form.problems.add("hoja", t.text("sheet-shape"));
    }
    if happened.is_none() {
        form.problems
            .add("ocurrio", t.text("sheet-happened-missing"));
    }
    if signed.is_none() {
        form.problems.add("firmo", t.text("sheet-signed-missing"));
    }
    Ok(match (sheet, happened, signed) {
        (Some(sheet), Some(happened), Some(signed)) => Some(FromPaper {
            sheet,
            happened,
            signed,
        }),
        _ => None,
    })
}

/// The field at which a refusal about a sheet is said; none for other refusals.
pub(crate) fn field_of(refusal: Refusal) -> Option<&'static str> {
    use paso_domain::sheet::SheetRefusal;
    match refusal {
        Refusal::Sheet(SheetRefusal::BeforePrinted | SheetRefusal::InFuture) => Some("ocurrio"),
        Refusal::Sheet(_) => Some("hoja"),
        _ => None,
    }
}

/// What a field of date and time holds, by the clock of the place.
fn wall(zone: &Zone, text: &str) -> Option<Moment> {
    let wall: DateTime = text.trim().parse().ok()?;
    let zoned = zone.time_zone().to_zoned(wall).ok()?;
    Some(Moment::from(zoned.timestamp()))
}

/// The late mark of an act that stood on paper, in words; none for any other.
pub(crate) fn late(t: Voice<'_>, zone: &Zone, act: &Act) -> Option<String> {
    act.late.as_ref().map(|late| {
        t.with(
            "act-late",
            [
                ("sheet", late.sheet.to_string().as_str()),
                ("recorded", &say::at(t, zone, late.recorded)),
                ("signed", late.signed.as_str()),
            ],
        )
    })
}

/// The page on which a sheet of this kind is typed.
pub(crate) const fn page_of(kind: SheetKind) -> &'static str {
    match kind {
        SheetKind::Application => "/mesa",
        SheetKind::Crossing => "/cruce",
        SheetKind::Encounter => "/encuentro",
        SheetKind::Custody => "/custodia/abrir",
    }
}
