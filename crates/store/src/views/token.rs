//! Tokens of the API: found by the hash of what a program shows, and as lists show them.

use std::collections::BTreeMap;

use paso_domain::{
    event::Event,
    id::{OfficerNumber, TokenId},
    subject::Subject,
    token::{Token, TokenEvent},
};
use paso_formats::moment::Moment;

use super::{Fact, new_subjects};
use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_token (
        token {{text}} NOT NULL PRIMARY KEY,
        hash {{bytes}},
        officer {{text}},
        role {{text}},
        post {{text}},
        purpose {{text}},
        issued_at {{integer}},
        expires {{integer}},
        revoked_from {{integer}}
    ) {{keyed}};
    CREATE INDEX view_token_hash ON view_token (hash);
    CREATE INDEX view_token_officer ON view_token (officer);
";

statements! {
    PUT = "INSERT INTO view_token (token, hash, officer, role, post, purpose, issued_at, expires,
            revoked_from)
        VALUES {{rows}}
        ON CONFLICT (token) DO UPDATE SET hash = excluded.hash, officer = excluded.officer,
            role = excluded.role, post = excluded.post, purpose = excluded.purpose,
            issued_at = excluded.issued_at, expires = excluded.expires,
            revoked_from = excluded.revoked_from";
    BY_ID = "SELECT token, hash, officer, role, post, purpose, issued_at, expires, revoked_from
        FROM view_token WHERE token IN ({{list}})";
    BY_HASH = "SELECT token, hash, officer, role, post, purpose, issued_at, expires, revoked_from
        FROM view_token WHERE hash = $1 ORDER BY issued_at, token LIMIT 1";
    BY_OFFICER = "SELECT token, hash, officer, role, post, purpose, issued_at, expires,
            revoked_from
        FROM view_token WHERE officer = $1 ORDER BY issued_at, token";
    LIST = "SELECT token, hash, officer, role, post, purpose, issued_at, expires, revoked_from
        FROM view_token ORDER BY issued_at DESC, token LIMIT $1";
}

/// A token in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// Which.
    pub id: TokenId,
    /// What it is, and when it was issued; none while only its end is known.
    pub issued: Option<(Token, Moment)>,
    /// From when it was taken back.
    pub revoked_from: Option<Moment>,
}

impl TokenRow {
    fn apply(&mut self, event: &TokenEvent) {
        match event {
            TokenEvent::Issued { act, token, .. } => {
                self.issued.get_or_insert_with(|| (token.clone(), act.at));
            }
            TokenEvent::Revoked { from, .. } => {
                self.revoked_from = Some(self.revoked_from.map_or(*from, |f| f.min(*from)));
            }
        }
    }

    /// The token, where it counts at a moment. Whether its officer still has the role is asked of
    /// the register of officers.
    #[must_use]
    pub fn good_at(&self, moment: Moment) -> Option<&Token> {
        let (token, _) = self.issued.as_ref()?;
        let revoked = self.revoked_from.is_some_and(|from| from <= moment);
        (!revoked && moment < token.expires).then_some(token)
    }

    fn values(&self) -> [Value; 9] {
        let token = self.issued.as_ref().map(|(token, _)| token);
        [
            Value::from(self.id.to_string()),
            token.map_or(Value::Bytes(None), |token| Value::from(&token.hash)),
            Value::text(token.map(|token| &token.officer)),
            Value::text(token.map(|token| token.role)),
            Value::text(token.map(|token| &token.post)),
            Value::text(token.map(|token| &token.purpose)),
            Value::moment(self.issued.as_ref().map(|(_, at)| *at)),
            Value::moment(token.map(|token| token.expires)),
            Value::moment(self.revoked_from),
        ]
    }

    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let issued = match row.optional_parse::<OfficerNumber>(2, "officer number")? {
            None => None,
            Some(officer) => Some((
                Token {
                    hash: row.hash(1)?,
                    officer,
                    role: row.parse(3, "role")?,
                    post: row.parse(4, "post code")?,
                    purpose: row.text(5)?,
                    expires: row.moment(7)?,
                },
                row.moment(6)?,
            )),
        };
        Ok(Self {
            id: row.parse(0, "token")?,
            issued,
            revoked_from: row.optional_moment(8)?,
        })
    }
}

pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let new = new_subjects(facts);
    let (mut rows, mut known, mut events) = (BTreeMap::new(), Vec::new(), Vec::new());
    for fact in facts {
        let (Subject::Token(id), Event::Token(event)) = (fact.subject, fact.event) else {
            continue;
        };
        let unknown = TokenRow {
            id: *id,
            issued: None,
            revoked_from: None,
        };
        let first = rows.insert(*id, unknown).is_none();
        if first && !new.contains(fact.subject) {
            known.push(Value::from(id.to_string()));
        }
        events.push((*id, event));
    }
    for row in tx.fetch_list(&BY_ID, known).await? {
        let row = TokenRow::read(&row)?;
        rows.insert(row.id, row);
    }
    for (id, event) in events {
        rows.entry(id).and_modify(|row| row.apply(event));
    }
    tx.put(&PUT, rows.values().map(TokenRow::values).collect())
        .await
}

impl Store {
    /// The token with this hash.
    pub async fn token(&self, hash: &[u8; 32]) -> Result<Option<TokenRow>, DatabaseError> {
        let rows = self.main().fetch(&BY_HASH, vec![Value::from(hash)]).await?;
        rows.first().map(TokenRow::read).transpose()
    }

    /// An officer's tokens, oldest first.
    pub async fn tokens_of(&self, officer: &OfficerNumber) -> Result<Vec<TokenRow>, DatabaseError> {
        let values = vec![Value::from(officer.as_str())];
        let rows = self.main().fetch(&BY_OFFICER, values).await?;
        rows.iter().map(TokenRow::read).collect()
    }

    /// Tokens, newest first, at most `limit`.
    pub async fn tokens(&self, limit: u32) -> Result<Vec<TokenRow>, DatabaseError> {
        let values = vec![Value::from(u64::from(limit))];
        let rows = self.main().fetch(&LIST, values).await?;
        rows.iter().map(TokenRow::read).collect()
    }
}
