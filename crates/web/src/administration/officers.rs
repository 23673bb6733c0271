//! Officers: the list, one officer's file, and what an administrator decides about them.

use super::{Tab, at, forms, lines, tabs};
use crate::{
    door::Allowed,
    fault::Fault,
    reply, say,
    session::{MARK, Sent, Session},
    signing,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use paso_domain::{
    id::OfficerNumber,
    officer::{Access, OfficerCommand},
    policy::powers,
};
use paso_pages::{Choice, Form, Frame};
use paso_service::{
    approval::Prepared,
    officers::{NewOfficer, OfficerFile},
};
use std::collections::HashMap;

type Door = Allowed<powers::ManageOfficers>;

/// One officer in the list.
struct Row {
    number: String,
    name: String,
    state: &'static str,
    roles: Vec<String>,
}

#[derive(Template)]
#[template(path = "administration/officers.html")]
struct List<'a> {
    f: Frame<'a>,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    more: Option<String>,
}

/// How many a page of the list has.
const PAGE: usize = 200;

pub(super) async fn list(
    session: Door,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let t = session.t();
    let after = match query.get("desde") {
        Some(text) => Some(number(text)?),
        None => None,
    };
    let found = session
        .service()
        .officers(session.permit(), after.as_ref())
        .await?;
    let more = found.last().filter(|_| found.len() >= PAGE);
    let more = more.map(|(row, _)| format!("/administracion?desde={}", row.officer));
    let rows = found.into_iter().map(|(row, grants)| Row {
        state: match (row.dismissed_from, row.suspended_from, &row.name) {
            (Some(_), _, _) => "dismissed",
            (None, Some(_), _) => "suspended",
            (None, None, Some(_)) => "active",
            (None, None, None) => "unknown",
        },
        number: row.officer.to_string(),
        name: row.name.unwrap_or_default(),
        roles: grants
            .iter()
            .map(|grant| match grant.posts.as_str() {
                "" => t.code("role", grant.role.code()),
                posts => format!("{} · {posts}", t.code("role", grant.role.code())),
            })
            .collect(),
    });
    reply::page(&List {
        f: session.frame(t.text("admin-officers"))?,
        tabs: tabs(&session, "/administracion"),
        rows: rows.collect(),
        more,
    })
}

fn number(text: &str) -> Result<OfficerNumber, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

/// A window of something: what it is, from when, until when.
struct Window {
    what: String,
    where_: String,
    from: String,
    until: Option<String>,
}

#[derive(Template)]
#[template(path = "administration/officer.html")]
struct File<'a> {
    f: Frame<'a>,
    number: String,
    name: String,
    state: &'static str,
    state_says: String,
    conflicts: Vec<String>,
    grants: Vec<Window>,
    passkeys: Vec<Window>,
    shifts: Vec<Window>,
    history: Vec<lines::Line>,
    may: Vec<What>,
}

pub(super) async fn show(session: Door, Path(text): Path<String>) -> Result<Response, Fault> {
    let file = session
        .service()
        .officer_file(session.permit(), &number(&text)?)
        .await?;
    reply::page(&page(&session, &file)?)
}

fn page<'a>(session: &'a Door, file: &OfficerFile) -> Result<File<'a>, Fault> {
    let t = session.t();
    let until = |moment: Option<_>| moment.map(|moment| at(session, moment)).transpose();
    let state_says = match file.standing.access {
        Access::Active => t.with(
            "admin-since",
            [(
                "at",
                &match file.state.enrolled() {
                    Some(act) => at(session, act.at)?,
                    None => String::new(),
                },
            )],
        ),
        Access::Suspended { from } | Access::Dismissed { from } => {
            t.with("admin-since", [("at", &at(session, from)?)])
        }
        Access::Unknown => t.text("admin-never-enrolled"),
    };
    let mut grants = Vec::new();
    for grant in file.state.grants() {
        let posts: Vec<_> = grant
            .posts
            .iter()
            .map(|post| say::post_name(session.service(), *post))
            .collect();
        grants.push(Window {
            what: t.code("role", grant.role.code()),
            where_: if posts.is_empty() {
                t.text("admin-all-posts")
            } else {
                say::list(t, &posts)
            },
            from: at(session, grant.from)?,
            until: until(grant.until)?,
        });
    }
    let mut passkeys = Vec::new();
    for passkey in file.state.passkeys() {
        let first = passkey
            .credential
            .first_chunk()
            .copied()
            .unwrap_or_default();
        passkeys.push(Window {
            what: format!("{:08x}", u32::from_be_bytes(first)),
            where_: match passkey.ended {
                Some(reason) => t.code("passkey-end", reason.code()),
                None if passkey.backup_eligible => t.text("admin-passkey-synced"),
                None => t.text("admin-passkey-bound"),
            },
            from: at(session, passkey.from)?,
            until: until(passkey.until)?,
        });
    }
    let mut shifts = Vec::new();
    for shift in &file.shifts {
        let Some(opened) = shift.opened_at else {
            continue;
        };
        let role = shift.role.as_deref().unwrap_or_default();
        shifts.push(Window {
            what: say::post_name(session.service(), shift.post),
            where_: t.known("role", role).unwrap_or_default(),
            from: at(session, opened)?,
            until: until(shift.closed_at)?,
        });
    }
    let never = file.state.passkeys().is_empty();
    let possible = |what: &What| match (what, file.standing.access) {
        (What::Dismiss, Access::Active | Access::Suspended { .. })
        | (What::Reinstate, Access::Suspended { .. })
        | (What::Grant | What::EndGrant | What::Suspend, Access::Active) => true,
        (What::Invite, Access::Active) => never,
        (What::Recover, Access::Active) => !never,
        _ => false,
    };
    Ok(File {
        f: session.frame(t.with("admin-officer", [("number", file.number.as_str())]))?,
        number: file.number.to_string(),
        name: file.state.name().to_owned(),
        state: file.standing.access.code(),
        state_says,
        conflicts: file
            .state
            .conflicts()
            .iter()
            .map(|conflict| t.code("officer-conflict", conflict.code()))
            .collect(),
        grants,
        passkeys,
        shifts,
        history: lines::history(session, &file.history)?,
        may: What::ALL.into_iter().filter(possible).collect(),
    })
}

#[derive(Template)]
#[template(path = "administration/enrol.html")]
struct Enrol<'a> {
    f: Frame<'a>,
    form: Form,
    roles: Vec<Choice>,
    mark: String,
}

fn enrol_page(session: &Session, form: Form) -> Result<Enrol<'_>, Fault> {
    Ok(Enrol {
        f: session
            .frame(session.t().text("admin-enrol"))?
            .holding("alta", !form.problems.is_empty()),
        form,
        roles: forms::roles(session),
        mark: session.app().once().mark(),
    })
}

pub(super) async fn ask_enrol(session: Door) -> Result<Response, Fault> {
    reply::page(&enrol_page(&session, Form::default())?)
}

pub(super) async fn enrol(session: Door, sent: Sent) -> Result<Response, Fault> {
    let t = session.t();
    let mut form = Form::of(sent.fields);
    let typed = form.fields.typed("numero").trim().to_uppercase();
    let number = typed.parse::<OfficerNumber>();
    if number.is_err() {
        form.problems.add("numero", t.text("admin-no-number"));
    }
    let name = form.fields.text("nombre").map(str::to_owned);
    if name.is_none() {
        form.problems
            .add("nombre", t.code("refusal", "officer-name-missing"));
    }
    let role = forms::role(&session, &mut form);
    let posts = forms::posts(&session, &mut form, "puestos");
    let (Ok(number), Some(name), Some(role), true) = (number, name, role, form.problems.is_empty())
    else {
        return reply::again(&enrol_page(&session, form)?);
    };
    let new = NewOfficer {
        number,
        name,
        role: Some((role, posts)),
    };
    let decision = Box::pin(async {
        let prepared = session.service().enrol(session.permit(), &new).await?;
        Ok(place(&prepared, &new.number))
    });
    finish(&session, form, "numero", decision, |form| {
        enrol_page(&session, form)
    })
    .await
}

/// What can be decided about an officer; part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Grant,
    EndGrant,
    Invite,
    Recover,
    Suspend,
    Reinstate,
    Dismiss,
}

impl What {
    const ALL: [Self; 7] = [
        Self::Grant,
        Self::EndGrant,
        Self::Invite,
        Self::Recover,
        Self::Suspend,
        Self::Reinstate,
        Self::Dismiss,
    ];

    /// Its place in an address.
    const fn place(self) -> &'static str {
        match self {
            Self::Grant => "rol",
            Self::EndGrant => "quitar",
            Self::Invite => "invitar",
            Self::Recover => "recuperar",
            Self::Suspend => "suspender",
            Self::Reinstate => "reincorporar",
            Self::Dismiss => "baja",
        }
    }

    /// The key of its texts.
    const fn key(self) -> &'static str {
        match self {
            Self::Grant => "admin-grant",
            Self::EndGrant => "admin-end-grant",
            Self::Invite => "admin-invite",
            Self::Recover => "admin-recover",
            Self::Suspend => "admin-suspend",
            Self::Reinstate => "admin-reinstate",
            Self::Dismiss => "admin-dismiss",
        }
    }

    fn hint(self) -> String {
        format!("{}-hint", self.key())
    }

    const fn asks_role(self) -> bool {
        matches!(self, Self::Grant | Self::EndGrant)
    }

    const fn asks_posts(self) -> bool {
        matches!(self, Self::Grant)
    }

    const fn asks_from(self) -> bool {
        matches!(self, Self::Suspend | Self::Dismiss)
    }

    const fn asks_reason(self) -> bool {
        !matches!(self, Self::Grant | Self::Invite | Self::Recover)
    }

    const fn is_grave(self) -> bool {
        matches!(self, Self::Suspend | Self::Dismiss | Self::EndGrant)
    }
}

fn what(text: &str) -> Result<What, Fault> {
    let mut all = What::ALL.into_iter();
    all.find(|what| what.place() == text).ok_or(Fault::NotFound)
}

#[derive(Template)]
#[template(path = "administration/decide.html")]
struct Decide<'a> {
    f: Frame<'a>,
    form: Form,
    number: String,
    name: String,
    what: What,
    roles: Vec<Choice>,
    mark: String,
}

fn decide_page<'a>(
    session: &'a Session,
    file: &OfficerFile,
    what: What,
    form: Form,
) -> Result<Decide<'a>, Fault> {
    let t = session.t();
    let held = |choice: &Choice| {
        let mut grants = file.standing.grants.iter();
        what != What::EndGrant || grants.any(|grant| grant.role.code() == choice.value)
    };
    Ok(Decide {
        f: session
            .frame(t.text(what.key()))?
            .holding("decision", !form.problems.is_empty()),
        form,
        number: file.number.to_string(),
        name: file.state.name().to_owned(),
        what,
        roles: forms::roles(session).into_iter().filter(held).collect(),
        mark: session.app().once().mark(),
    })
}

pub(super) async fn ask(
    session: Door,
    Path((text, asked)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let (number, what) = (number(&text)?, what(&asked)?);
    let file = session
        .service()
        .officer_file(session.permit(), &number)
        .await?;
    reply::page(&decide_page(&session, &file, what, Form::default())?)
}

pub(super) async fn act(
    session: Door,
    Path((text, asked)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Fault> {
    let (number, what) = (number(&text)?, what(&asked)?);
    let service = session.service();
    let file = service.officer_file(session.permit(), &number).await?;
    let mut form = Form::of(sent.fields);
    let role = what
        .asks_role()
        .then(|| forms::role(&session, &mut form))
        .flatten();
    let posts = forms::posts(&session, &mut form, "puestos");
    let from = forms::moment(&session, &mut form, "desde")?;
    let reason = form.fields.typed("motivo").trim().to_owned();
    if what.asks_reason() && reason.is_empty() {
        form.problems.add(
            "motivo",
            session.t().code("refusal", "officer-reason-missing"),
        );
    }
    if !form.problems.is_empty() {
        return reply::again(&decide_page(&session, &file, what, form)?);
    }
    let command = match (what, role) {
        (What::Grant, Some(role)) => Some(OfficerCommand::Grant {
            role,
            posts,
            from,
            until: None,
        }),
        (What::EndGrant, Some(role)) => Some(OfficerCommand::EndGrant { role, from, reason }),
        (What::Suspend, _) => Some(OfficerCommand::Suspend { from, reason }),
        (What::Reinstate, _) => Some(OfficerCommand::Reinstate { reason }),
        (What::Dismiss, _) => Some(OfficerCommand::Dismiss { from, reason }),
        (What::Invite | What::Recover | What::Grant | What::EndGrant, _) => None,
    };
    let field = if what.asks_role() {
        "rol"
    } else if what.asks_reason() {
        "motivo"
    } else {
        "decision"
    };
    let decision = Box::pin(async {
        let prepared = match command {
            Some(command) => {
                service
                    .manage_officer(session.permit(), &number, command)
                    .await?
            }
            None if what == What::Recover => {
                let permit = service.permit(session.officer()).await?;
                service.recover_passkey(&permit, &number).await?
            }
            None => service.invite(session.permit(), &number).await?,
        };
        Ok(place(&prepared, &number))
    });
    finish(&session, form, field, decision, |form| {
        decide_page(&session, &file, what, form)
    })
    .await
}

fn place(prepared: &Prepared, number: &OfficerNumber) -> String {
    signing::next(prepared, format!("/administracion/oficiales/{number}"))
}

/// Decides once, and shows the form again with what the register refused.
pub(super) async fn finish<T: Template>(
    session: &Session,
    mut form: Form,
    field: &str,
    decision: impl Future<Output = Result<String, paso_service::ServiceError>>,
    again: impl FnOnce(Form) -> Result<T, Fault>,
) -> Result<Response, Fault> {
    let mark = form.fields.typed(MARK).to_owned();
    let once = session.app().once();
    match once.decide(session.form_token(), &mark, decision).await {
        Ok(place) => Ok(reply::see_other(&place)),
        Err(error) => {
            forms::refused(session, &mut form, field, error)?;
            reply::again(&again(form)?)
        }
    }
}
