//! Episodes of custody: enough to list who is under control where and who answers, and nothing that
//! was said of anybody. Each row is the whole course told anew from the skeletons of its facts, so a
//! fact that arrives late moves everything it ought to move.

use std::collections::{BTreeMap, BTreeSet};

use paso_domain::{
    crossings::PostCode,
    custody::{
        CustodyEvent, EpisodeState, Place, Recipient, Standing, Story, decode, encode, skeleton,
    },
    event::Event,
    id::{EpisodeId, HandoverId, OfficerNumber, OperationId, PersonId},
    subject::Subject,
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
    CREATE TABLE view_custody_fact (
        episode {{text}} NOT NULL,
        version {{integer}} NOT NULL,
        body {{bytes}} NOT NULL,
        PRIMARY KEY (episode, version)
    ) {{keyed}};
    CREATE TABLE view_custody_handover (
        handover {{text}} NOT NULL,
        episode {{text}} NOT NULL,
        PRIMARY KEY (handover, episode)
    ) {{keyed}};
    CREATE TABLE view_episode (
        episode {{text}} NOT NULL PRIMARY KEY,
        operation {{text}},
        ordinal {{integer}},
        person {{text}},
        opened_at {{integer}} NOT NULL,
        ended_at {{integer}},
        waits {{integer}} NOT NULL,
        officer {{text}} NOT NULL,
        post {{text}} NOT NULL,
        place {{text}} NOT NULL,
        toward {{text}} NOT NULL,
        standing {{text}} NOT NULL,
        secret {{text}} NOT NULL
    ) {{keyed}};
    CREATE INDEX view_episode_waits ON view_episode (waits, opened_at, episode);
    CREATE INDEX view_episode_operation ON view_episode (operation, ordinal);
    CREATE INDEX view_episode_person ON view_episode (person, opened_at);
    CREATE INDEX view_episode_secret ON view_episode (secret);
";

statements! {
    PUT_FACT = "INSERT INTO view_custody_fact (episode, version, body) VALUES {{rows}}
        ON CONFLICT (episode, version) DO NOTHING";
    FACTS = "SELECT episode, body FROM view_custody_fact WHERE episode IN ({{list}})
        ORDER BY episode, version";
    PUT_HANDOVER = "INSERT INTO view_custody_handover (handover, episode) VALUES {{rows}}
        ON CONFLICT (handover, episode) DO NOTHING";
    PUT = "INSERT INTO view_episode (episode, operation, ordinal, person, opened_at, ended_at, waits,
            officer, post, place, toward, standing, secret)
        VALUES {{rows}}
        ON CONFLICT (episode) DO UPDATE SET operation = excluded.operation,
            ordinal = excluded.ordinal, person = excluded.person, opened_at = excluded.opened_at,
            ended_at = excluded.ended_at, waits = excluded.waits, officer = excluded.officer,
            post = excluded.post, place = excluded.place, toward = excluded.toward,
            standing = excluded.standing, secret = excluded.secret";
    HERE = "SELECT episode, operation, ordinal, person, opened_at, ended_at, waits, officer, post,
            place, toward, standing
        FROM view_episode WHERE waits = 1 AND (post = $1 OR place = $1 OR toward = $1)
        ORDER BY opened_at, ordinal, episode LIMIT $2";
    WAITING = "SELECT episode, operation, ordinal, person, opened_at, ended_at, waits, officer, post,
            place, toward, standing
        FROM view_episode WHERE waits = 1 AND (opened_at, episode) > ($1, $2)
        ORDER BY opened_at, episode LIMIT $3";
    ALL = "SELECT episode, operation, ordinal, person, opened_at, ended_at, waits, officer, post,
            place, toward, standing
        FROM view_episode WHERE episode > $1 ORDER BY episode LIMIT $2";
    OF_OPERATION = "SELECT episode, operation, ordinal, person, opened_at, ended_at, waits, officer,
            post, place, toward, standing
        FROM view_episode WHERE operation = $1 ORDER BY ordinal, episode";
    OF_PERSON = "SELECT episode, operation, ordinal, person, opened_at, ended_at, waits, officer,
            post, place, toward, standing
        FROM view_episode WHERE person = $1 ORDER BY opened_at DESC, episode";
    OF_HANDOVER = "SELECT episode FROM view_custody_handover WHERE handover = $1 ORDER BY episode";
    BY_SECRET = "SELECT episode, operation, ordinal, person, opened_at, ended_at, waits, officer, post,
            place, toward, standing
        FROM view_episode WHERE secret = $1 ORDER BY opened_at DESC, episode";
}

/// An episode in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpisodeRow {
    /// Which.
    pub episode: EpisodeId,
    /// Those who were counted together; none while the opening is not known.
    pub operation: Option<OperationId>,
    /// Which of them.
    pub ordinal: Option<u16>,
    /// The record of the person.
    pub person: Option<PersonId>,
    /// When the first known fact happened.
    pub opened_at: Moment,
    /// When control ended.
    pub ended_at: Option<Moment>,
    /// Whether it lasts, or its ending waits for a second signature.
    pub waits: bool,
    /// Who answers, or answered last.
    pub officer: OfficerNumber,
    /// For which post.
    pub post: PostCode,
    /// Where the person is: a post's code, `en-route`, `outside`; empty once control has ended.
    pub place: String,
    /// The post the person is offered or brought to; empty for none.
    pub toward: String,
    /// How sure it is.
    pub standing: Standing,
}

impl EpisodeRow {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let standing = row.text(11)?;
        Ok(Self {
            episode: row.parse(0, "episode")?,
            operation: row.optional_parse(1, "operation")?,
            ordinal: row
                .optional_number(2)?
                .and_then(|ordinal| u16::try_from(ordinal).ok()),
            person: row.optional_parse(3, "person")?,
            opened_at: row.moment(4)?,
            ended_at: row.optional_moment(5)?,
            waits: row.number(6)? == 1,
            officer: row.parse(7, "officer number")?,
            post: row.parse(8, "post code")?,
            place: row.text(9)?,
            toward: row.text(10)?,
            standing: Standing::ALL
                .into_iter()
                .find(|one| one.code() == standing)
                .unwrap_or(Standing::Disputed),
        })
    }
}

/// The row of a story.
fn row(episode: EpisodeId, story: &Story, first: Moment) -> Option<[Value; 13]> {
    let answers = story.answers.as_ref()?;
    let opening = story.opening.as_ref();
    let (place, mut toward) = match &story.place {
        _ if !story.is_open() => (String::new(), None),
        Some(Place::Post(post)) => (post.to_string(), None),
        Some(Place::EnRoute(leg)) => ("en-route".into(), Some(leg.to)),
        Some(Place::Outside) | None => ("outside".into(), None),
    };
    if let Some((_, offered)) = story.open_offers().next()
        && let Recipient::Post { post, .. } = offered.offer.to
    {
        toward = Some(post);
    }
    let unsigned = story
        .ended
        .as_ref()
        .is_some_and(|ended| ended.kind.is_countersigned() && ended.countersigned.is_none());
    let standing = story
        .spans
        .last()
        .map_or(Standing::Sure, |span| span.standing);
    Some([
        Value::from(episode.to_string()),
        Value::text(opening.map(|(_, opening)| opening.operation)),
        Value::Integer(opening.map(|(_, opening)| i64::from(opening.ordinal))),
        Value::text(story.person()),
        Value::from(opening.map_or(first, |(act, _)| act.at)),
        Value::moment(story.ended.as_ref().map(|ended| ended.act.at)),
        Value::from(u64::from(story.is_open() || unsigned)),
        Value::from(answers.officer.to_string()),
        Value::from(answers.post.to_string()),
        Value::from(place),
        Value::from(toward.map(|post| post.to_string()).unwrap_or_default()),
        Value::from(standing.code()),
        Value::from(secret_key(story.secret.as_ref())),
    ])
}

/// What a secret is looked for by; empty for none, which nobody can ask for.
fn secret_key(secret: Option<&[u8; 32]>) -> String {
    let digits = secret.iter().flat_map(|bytes| bytes.iter());
    digits.fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let new = new_subjects(facts);
    let (mut bodies, mut handovers) = (Vec::new(), BTreeSet::new());
    let mut courses: BTreeMap<EpisodeId, EpisodeState> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for fact in facts {
        let (Subject::Episode(episode), Event::Custody(event)) = (fact.subject, fact.event) else {
            continue;
        };
        let bare = skeleton(event);
        bodies.push([
            Value::from(episode.to_string()),
            Value::from(fact.version),
            Value::from(encode(&bare)),
        ]);
        if let Some(handover) = event.handover() {
            let _ = handovers.insert((handover, *episode));
        }
        if !new.contains(fact.subject) {
            let _ = known.insert(*episode);
        }
        let course = courses.entry(*episode).or_default();
        *course = core::mem::take(course).apply(&bare);
    }
    if courses.is_empty() {
        return Ok(());
    }
    for (episode, event) in read_facts(&tx.fetch_list(&FACTS, Value::texts(known)).await?)? {
        let course = courses.entry(episode).or_default();
        *course = core::mem::take(course).apply(&event);
    }
    tx.put(&PUT_FACT, bodies).await?;
    let lists = handovers.iter().map(|(handover, episode)| {
        [
            Value::from(handover.to_string()),
            Value::from(episode.to_string()),
        ]
    });
    tx.put(&PUT_HANDOVER, lists.collect()).await?;
    let rows = courses.iter().filter_map(|(episode, course)| {
        let first = course.ordered().first().map(|(at, _)| *at)?;
        row(*episode, &course.story(), first)
    });
    tx.put(&PUT, rows.collect()).await
}

fn read_facts(rows: &[Row]) -> Result<Vec<(EpisodeId, CustodyEvent)>, DatabaseError> {
    let read = |row: &Row| {
        let episode = row.parse(0, "episode")?;
        // This view wrote it; one that no longer reads is another version's, and is rebuilt.
        Ok(decode(&row.bytes(1)?).ok().map(|event| (episode, event)))
    };
    rows.iter()
        .filter_map(|row| read(row).transpose())
        .collect()
}

impl Store {
    /// Who is at a post, answered for there, or on the way or offered to it; and whose ending there
    /// waits for a second signature. Oldest first, at most `limit`.
    pub async fn episodes_at(
        &self,
        post: PostCode,
        limit: u32,
    ) -> Result<Vec<EpisodeRow>, DatabaseError> {
        let values = vec![Value::from(post.to_string()), Value::from(u64::from(limit))];
        read(&self.main().fetch(&HERE, values).await?)
    }

    /// Every episode that lasts or waits, oldest first, after `after`, at most `limit`.
    pub async fn episodes_waiting(
        &self,
        after: Option<(Moment, EpisodeId)>,
        limit: u32,
    ) -> Result<Vec<EpisodeRow>, DatabaseError> {
        let (at, episode) = match after {
            Some((at, episode)) => (Value::from(at), episode.to_string()),
            None => (Value::Integer(Some(i64::MIN)), String::new()),
        };
        let values = vec![at, Value::from(episode), Value::from(u64::from(limit))];
        read(&self.main().fetch(&WAITING, values).await?)
    }

    /// All episodes there ever were, by their name, after `after`, at most `limit`.
    pub async fn episodes(
        &self,
        after: Option<EpisodeId>,
        limit: u32,
    ) -> Result<Vec<EpisodeRow>, DatabaseError> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let values = vec![Value::from(after), Value::from(u64::from(limit))];
        read(&self.main().fetch(&ALL, values).await?)
    }

    /// Those who were counted together.
    pub async fn episodes_of_operation(
        &self,
        operation: OperationId,
    ) -> Result<Vec<EpisodeRow>, DatabaseError> {
        let values = vec![Value::from(operation.to_string())];
        read(&self.main().fetch(&OF_OPERATION, values).await?)
    }

    /// A person's episodes, newest first.
    pub async fn episodes_of_person(
        &self,
        person: PersonId,
    ) -> Result<Vec<EpisodeRow>, DatabaseError> {
        let values = vec![Value::from(person.to_string())];
        read(&self.main().fetch(&OF_PERSON, values).await?)
    }

    /// Everybody on the list of a handover.
    pub async fn episodes_of_handover(
        &self,
        handover: HandoverId,
    ) -> Result<Vec<EpisodeId>, DatabaseError> {
        let values = vec![Value::from(handover.to_string())];
        let rows = self.main().fetch(&OF_HANDOVER, values).await?;
        rows.iter().map(|row| row.parse(0, "episode")).collect()
    }

    /// The episodes whose receipt has the secret of this hash.
    pub async fn episodes_by_secret(
        &self,
        secret: &[u8; 32],
    ) -> Result<Vec<EpisodeRow>, DatabaseError> {
        let values = vec![Value::from(secret_key(Some(secret)))];
        read(&self.main().fetch(&BY_SECRET, values).await?)
    }
}

fn read(rows: &[Row]) -> Result<Vec<EpisodeRow>, DatabaseError> {
    rows.iter().map(EpisodeRow::read).collect()
}
