//! Devices: the list, and saying that one may be in other hands.

use super::{Tab, at, forms, officers::finish, tabs};
use crate::{
    door::Allowed,
    fault::Fault,
    reply, say,
    session::{Sent, Session},
    signing,
};
use askama::Template;
use axum::{extract::Path, response::Response};
use paso_domain::{device::DeviceCommand, id::StreamId, policy::powers};
use paso_formats::moment::DAY;
use paso_pages::{Form, Frame};

type Door = Allowed<powers::ManageDevices>;

struct Row {
    stream: String,
    name: String,
    post: String,
    state: &'static str,
    says: String,
    /// When a post's machine was last heard, and whether that is long ago.
    heard: Option<(String, bool)>,
}

/// After so long somebody asks a post whether it is well: it may work alone for a fortnight, and what
/// came a day late is said to be late.
const SILENT: i64 = DAY;

#[derive(Template)]
#[template(path = "administration/devices.html")]
struct List<'a> {
    f: Frame<'a>,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
}

pub(super) async fn list(session: Door) -> Result<Response, Fault> {
    let t = session.t();
    let mut rows = Vec::new();
    for device in session.service().devices(session.permit()).await? {
        let (state, moment) = match (device.compromised_from, device.ended_from) {
            (Some(from), _) => ("in-doubt", Some(from)),
            (None, Some(from)) => ("put-away", Some(from)),
            (None, None) => ("in-use", device.from),
        };
        let (name, post) = match &device.enrolled {
            Some((name, post)) => (name.clone(), say::post_name(session.service(), *post)),
            None => (String::new(), String::new()),
        };
        let heard = match (state, session.service().last_heard(device.stream).await?) {
            ("in-use", Some(mark)) => {
                let is_long_ago = session.service().clock().now().since(mark.at) > SILENT;
                let said = t.with("admin-heard", [("at", &at(&session, mark.at)?)]);
                Some((said, is_long_ago))
            }
            _ => None,
        };
        rows.push(Row {
            stream: device.stream.to_string(),
            name,
            post,
            state,
            says: match moment {
                Some(moment) => t.with("admin-since", [("at", &at(&session, moment)?)]),
                None => String::new(),
            },
            heard,
        });
    }
    reply::page(&List {
        f: session.frame(t.text("admin-devices"))?,
        tabs: tabs(&session, "/administracion/dispositivos"),
        rows,
    })
}

#[derive(Template)]
#[template(path = "administration/device.html")]
struct Revoke<'a> {
    f: Frame<'a>,
    form: Form,
    stream: String,
    mark: String,
}

fn page(session: &Session, stream: StreamId, form: Form) -> Result<Revoke<'_>, Fault> {
    Ok(Revoke {
        f: session
            .frame(session.t().text("admin-device-revoke"))?
            .holding("decision", !form.problems.is_empty()),
        form,
        stream: stream.to_string(),
        mark: session.app().once().mark(),
    })
}

fn stream(text: &str) -> Result<StreamId, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

pub(super) async fn ask(session: Door, Path(text): Path<String>) -> Result<Response, Fault> {
    reply::page(&page(&session, stream(&text)?, Form::default())?)
}

pub(super) async fn revoke(
    session: Door,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let stream = stream(&text)?;
    let mut form = Form::of(sent.fields);
    let compromised_from = forms::moment(&session, &mut form, "desde")?;
    let reason = form.fields.typed("motivo").trim().to_owned();
    if reason.is_empty() {
        form.problems.add(
            "motivo",
            session.t().code("refusal", "device-reason-missing"),
        );
    }
    if !form.problems.is_empty() {
        return reply::again(&page(&session, stream, form)?);
    }
    let decision = Box::pin(async {
        let command = DeviceCommand::Revoke {
            compromised_from,
            reason,
        };
        let service = session.service();
        let prepared = service
            .manage_device(session.permit(), stream, command)
            .await?;
        Ok(signing::next(
            &prepared,
            "/administracion/dispositivos".to_owned(),
        ))
    });
    finish(&session, form, "desde", decision, |form| {
        page(&session, stream, form)
    })
    .await
}
