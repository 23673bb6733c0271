//! A shift on a phone: opened here with a network and a passkey, carried along without either, and
//! what it recorded brought back.
//!
//! The phone's script makes the key and keeps it; only its public half comes here. What is brought
//! needs no session: a record proves whose it is, and a shift may be long over when a network is found.

use super::assets::{FILES, OFFICER};
use crate::{
    App,
    door::{Allowed, Public},
    fault::Fault,
    reply,
    routes::Routes,
    say,
    session::{Sent, own},
    signing,
};
use askama::Template;
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use paso_domain::policy::{Kind as _, powers};
use paso_formats::key::PublicKey;
use paso_pages::{Frame, Lang, cookie, headers::Scripts};
use paso_service::{ServiceError, phone::PhoneRefusal};
use serde_json::json;

/// Where a shift is opened.
pub(super) const OPEN: &str = "/punto/turno";

/// Where records are brought.
pub(super) const BRING: &str = "/punto/envios";

/// How many records the phone that asks has not sent yet, as its script says; none where it says none.
/// Nothing is granted for it: it only decides what the browser is told to keep.
pub(crate) fn unsent(headers: &HeaderMap) -> Option<i64> {
    let said = cookie::read(headers, "__Host-paso-sin-enviar")?;
    said.parse()
        .ok()
        .filter(|count| (1..10_000).contains(count))
}

pub(super) fn routes() -> Routes {
    Routes::default()
        .get(OPEN, ask)
        .post(OPEN, open)
        .get("/punto/turno/{llave}", take_along)
        .post(BRING, bring)
}

#[derive(Template)]
#[template(path = "phone/open.html")]
struct Open<'a> {
    f: Frame<'a>,
    script: &'static str,
    hours: String,
    officer: String,
    post: String,
    custody: bool,
}

async fn ask(session: Allowed<powers::RecordEncounter>) -> Result<Response, Fault> {
    let t = session.t();
    let service = session.service();
    let length = service.phone_shift_length(session.officer())?;
    let page = reply::page(&Open {
        f: session.frame(t.text("shift-open-title"))?,
        script: &FILES.shift,
        hours: t.count("length-hours", i64::from(length.hours())),
        officer: session.officer().number.to_string(),
        post: session.post()?.name.clone(),
        custody: session.may(powers::KeepCustody::POWER),
    })?;
    Ok((Scripts::Own, page).into_response())
}

/// A public key as the script writes it: an uncompressed point in hexadecimal.
fn key(text: &str) -> Option<PublicKey> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |[high, low]: &[u8; 2]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok();
    let point: Vec<u8> = pairs.iter().map(byte).collect::<Option<_>>()?;
    rest.is_empty()
        .then(|| PublicKey::es256(&point).ok())
        .flatten()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    let pair = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(pair).collect()
}

async fn open(session: Allowed<powers::RecordEncounter>, sent: Sent) -> Result<Response, Fault> {
    // Without the script there is no key, and nothing to bind.
    let Some(key) = key(sent.fields.typed("llave")) else {
        return ask(session).await;
    };
    let prepared = session.service().open_phone(session.permit(), &key).await?;
    Ok(reply::see_other(&signing::next(
        &prepared,
        OFFICER.page.to_owned(),
    )))
}

/// What the phone takes along for its shift.
async fn take_along(
    session: Allowed<powers::RecordEncounter>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let key = key(&text).ok_or(Fault::NotFound)?;
    let service = session.service();
    let shift = service.phone_shift(session.permit(), key.key_id()).await?;
    let post = service.crossings().post(shift.opened.post.as_str());
    Ok(Json(json!({
        "vouch": hex(&shift.vouch),
        "sealing": hex(&shift.sealing),
        "officer": shift.opened.officer.to_string(),
        "post": say::post_name(service, shift.opened.post),
        "state": post.map(|post| post.state().to_string()),
        "zone": post.and_then(|post| post.zone().time_zone().iana_name()),
        "from": shift.from.unix(),
        "until": shift.until.unix(),
        "custody": shift.opens_custody,
    }))
    .into_response())
}

/// Takes a record from whoever brings it.
async fn bring(
    _: Public,
    State(app): State<App>,
    lang: Lang,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fault> {
    own(&headers, &app)?;
    match Box::pin(app.service().take_from_phone(&body)).await {
        Ok(taken) => {
            let receipts: Vec<_> = taken.receipts.iter().map(ToString::to_string).collect();
            let remarks: Vec<_> = taken.remarks.iter().map(|remark| remark.code()).collect();
            Ok(Json(json!({
                "receipts": receipts,
                "arrived": taken.arrived.unix(),
                "again": taken.again,
                "remarks": remarks,
            }))
            .into_response())
        }
        Err(PhoneRefusal::Service(error)) => Err(match error {
            // The phone comes again by itself, and what it brought is not there twice.
            ServiceError::Contended | ServiceError::InDoubt(_) => Fault::Contended,
            error => error.into(),
        }),
        Err(refusal) => {
            tracing::warn!("a phone's record was refused: {refusal}");
            let code = refusal.code().unwrap_or_default();
            let said = json!({
                "status": StatusCode::UNPROCESSABLE_ENTITY.as_u16(),
                "code": code,
                "detail": app.speak(lang).code("phone-refusal", code),
            });
            // RFC 9457; the phone shows the sentence beside what it keeps.
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(said)).into_response())
        }
    }
}
