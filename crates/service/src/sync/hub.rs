//! The hub's half: takes a post's parcel, and answers with what is for that post.

use super::{
    Certified, DownNote, ENOUGH_BYTES, IndexBlock, LEAST_BYTES, MOST_ROWS, PlacardSecret, Shown,
    SyncError, UpNote, batch_of, decode, encode, fitting, keys_for, offset, weight,
};
use crate::{Service, ServiceError};
use paso_domain::{
    device::DeviceState,
    event::Event,
    id::StreamId,
    post::{BLOCK, PostEvent, is_of_the_hub},
    subject::Subject,
};
use paso_formats::{
    batch::{Batch, Expected, Row},
    key::PublicKey,
    moment::DAY,
    parcel::{Address, Content, Parcel, Way, open_keys, opening_key, seal_keys},
    statement::SealingKey,
};
use paso_store::{EntryRow, Mark};
use std::{collections::BTreeMap, sync::atomic::Ordering};

/// What a hub lends its posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hub {
    /// For how many days a post may issue after it was last heard.
    pub lease_days: u16,
    /// How many status indexes a post has in store.
    pub indexes: u32,
}

impl Default for Hub {
    /// A week more than the two weeks that a post works alone (DESIGN §5), and the cards of such a
    /// stretch at a busy desk.
    fn default() -> Self {
        Self {
            lease_days: 21,
            indexes: 4096,
        }
    }
}

/// Entries looked at in one go.
const PAGE: u32 = 256;
/// Pages looked at for one parcel: others' acts go on meanwhile.
const MOST_PAGES: usize = 16;
/// How often a post is given status indexes, in seconds: one that was stolen must not empty the
/// lists in an hour.
const LEND_EVERY: i64 = DAY / 4;
/// A clock that is further off is said.
const CLOCK_OFF: i64 = 120;

/// What became of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The parcel down, for the post.
    pub answer: Vec<u8>,
    /// Entries that were new.
    pub taken: u64,
    /// Entries that were here already.
    pub present: u64,
    /// The highest number of the post's stream up to which none is missing here.
    pub contiguous: u64,
    /// How far the post's clock is ahead, in seconds.
    pub clock: i64,
}

/// What a post asked for, and of whom.
pub(super) struct Asked {
    pub(super) post: StreamId,
    us: StreamId,
    pub(super) note: UpNote,
}

/// A device as the register has it.
struct Enrolled {
    key: PublicKey,
    state: DeviceState,
}

impl Service {
    /// Takes a post's parcel in, and makes the one for the way back. To take the same one again
    /// changes nothing.
    ///
    /// # Errors
    /// See [`SyncError`]. What a revoked device sends, and what no post may record, is set aside as
    /// evidence; of everything else that is refused nothing is kept.
    pub async fn take_parcel(&self, file: &[u8]) -> Result<Received, SyncError> {
        let ((received, _), _) = self.take_noted(file).await?;
        Ok(received)
    }

    /// As [`Service::take_parcel`], with what has to be known to answer further.
    pub(super) async fn take_noted(
        &self,
        file: &[u8],
    ) -> Result<((Received, DownNote), Asked), SyncError> {
        if self.site().is_some() {
            return Err(SyncError::NotTheHub);
        }
        let parcel = Parcel::read(file)?;
        let Address { from, to, way } = parcel.address();
        let device = self.enrolled(from).await?;
        let content = parcel.open(&device.key)?;
        let own = self.keys().of_stream(to).filter(|_| way == Way::Up);
        let own = own.ok_or(SyncError::NotForUs)?;
        let authority = &self.authority().code;
        if content.authority != *authority {
            return Err(SyncError::ForeignAuthority(content.authority));
        }
        let note: UpNote = decode(&content.note)?;
        let expected = Expected {
            authority,
            stream: Some(from),
        };
        let mut batches = Vec::with_capacity(content.batches.len());
        for bytes in &content.batches {
            batches.push(Batch::read(bytes, expected)?);
        }
        let rows: Vec<Row<'_>> = batches.iter().flat_map(Batch::rows).collect();
        // One parcel at a time: between two of them everybody else's acts have their turn.
        let _turn = self.imports().lock().await;
        self.keep_out(from, &device, &rows).await?;
        let keys = open_keys(&content.keys, &opening_key(own)?)?;
        self.store().take_in_keys(&fitting(keys, &rows)).await?;
        let imported = self
            .store()
            .import(&rows, core::slice::from_ref(&device.key))
            .await?;
        let now = self.now();
        if imported.taken > 0 && rows.iter().any(|row| ends_a_card(row)) {
            // The next look publishes, within a minute.
            self.stale.store(true, Ordering::SeqCst);
        }
        let contiguous = self.store().contiguous(from).await?;
        let clock = offset(note.clock, now);
        if clock.abs() > CLOCK_OFF {
            tracing::warn!("the clock of {from:?} is off by {clock} seconds");
        }
        let heard = Mark {
            number: contiguous,
            at: now,
        };
        let last = rows.iter().map(|row| row.entry.sequence()).max();
        self.store()
            .heard(from, &heard_of(from), heard, last)
            .await?;
        let asked = Asked {
            post: from,
            us: to,
            note,
        };
        let (answer, down) = self.parcel_for(&asked, contiguous).await?;
        let received = Received {
            answer,
            taken: imported.taken,
            present: imported.present,
            contiguous,
            clock,
        };
        Ok(((received, down), asked))
    }

    /// When a post was last heard, and up to which number of its stream all is here.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_heard(&self, stream: StreamId) -> Result<Option<Mark>, ServiceError> {
        Ok(self.store().mark(&heard_of(stream)).await?)
    }

    /// When an entry of a post's stream arrived here; none for those made here.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn arrived_at(
        &self,
        stream: StreamId,
        sequence: u64,
    ) -> Result<Option<paso_formats::moment::Moment>, ServiceError> {
        Ok(self.store().arrival_of(stream, sequence).await?)
    }

    /// What the register knows of a device.
    pub(crate) async fn device_state(&self, stream: StreamId) -> Result<DeviceState, ServiceError> {
        let loaded = self.load(&Subject::Device(stream)).await?;
        let events = loaded.events.iter();
        Ok(
            events.fold(DeviceState::default(), |state, event| match event {
                Event::Device(event) => state.apply(event),
                _ => state,
            }),
        )
    }

    async fn enrolled(&self, stream: StreamId) -> Result<Enrolled, SyncError> {
        let state = self.device_state(stream).await?;
        let key = state
            .device()
            .and_then(|device| PublicKey::from_cose_key(&device.key).ok())
            .filter(|key| StreamId::of_key(key) == stream)
            .ok_or(SyncError::UnknownDevice(stream))?;
        Ok(Enrolled { key, state })
    }

    /// Refuses what may not be recorded, and keeps it as evidence.
    async fn keep_out(
        &self,
        from: StreamId,
        device: &Enrolled,
        rows: &[Row<'_>],
    ) -> Result<(), SyncError> {
        let signed = |row: &&Row<'_>| row.is_bound() && row.entry.verify(&device.key).is_ok();
        let end = device.state.end();
        if end.is_some_and(|end| end.compromised_from.is_some()) {
            // What had been seen by then is here and stands; to send it again proves nothing.
            let seen = self.store().span_of(from, 0).await?;
            let seen = seen.map_or(0, |(_, last)| last);
            let later: Vec<_> = rows
                .iter()
                .filter(|row| row.entry.sequence() > seen)
                .filter(signed)
                .cloned()
                .collect();
            self.store().set_aside(&later).await?;
            return Err(SyncError::Revoked {
                aside: later.len() as u64,
            });
        }
        let own = Subject::Device(from).to_string();
        let hubs = |row: &&Row<'_>| {
            row.envelope.is_some_and(|e| {
                // A machine speaks of itself, and of no other.
                is_of_the_hub(e.kind) || e.kind.starts_with("post.") && e.subject != own
            })
        };
        if let Some(row) = rows.iter().filter(hubs).find(signed) {
            self.store().set_aside(core::slice::from_ref(row)).await?;
            return Err(SyncError::HubsAffair {
                sequence: row.entry.sequence(),
                kind: row.envelope.map_or("", |e| e.kind).to_owned(),
            });
        }
        Ok(())
    }

    /// A parcel for a post, after what it has already.
    pub(super) async fn parcel_for(
        &self,
        Asked {
            post,
            us,
            note: asked,
        }: &Asked,
        received: u64,
    ) -> Result<(Vec<u8>, DownNote), SyncError> {
        let own = self.keys().of_stream(*us).ok_or(SyncError::NotForUs)?;
        let to = SealingKey::from_bytes(&asked.sealing).map_err(|_| SyncError::Note)?;
        let most = usize::try_from(asked.most).unwrap_or(ENOUGH_BYTES);
        let (rows, upto, more) = self.rows_for_posts(asked.after, most).await?;
        let mut streams: BTreeMap<StreamId, Vec<&EntryRow>> = BTreeMap::new();
        for row in &rows {
            streams.entry(row.leaf.stream()).or_default().push(row);
        }
        let authority = &self.authority().code;
        let mut batches = Vec::with_capacity(streams.len());
        for (stream, mut rows) in streams {
            rows.sort_by_key(|row| row.leaf.sequence());
            batches.extend(batch_of(authority, stream, &rows)?);
        }
        let mut keys = keys_for(self.store(), &rows.iter().collect::<Vec<_>>()).await?;
        let secret = self.placard_secret(*post);
        keys.extend(secret.map(PlacardSecret::named));
        let bundle = match self.numbered_bundle() {
            Some((sequence, file)) if !more && sequence > asked.bundle => file.to_vec(),
            _ => Vec::new(),
        };
        let now = self.now();
        let lent = self.hub().lease_days;
        let note = DownNote {
            received,
            upto,
            more,
            sealing: opening_key(own)?.sealing_key().to_bytes(),
            clock: now.unix(),
            until: now.plus(i64::from(lent) * DAY).unix(),
            blocks: self.lend(*post, asked.left).await?,
            certificate: self.certify(*post, asked.name.as_deref()).await?,
        };
        let content = Content {
            authority: authority.clone(),
            batches,
            keys: seal_keys(&keys, &to, &self.random().bytes()?).map_err(|_| SyncError::Note)?,
            bundle,
            note: encode(&note),
        };
        let address = Address {
            from: *us,
            to: *post,
            way: Way::Down,
        };
        Ok((content.pack(address, own)?, note))
    }

    /// The certificate of a post's name, where it asks for one and this hub gives any. Which post it
    /// is the register says, not whoever asks.
    pub(super) async fn certify(
        &self,
        post: StreamId,
        point: Option<&[u8]>,
    ) -> Result<Option<Shown>, SyncError> {
        let (Some(certifier), Some(point)) = (self.certifier().get(), point) else {
            return Ok(None);
        };
        let Some(site) = self
            .device_state(post)
            .await?
            .device()
            .map(|device| device.post)
        else {
            return Ok(None);
        };
        let Certified { chain, until } =
            certifier.certify(site, point, self.now(), self.random().bytes()?)?;
        tracing::info!("the name of {site} was certified until {until}");
        Ok(Some(Shown {
            chain,
            until: until.unix(),
        }))
    }

    /// What posts have to know of what was recorded here after a number: the registers of the house,
    /// and nothing of anybody whom the house is for.
    async fn rows_for_posts(
        &self,
        after: u64,
        most: usize,
    ) -> Result<(Vec<EntryRow>, u64, bool), SyncError> {
        let most = most.clamp(LEAST_BYTES, ENOUGH_BYTES);
        // A hub that was restored has perhaps fewer entries than it had told of.
        let known = self.store().entry_count().await? >= after;
        let after = if known { after } else { 0 };
        let (mut rows, mut upto, mut bytes) = (Vec::new(), after, 0);
        for _ in 0..MOST_PAGES {
            // Counted first: what is recorded meanwhile comes with the next parcel.
            let count = self.store().entry_count().await?;
            let page = self.store().house_entries(upto, PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            for row in page {
                if rows.len() >= MOST_ROWS || bytes >= most {
                    return Ok((rows, upto, true));
                }
                upto = row.number;
                // What a post says of itself is no other post's affair.
                if self.keys().of_stream(row.leaf.stream()).is_some() {
                    bytes += weight(&row);
                    rows.push(row);
                }
            }
            if is_last {
                return Ok((rows, count.max(upto), false));
            }
        }
        Ok((rows, upto, true))
    }

    /// Lends status indexes to a post that has used up half of what it should have in store. They are
    /// leased in the journal before they leave.
    pub(super) async fn lend(
        &self,
        post: StreamId,
        left: u64,
    ) -> Result<Vec<IndexBlock>, SyncError> {
        let due = u64::from(self.hub().indexes);
        let name = format!("lent:{post}");
        let now = self.now();
        let lately = self.store().mark(&name).await?;
        if left > due / 2 || lately.is_some_and(|mark| now.since(mark.at) < LEND_EVERY) {
            return Ok(Vec::new());
        }
        let blocks = u32::try_from((due - left).div_ceil(u64::from(BLOCK))).unwrap_or(0);
        let leases = self.lease_blocks(blocks).await?;
        let mark = Mark {
            number: u64::from(blocks),
            at: now,
        };
        self.store().set_mark(&name, mark).await?;
        Ok(leases)
    }
}

fn heard_of(stream: StreamId) -> String {
    format!("heard:{stream}")
}

fn ends_a_card(row: &Row<'_>) -> bool {
    row.envelope
        .is_some_and(|e| matches!(e.kind, "card.revoked" | "card.replaced"))
}

/// The events by which blocks are leased.
pub(crate) fn leased(
    at: paso_formats::moment::Moment,
    leases: &[paso_domain::post::Lease],
) -> Vec<Event> {
    leases
        .iter()
        .map(|lease| {
            Event::Post(PostEvent::BlockLeased {
                at,
                list: lease.list,
                block: lease.block,
            })
        })
        .collect()
}
