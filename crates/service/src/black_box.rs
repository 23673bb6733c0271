//! Whether posts work, said by themselves: what machines notice, what people tell, and the hours in
//! which each was alive, which everybody may see.
//!
//! The public figure rests on the log's entries and on nobody's word (`paso_domain::post::uptime`). It
//! ends with yesterday: at which bridge nobody can check a card at this moment is for those who mend
//! it, not for those who wait for it.

use crate::{Service, ServiceError, access::Permit, journal::ATTEMPTS};
use core::time::Duration;
use jiff::{Span, civil::Date};
use paso_domain::{
    crossings::PostCode,
    event::Event,
    id::StreamId,
    policy::powers,
    post::{Day, Look, Part, PostEvent, Quarter, Trouble, Watch, days, woken},
    subject::Subject,
};
use paso_formats::moment::{DAY, HOUR, Moment};
pub use paso_store::{Noted, NoticeRow};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How many days the public page looks back.
pub const DAYS_SHOWN: i32 = 30;
/// For how long the public figure is not counted again: it changes once a day, and when a post that was
/// alone brings its entries.
const COUNT_EVERY: i64 = HOUR / 4;
/// Characters of what somebody adds in words.
pub const MOST_WORDS: usize = 500;

/// How many mebibytes are free where this installation writes; none where that cannot be seen.
pub type Free = Box<dyn Fn() -> Option<u64> + Send + Sync>;

/// A post, as everybody may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uptime {
    /// Which post.
    pub post: PostCode,
    /// Its days, oldest first, from the first on which a machine was there.
    pub days: Vec<Day>,
    /// How often what was noticed or told to have failed in these days; what is over is not counted.
    pub troubles: BTreeMap<String, u64>,
}

/// The figure for everybody, and when it was counted.
#[derive(Debug, Default)]
pub(crate) struct Counted(Mutex<Option<(Moment, Arc<[Uptime]>)>>);

impl Service {
    /// Says, at the start, for how long this installation was silent. To be called before anything
    /// else is recorded.
    ///
    /// # Errors
    /// When nothing could be recorded.
    pub async fn woke(&self) -> Result<(), ServiceError> {
        let last = self.store().last_leaf(self.device().stream).await?;
        let silence = last.and_then(|leaf| woken(leaf.time().start(), self.now()));
        match silence {
            Some(notice) => self.notice(notice).await,
            None => Ok(()),
        }
    }

    /// Looks at itself every minute until the task is dropped, and says what it notices.
    pub async fn watch_itself(self: Arc<Self>, free: Free) {
        let mut ticks = interval(Duration::from_mins(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut watch = match self.watched().await {
            Ok(watch) => watch,
            Err(error) => {
                tracing::warn!("the black box could not be read: {error}");
                Watch::default()
            }
        };
        // Two clocks: the one on the wall, which people set, and the one that only runs.
        let mut before: Option<(Moment, Instant)> = None;
        loop {
            let tick = ticks.tick().await;
            let now = self.now();
            let moved = before.map_or(0, |(wall, running)| {
                let passed = tick.saturating_duration_since(running).as_secs();
                now.since(wall)
                    .saturating_sub(i64::try_from(passed).unwrap_or(i64::MAX))
            });
            before = Some((now, tick));
            match self.look_once(watch, moved, free()).await {
                Ok(seen) => watch = seen,
                Err(error) => tracing::warn!("the black box could not be written: {error}"),
            }
        }
    }

    /// What this installation has said of itself and is not over.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn watched(&self) -> Result<Watch, ServiceError> {
        let loaded = self.load(&self.leases()).await?;
        let events = loaded.events.iter();
        Ok(events.fold(Watch::default(), |watch, event| match event {
            Event::Post(event) => watch.apply(event),
            _ => watch,
        }))
    }

    /// One look: `moved` is by how many seconds the clock has moved more than time has passed, `free`
    /// how many mebibytes are free. What is to be said is recorded; the answer is what is not over.
    ///
    /// # Errors
    /// When nothing could be recorded.
    pub async fn look_once(
        &self,
        watch: Watch,
        moved: i64,
        free: Option<u64>,
    ) -> Result<Watch, ServiceError> {
        let look = Look {
            now: self.now(),
            heard: self.heard().await?,
            moved,
            free,
        };
        let mut after = watch;
        for notice in watch.notices(look) {
            after = after.apply(&notice);
            self.notice(notice).await?;
        }
        Ok(after)
    }

    async fn notice(&self, notice: PostEvent) -> Result<(), ServiceError> {
        if let PostEvent::Noticed {
            trouble, amount, ..
        } = &notice
        {
            tracing::warn!("black box: {trouble} {amount}");
        }
        self.record_of_post(notice).await
    }

    async fn record_of_post(&self, event: PostEvent) -> Result<(), ServiceError> {
        let subject = self.leases();
        for _ in 0..ATTEMPTS {
            let version = self.load(&subject).await?.version;
            let events = vec![(subject.clone(), Event::Post(event.clone()))];
            let expect = vec![(subject.clone(), version)];
            if self.append(events, expect).await? {
                return Ok(());
            }
        }
        Err(ServiceError::Contended)
    }

    /// Records that a part of the officer's post does not work, or works again.
    ///
    /// # Errors
    /// When the words are too many, or nothing could be recorded.
    pub async fn tell_trouble(
        &self,
        permit: &Permit<powers::TellTrouble>,
        part: Part,
        works: bool,
        detail: &str,
    ) -> Result<(), ServiceError> {
        let detail = detail.trim();
        if detail.chars().count() > MOST_WORDS {
            return Err(ServiceError::BadRequest {
                field: "words",
                problem: format!("too long; write at most {MOST_WORDS} characters"),
            });
        }
        self.record_of_post(PostEvent::Told {
            act: permit.act(self.now()),
            part,
            works,
            words: detail.to_owned(),
        })
        .await
    }

    /// The black box of the officer's post, newest first: what its machines noticed, and what was told
    /// there.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn black_box(
        &self,
        permit: &Permit<powers::TellTrouble>,
    ) -> Result<Vec<NoticeRow>, ServiceError> {
        let post = permit.post;
        let devices = self.store().listed_devices().await?;
        let standing = devices.into_iter().filter(|device| {
            device
                .enrolled
                .as_ref()
                .is_some_and(|(_, place)| *place == post)
        });
        let mut subjects: Vec<_> = standing
            .map(|device| Subject::Device(device.stream))
            .collect();
        // What a hub says it says under its home, and what is told through it, too.
        let home = self.authority().home;
        if self.site().is_none() {
            subjects.push(Subject::Post(home));
        }
        let mut rows = self.store().notices(&subjects).await?;
        rows.retain(|row| match &row.noted {
            Noted::Told { post: told, .. } => *told == post,
            Noted::Noticed(..) => row.subject != Subject::Post(home) || post == home,
        });
        rows.sort_by_key(|row| core::cmp::Reverse(row.at));
        Ok(rows)
    }

    /// The last days of every post that has a machine, up to yesterday. For everybody.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn uptime(&self) -> Result<Arc<[Uptime]>, ServiceError> {
        let now = self.now();
        let held = self
            .counted()
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((at, counted)) = held
            && (0..COUNT_EVERY).contains(&now.since(at))
        {
            return Ok(counted);
        }
        let counted: Arc<[Uptime]> = self.count_uptime(now).await?.into();
        *self
            .counted()
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&counted)));
        Ok(counted)
    }

    async fn count_uptime(&self, now: Moment) -> Result<Vec<Uptime>, ServiceError> {
        // Two days more than are shown: days of posts begin at other moments than ours.
        let begin = now.plus(-(i64::from(DAYS_SHOWN) + 2) * DAY);
        let places = self.places_of_machines().await?;
        let mut worked: BTreeMap<PostCode, BTreeSet<Quarter>> = BTreeMap::new();
        for (stream, quarter) in self.store().alive(begin, now).await? {
            if let Some(post) = places.get(&stream) {
                worked.entry(*post).or_default().insert(quarter);
            }
        }
        let home = self.authority().home;
        let mut all = Vec::with_capacity(worked.len());
        for (post, worked) in worked {
            let Some(place) = self.crossings().post(post.as_str()) else {
                continue;
            };
            let Some((from, last)) = shown_days(place.zone().date_at(now)) else {
                continue;
            };
            all.push(Uptime {
                post,
                days: days(&worked, place.zone(), from, last),
                troubles: BTreeMap::new(),
            });
        }
        // What was noticed today is not told either, by the clock of the house.
        let Some((from, last)) = self
            .crossings()
            .post(home.as_str())
            .map(paso_domain::crossings::Post::zone)
            .and_then(|zone| {
                let (from, last) = shown_days(zone.date_at(now))?;
                let before = zone.last_second_of(from.yesterday().ok()?);
                Some((before.plus(1), zone.last_second_of(last).plus(1)))
            })
        else {
            return Ok(all);
        };
        for counted in self.store().notice_counts(from, last).await? {
            let over = [Trouble::HubBack, Trouble::DiskFine].map(Trouble::code);
            if counted.works == Some(true) || over.contains(&counted.code.as_str()) {
                continue;
            }
            let post = match (&counted.subject, counted.post) {
                (_, Some(told)) => Some(told),
                (Subject::Device(stream), None) => places.get(stream).copied(),
                (Subject::Post(post), None) => Some(*post),
                _ => None,
            };
            let mut of = all.iter_mut();
            if let Some(uptime) = of.find(|uptime| Some(uptime.post) == post) {
                *uptime.troubles.entry(counted.code).or_default() += counted.count;
            }
        }
        Ok(all)
    }

    /// Where each machine stands, of those whose word counts.
    async fn places_of_machines(&self) -> Result<HashMap<StreamId, PostCode>, ServiceError> {
        let devices = self.store().listed_devices().await?;
        let standing = devices.into_iter().filter_map(|device| {
            // What a machine in other hands wrote says nothing of the post.
            let trusted = device.compromised_from.is_none();
            let (_, post) = device.enrolled.filter(|_| trusted)?;
            Some((device.stream, post))
        });
        let mut places: HashMap<_, _> = standing.collect();
        places
            .entry(self.device().stream)
            .or_insert_with(|| match self.site() {
                Some(site) => site.post(),
                None => self.authority().home,
            });
        Ok(places)
    }
}

/// From which day to which the public page looks on a day.
fn shown_days(today: Date) -> Option<(Date, Date)> {
    let last = today.yesterday().ok()?;
    let from = today
        .checked_sub(Span::new().days(i64::from(DAYS_SHOWN)))
        .ok()?;
    Some((from, last))
}
