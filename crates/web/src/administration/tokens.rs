//! Tokens of programs: the list, a new one, and taking one back.

use super::{Tab, at, forms, officers::finish, tabs};
use crate::{
    door::Allowed,
    fault::Fault,
    reply,
    session::{Sent, Session},
    signing,
};
use askama::Template;
use axum::{extract::Path, response::Response};
use paso_domain::{
    id::{OfficerNumber, TokenId},
    policy::powers,
};
use paso_pages::{Choice, Form, Frame};
use paso_service::officers::Issue;

type Door = Allowed<powers::ManageTokens>;

struct Row {
    id: String,
    purpose: String,
    role: String,
    officer: String,
    post: String,
    until: String,
    good: bool,
}

#[derive(Template)]
#[template(path = "administration/tokens.html")]
struct List<'a> {
    f: Frame<'a>,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
}

pub(super) async fn list(session: Door) -> Result<Response, Fault> {
    let t = session.t();
    let now = session.service().clock().now();
    let mut rows = Vec::new();
    for row in session.service().tokens(session.permit()).await? {
        let Some((token, _)) = &row.issued else {
            continue;
        };
        rows.push(Row {
            id: row.id.to_string(),
            purpose: token.purpose.clone(),
            role: t.code("role", token.role.code()),
            officer: token.officer.to_string(),
            post: token.post.to_string(),
            until: at(&session, row.revoked_from.unwrap_or(token.expires))?,
            good: row.good_at(now).is_some(),
        });
    }
    reply::page(&List {
        f: session.frame(t.text("admin-tokens"))?,
        tabs: tabs(&session, "/administracion/llaves"),
        rows,
    })
}

#[derive(Template)]
#[template(path = "administration/token.html")]
struct New<'a> {
    f: Frame<'a>,
    form: Form,
    roles: Vec<Choice>,
    mark: String,
}

fn page(session: &Session, form: Form) -> Result<New<'_>, Fault> {
    Ok(New {
        f: session
            .frame(session.t().text("admin-token-new"))?
            .holding("decision", !form.problems.is_empty()),
        form,
        roles: forms::roles(session),
        mark: session.app().once().mark(),
    })
}

pub(super) async fn ask(session: Door) -> Result<Response, Fault> {
    let mut form = Form::default();
    form.fields.set("dias", "30");
    reply::page(&page(&session, form)?)
}

pub(super) async fn issue(session: Door, sent: Sent) -> Result<Response, Fault> {
    let t = session.t();
    let mut form = Form::of(sent.fields);
    let typed = form.fields.typed("oficial").trim().to_uppercase();
    let officer = typed.parse::<OfficerNumber>();
    if officer.is_err() {
        form.problems.add("oficial", t.text("admin-no-number"));
    }
    let role = forms::role(&session, &mut form);
    let posts = forms::posts(&session, &mut form, "puesto");
    if posts.len() != 1 && form.problems.of("puesto").is_none() {
        form.problems.add("puesto", t.text("admin-one-post"));
    }
    let purpose = form.fields.typed("fin").trim().to_owned();
    if purpose.is_empty() {
        form.problems
            .add("fin", t.code("refusal", "token-purpose-missing"));
    }
    let days = form.fields.typed("dias").trim().parse::<u8>().unwrap_or(0);
    let (Ok(officer), Some(role), [post], true) =
        (officer, role, posts.as_slice(), form.problems.is_empty())
    else {
        return reply::again(&page(&session, form)?);
    };
    let issue = Issue {
        officer,
        role,
        post: *post,
        purpose,
        days,
    };
    let decision = Box::pin(async {
        let service = session.service();
        let prepared = service.issue_token(session.permit(), &issue).await?;
        Ok(signing::next(
            &prepared,
            "/administracion/llaves".to_owned(),
        ))
    });
    finish(&session, form, "oficial", decision, |form| {
        page(&session, form)
    })
    .await
}

#[derive(Template)]
#[template(path = "administration/token_end.html")]
struct Revoke<'a> {
    f: Frame<'a>,
    form: Form,
    id: String,
    mark: String,
}

fn revoke_page(session: &Session, id: TokenId, form: Form) -> Result<Revoke<'_>, Fault> {
    Ok(Revoke {
        f: session
            .frame(session.t().text("admin-token-revoke"))?
            .holding("decision", !form.problems.is_empty()),
        form,
        id: id.to_string(),
        mark: session.app().once().mark(),
    })
}

fn id(text: &str) -> Result<TokenId, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

pub(super) async fn ask_revoke(session: Door, Path(text): Path<String>) -> Result<Response, Fault> {
    reply::page(&revoke_page(&session, id(&text)?, Form::default())?)
}

pub(super) async fn revoke(
    session: Door,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let id = id(&text)?;
    let form = Form::of(sent.fields);
    let reason = form.fields.typed("motivo").trim().to_owned();
    let decision = Box::pin(async {
        let service = session.service();
        let prepared = service.revoke_token(session.permit(), id, reason).await?;
        Ok(signing::next(
            &prepared,
            "/administracion/llaves".to_owned(),
        ))
    });
    finish(&session, form, "motivo", decision, |form| {
        revoke_page(&session, id, form)
    })
    .await
}
