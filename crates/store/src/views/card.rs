//! Cards: found by number, by holder and by name, and the indexes of those that have ended.

use std::collections::BTreeMap;

use paso_domain::{
    card::{CardConflict, CardEvent, RefusalGround, RevocationReason},
    contradiction::Which,
    crossings::PostCode,
    document::DocumentKind,
    event::Event,
    id::PersonId,
    subject::Subject,
};
use paso_formats::{
    field::{BirthDate, StateCode},
    moment::Moment,
    name::{PersonName, fold},
    number::CardNumber,
    shown::mark_of,
    verdict::Finding,
};

use super::{
    Fact, after_all_beginning_with, bounded,
    contradiction::{News, Noticed},
    name_key, new_subjects,
};
use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_card (
        number {{text}} NOT NULL PRIMARY KEY,
        applicant {{text}},
        name {{text}},
        folded {{text}},
        birth {{text}},
        nationality {{text}},
        holder {{text}},
        document {{text}},
        document_tail {{text}},
        post {{text}},
        issued_at {{integer}},
        expires {{integer}},
        status_uri {{text}},
        status_index {{integer}},
        refused {{text}},
        ended_at {{integer}},
        revoked {{text}},
        replaced_by {{text}},
        mark {{text}},
        shown_mark {{text}},
        shown_differ {{integer}},
        shown_at {{integer}},
        shown_post {{text}}
    ) {{keyed}};
    CREATE INDEX view_card_holder ON view_card (holder, issued_at);
    CREATE INDEX view_card_name ON view_card (folded, number);
    CREATE INDEX view_card_ended ON view_card (status_uri, status_index) WHERE ended_at IS NOT NULL;
";

statements! {
    PUT = "INSERT INTO view_card (number, applicant, name, folded, birth, nationality, holder,
            document, document_tail, post, issued_at, expires, status_uri, status_index, refused,
            ended_at, revoked, replaced_by, mark, shown_mark, shown_differ, shown_at, shown_post)
        VALUES {{rows}}
        ON CONFLICT (number) DO UPDATE SET applicant = excluded.applicant, name = excluded.name,
            folded = excluded.folded, birth = excluded.birth, nationality = excluded.nationality,
            holder = excluded.holder, document = excluded.document,
            document_tail = excluded.document_tail, post = excluded.post,
            issued_at = excluded.issued_at, expires = excluded.expires,
            status_uri = excluded.status_uri, status_index = excluded.status_index,
            refused = excluded.refused, ended_at = excluded.ended_at, revoked = excluded.revoked,
            replaced_by = excluded.replaced_by, mark = excluded.mark,
            shown_mark = excluded.shown_mark, shown_differ = excluded.shown_differ,
            shown_at = excluded.shown_at, shown_post = excluded.shown_post";
    BY_NUMBER = "SELECT number, applicant, name, folded, birth, nationality, holder, document,
            document_tail, post, issued_at, expires, status_uri, status_index, refused, ended_at,
            revoked, replaced_by, mark, shown_mark, shown_differ, shown_at, shown_post
        FROM view_card WHERE number IN ({{list}})";
    BY_HOLDER = "SELECT number, applicant, name, folded, birth, nationality, holder, document,
            document_tail, post, issued_at, expires, status_uri, status_index, refused, ended_at,
            revoked, replaced_by, mark, shown_mark, shown_differ, shown_at, shown_post
        FROM view_card WHERE holder IN ({{list}}) ORDER BY issued_at DESC, number";
    IN_FORCE = "SELECT number, applicant, name, folded, birth, nationality, holder, document,
            document_tail, post, issued_at, expires, status_uri, status_index, refused, ended_at,
            revoked, replaced_by, mark, shown_mark, shown_differ, shown_at, shown_post
        FROM view_card WHERE (issued_at, number) > ($1, $2) AND expires > $3 AND ended_at IS NULL
        ORDER BY issued_at, number LIMIT $4";
    BY_NAME = "SELECT number, applicant, name, folded, birth, nationality, holder, document,
            document_tail, post, issued_at, expires, status_uri, status_index, refused, ended_at,
            revoked, replaced_by, mark, shown_mark, shown_differ, shown_at, shown_post
        FROM view_card WHERE folded >= $1 AND folded < $2 ORDER BY folded, number LIMIT $3";
    ENDED_INDEXES = "SELECT status_index FROM view_card
        WHERE status_uri = $1 AND ended_at IS NOT NULL
        UNION SELECT status_index FROM view_dead_index WHERE status_uri = $1
        ORDER BY status_index";
}

/// Who asked for a card, as stated then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applicant {
    /// The person.
    pub person: PersonId,
    /// Given names and surnames, as written.
    pub name: String,
    /// Date of birth, as far as known.
    pub birth: BirthDate,
    /// Nationality as claimed.
    pub nationality: StateCode,
}

/// What was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedCard {
    /// The holder.
    pub holder: PersonId,
    /// The kind of document it is bound to.
    pub document: DocumentKind,
    /// The last characters of that document's number.
    pub document_tail: String,
    /// The post that issued it.
    pub post: PostCode,
    /// When.
    pub at: Moment,
    /// From when it is no longer valid.
    pub expires: Moment,
    /// Its status list.
    pub status_uri: String,
    /// Its index there.
    pub status_index: u32,
}

/// How a card ended before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndedCard {
    /// It was revoked.
    Revoked {
        /// When.
        at: Moment,
        /// Why.
        reason: RevocationReason,
    },
    /// It was replaced.
    Replaced {
        /// When.
        at: Moment,
        /// By which card.
        by: CardNumber,
    },
}

/// A card, as far as its facts have arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRow {
    /// The number printed on it.
    pub number: CardNumber,
    /// Who asked for it.
    pub applicant: Option<Applicant>,
    /// What was issued.
    pub issued: Option<IssuedCard>,
    /// The ground of a refusal.
    pub refused: Option<RefusalGround>,
    /// How it ended. A card that has ended stays ended, whatever arrives later.
    pub ended: Option<EndedCard>,
    folded: Option<String>,
    /// What tells the text that was issued from others.
    mark: Option<String>,
    shown: Shown,
}

/// What is known of a card's having been shown where nobody knew it: enough to notice what does not
/// fit, and nothing of where its holder went but the last place, which is asked then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    /// What tells the text that was heard of first from others.
    mark: Option<String>,
    /// Whether there was another.
    differ: bool,
    /// When and where it was believed last.
    last: Option<(Moment, PostCode)>,
}

impl CardRow {
    /// Whether it is good at a moment: issued, not ended, not expired.
    pub fn is_good_at(&self, now: Moment) -> bool {
        self.ended.is_none() && self.issued.as_ref().is_some_and(|card| now < card.expires)
    }

    pub(super) const fn unknown(number: CardNumber) -> Self {
        Self {
            number,
            applicant: None,
            issued: None,
            refused: None,
            ended: None,
            folded: None,
            mark: None,
            shown: Shown {
                mark: None,
                differ: false,
                last: None,
            },
        }
    }

    /// Whether something was believed under its number that is not the card.
    fn is_forged(&self) -> bool {
        let other = self.mark.is_some() && self.shown.mark.is_some();
        self.shown.differ || other && self.mark != self.shown.mark
    }

    /// Takes one more fact in, and says what there is to settle since, or is not any more. The
    /// register says the same of all facts together ([`paso_domain::card::CardState`]).
    pub(super) fn notice(&mut self, event: &CardEvent) -> Vec<(Which, News)> {
        let first = self.issued.as_ref().map(|card| (card.at, card.post));
        let was_issued = first.is_some();
        let (was_forged, ended) = (self.is_forged(), self.ended_at());
        let known = self.mark.clone();
        self.apply(event);
        let mut news = Vec::new();
        let opened = |conflict, post, since| (Which::Card(conflict), News::Opened { post, since });
        let issuer = self.issued.as_ref().map(|issued| issued.post);
        let issuer = issuer.or_else(|| self.number.site().as_str().parse().ok());
        match event {
            CardEvent::Issued { act, card } => {
                let since = act.recorded();
                let again = first == Some((act.at, act.post)) && known == Some(mark_of(&card.text));
                if was_issued && !again {
                    news.push(opened(CardConflict::IssuedTwice, act.post, since));
                }
                if self.refused.is_some() {
                    news.push(opened(CardConflict::IssuedAndRefused, act.post, since));
                }
                if let (true, false, Some(issuer)) = (self.is_forged(), was_forged, issuer) {
                    let last = self.shown.last.map_or(since, |(at, _)| at.max(since));
                    news.push(opened(CardConflict::NotAsIssued, issuer, last));
                }
                if was_forged && !self.is_forged() {
                    let explained = Which::Card(CardConflict::NotAsIssued);
                    news.push((explained, News::Closed));
                }
                if ended.is_some() {
                    let explained = Which::Card(CardConflict::EndedWithoutIssue);
                    news.push((explained, News::Closed));
                }
            }
            CardEvent::Refused { act, .. } if was_issued => {
                news.push(opened(
                    CardConflict::IssuedAndRefused,
                    act.post,
                    act.recorded(),
                ));
            }
            CardEvent::Revoked { act, .. } | CardEvent::Replaced { act, .. } => {
                if !was_issued {
                    news.push(opened(
                        CardConflict::EndedWithoutIssue,
                        act.post,
                        act.recorded(),
                    ));
                }
                if let Some((shown, post)) = self.shown.last.filter(|(at, _)| *at > act.at) {
                    let since = shown.max(act.recorded());
                    news.push(opened(CardConflict::UsedAfterEnd, post, since));
                }
            }
            CardEvent::Presented { act, shown } => {
                let since = act.recorded();
                let is_the_card = known.is_some_and(|known| known == mark_of(&shown.text));
                if let (true, false, Some(issuer)) = (self.is_forged(), is_the_card, issuer) {
                    news.push(opened(CardConflict::NotAsIssued, issuer, since));
                }
                let late = ended.is_some_and(|end| end < act.at);
                if late && shown.finding != Finding::Revoked.code() {
                    news.push(opened(CardConflict::UsedAfterEnd, act.post, since));
                }
            }
            CardEvent::Settled { settling, .. } => news.push((settling.which, News::Closed)),
            CardEvent::ApplicationReceived { .. } | CardEvent::Refused { .. } => {}
        }
        news
    }

    fn ended_at(&self) -> Option<Moment> {
        match self.ended {
            Some(EndedCard::Revoked { at, .. } | EndedCard::Replaced { at, .. }) => Some(at),
            None => None,
        }
    }

    /// Lets the earlier of two ends stand, as in the register.
    fn end(&mut self, at: Moment, ended: EndedCard) {
        if self.ended_at().is_none_or(|known| at < known) {
            self.ended = Some(ended);
        }
    }

    pub(super) fn apply(&mut self, event: &CardEvent) {
        match event {
            CardEvent::ApplicationReceived { application, .. } if self.applicant.is_none() => {
                let claim = &application.claim;
                self.applicant = Some(Applicant {
                    person: application.person,
                    name: PersonName::new(&claim.surnames, &claim.given).display(),
                    birth: claim.birth,
                    nationality: claim.nationality,
                });
                self.folded = Some(name_key(claim));
            }
            // The earlier of two issues stands; the register shows the conflict.
            CardEvent::Issued { act, card }
                if self
                    .issued
                    .as_ref()
                    .is_none_or(|known| card.issued_at < known.at) =>
            {
                self.issued = Some(IssuedCard {
                    holder: card.person,
                    document: card.document,
                    document_tail: card.document_tail.clone(),
                    post: act.post,
                    at: card.issued_at,
                    expires: card.expires,
                    status_uri: card.status_uri.clone(),
                    status_index: card.status_index,
                });
                self.mark = Some(mark_of(&card.text));
            }
            CardEvent::Refused { refusal, .. } => {
                self.refused.get_or_insert(refusal.ground);
            }
            CardEvent::Revoked { act, reason, .. } => {
                let (at, reason) = (act.at, *reason);
                self.end(at, EndedCard::Revoked { at, reason });
            }
            CardEvent::Replaced { act, by } => {
                let (at, by) = (act.at, *by);
                self.end(at, EndedCard::Replaced { at, by });
            }
            // A card that was only brought is found by nothing but its number.
            CardEvent::Presented { act, shown } => {
                let mark = mark_of(&shown.text);
                self.shown.differ |= self.shown.mark.as_ref().is_some_and(|one| *one != mark);
                self.shown.mark.get_or_insert(mark);
                let last = self.shown.last.map(|(at, _)| at);
                if last < Some(act.at) && shown.finding != Finding::Revoked.code() {
                    self.shown.last = Some((act.at, act.post));
                }
            }
            CardEvent::ApplicationReceived { .. }
            | CardEvent::Issued { .. }
            | CardEvent::Settled { .. } => {}
        }
    }

    fn values(&self) -> [Value; 23] {
        let (applicant, issued) = (self.applicant.as_ref(), self.issued.as_ref());
        let (ended_at, revoked, replaced_by) = match &self.ended {
            Some(EndedCard::Revoked { at, reason }) => (Some(*at), Some(*reason), None),
            Some(EndedCard::Replaced { at, by }) => (Some(*at), None, Some(*by)),
            None => (None, None, None),
        };
        [
            Value::from(self.number.to_string()),
            Value::text(applicant.map(|a| a.person)),
            Value::text(applicant.map(|a| &a.name)),
            Value::text(self.folded.as_ref()),
            Value::text(applicant.map(|a| a.birth)),
            Value::text(applicant.map(|a| a.nationality)),
            Value::text(issued.map(|i| i.holder)),
            Value::text(issued.map(|i| i.document)),
            Value::text(issued.map(|i| &i.document_tail)),
            Value::text(issued.map(|i| &i.post)),
            Value::moment(issued.map(|i| i.at)),
            Value::moment(issued.map(|i| i.expires)),
            Value::text(issued.map(|i| bounded(&i.status_uri))),
            Value::Integer(issued.map(|i| i.status_index.into())),
            Value::text(self.refused),
            Value::moment(ended_at),
            Value::text(revoked),
            Value::text(replaced_by),
            Value::text(self.mark.as_ref()),
            Value::text(self.shown.mark.as_ref()),
            Value::from(u64::from(self.shown.differ)),
            Value::moment(self.shown.last.map(|(at, _)| at)),
            Value::text(self.shown.last.map(|(_, post)| post)),
        ]
    }

    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let applicant = match row.optional_parse(1, "person")? {
            None => None,
            Some(person) => Some(Applicant {
                person,
                name: row.text(2)?,
                birth: row.parse(4, "date of birth")?,
                nationality: row.parse(5, "state code")?,
            }),
        };
        let issued = match row.optional_parse(6, "person")? {
            None => None,
            Some(holder) => Some(IssuedCard {
                holder,
                document: row.parse(7, "kind of document")?,
                document_tail: row.text(8)?,
                post: row.parse(9, "post code")?,
                at: row.moment(10)?,
                expires: row.moment(11)?,
                status_uri: row.text(12)?,
                status_index: row.small(13)?,
            }),
        };
        let ended = match row.optional_moment(15)? {
            None => None,
            Some(at) => Some(match row.optional_parse(16, "reason")? {
                Some(reason) => EndedCard::Revoked { at, reason },
                None => EndedCard::Replaced {
                    at,
                    by: row.parse(17, "card number")?,
                },
            }),
        };
        let last = match row.optional_moment(21)? {
            Some(at) => Some((at, row.parse(22, "post code")?)),
            None => None,
        };
        Ok(Self {
            number: row.parse(0, "card number")?,
            applicant,
            issued,
            refused: row.optional_parse(14, "ground")?,
            ended,
            folded: row.optional_text(3)?,
            mark: row.optional_text(18)?,
            shown: Shown {
                mark: row.optional_text(19)?,
                differ: row.number(20)? > 0,
                last,
            },
        })
    }
}

pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let new = new_subjects(facts);
    let mut rows = BTreeMap::new();
    let mut known = Vec::new();
    for fact in facts {
        let (Subject::Card(number), Event::Card(_)) = (fact.subject, fact.event) else {
            continue;
        };
        let first = rows.insert(*number, CardRow::unknown(*number)).is_none();
        if first && !new.contains(fact.subject) {
            known.push(Value::from(number.to_string()));
        }
    }
    for row in tx.fetch_list(&BY_NUMBER, known).await? {
        let row = CardRow::read(&row)?;
        rows.insert(row.number, row);
    }
    let mut noticed = Noticed::default();
    for fact in facts {
        if let (Subject::Card(number), Event::Card(event)) = (fact.subject, fact.event)
            && let Some(row) = rows.get_mut(number)
        {
            for (which, news) in row.notice(event) {
                noticed.add(fact.subject, which, news);
            }
        }
    }
    noticed.put(tx).await?;
    tx.put(&PUT, rows.values().map(CardRow::values).collect())
        .await
}

impl Store {
    /// The card with this number.
    pub async fn card(&self, number: CardNumber) -> Result<Option<CardRow>, DatabaseError> {
        Ok(self.cards(&[number]).await?.pop())
    }

    /// The cards with these numbers, as far as they are known, in no order.
    pub async fn cards(&self, numbers: &[CardNumber]) -> Result<Vec<CardRow>, DatabaseError> {
        let rows = self
            .main()
            .fetch_list(&BY_NUMBER, Value::texts(numbers))
            .await?;
        let mut rows: Vec<_> = rows.iter().map(CardRow::read).collect::<Result<_, _>>()?;
        rows.sort_by_key(|row| row.number);
        rows.dedup_by_key(|row| row.number);
        Ok(rows)
    }

    /// The cards issued to a person, newest first. Give all records that are merged into one.
    pub async fn cards_of(&self, holder: &[PersonId]) -> Result<Vec<CardRow>, DatabaseError> {
        let rows = self
            .main()
            .fetch_list(&BY_HOLDER, Value::texts(holder))
            .await?;
        rows.iter().map(CardRow::read).collect()
    }

    /// Cards issued at or after a moment and good now, oldest first, at most `limit`, after one where
    /// one is given.
    pub async fn cards_in_force(
        &self,
        from: Moment,
        now: Moment,
        after: Option<(Moment, CardNumber)>,
        limit: u32,
    ) -> Result<Vec<CardRow>, DatabaseError> {
        let (at, number) = match after {
            Some((at, number)) => (at, number.to_string()),
            // No number is empty, so this lies before every card of the moment.
            None => (from, String::new()),
        };
        let values = vec![
            Value::from(at),
            Value::from(number),
            Value::from(now),
            Value::from(u64::from(limit)),
        ];
        let rows = self.main().fetch(&IN_FORCE, values).await?;
        rows.iter().map(CardRow::read).collect()
    }

    /// Cards whose holder's name, surnames first, begins with this one when both are folded; in
    /// order of names, at most `limit`.
    pub async fn cards_by_name(
        &self,
        name: &str,
        limit: u32,
    ) -> Result<Vec<CardRow>, DatabaseError> {
        let folded = fold(name);
        let values = vec![
            Value::from(bounded(&folded)),
            Value::from(after_all_beginning_with(bounded(&folded))),
            Value::from(u64::from(limit)),
        ];
        self.main()
            .fetch(&BY_NAME, values)
            .await?
            .iter()
            .map(CardRow::read)
            .collect()
    }

    /// The indexes of all cards of a status list that were revoked or replaced, in order; also of
    /// those whose records were erased.
    pub async fn ended_indexes(&self, status_uri: &str) -> Result<Vec<u32>, DatabaseError> {
        let values = vec![Value::from(bounded(status_uri))];
        self.main()
            .fetch(&ENDED_INDEXES, values)
            .await?
            .iter()
            .map(|row| row.small(0))
            .collect()
    }
}
