//! The post's sign: signed anew for whoever asks for its page, and its spoken code, heard at the hub.
//!
//! Nothing of this is journaled: a sign is no act, it says what the shift's own events say already, and
//! a journal of screens that renewed themselves would hide the acts. Whoever brings a picture of a
//! sign brings the minute at which a shift began; the register of shifts has the officer.

use crate::{Service, ServiceError, access::Permit, sync::PlacardSecret};
use paso_domain::{crossings::Post, id::StreamId, policy::powers, receipt::Code};
use paso_formats::{
    bundle::{Purpose, TrustedKey},
    moment::Moment,
    placard::{self, PlacardClaims, PlacardVerdict},
};

/// A sign, for its screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LivePlacard {
    /// What it says.
    pub claims: PlacardClaims,
    /// The text of its symbol.
    pub text: String,
    /// The code to read aloud; none where this machine has not been given its secret yet.
    pub code: Option<Code>,
    /// After how many seconds the screen shows the next.
    pub renews: u16,
}

/// Why no sign can be shown.
#[derive(Debug, thiserror::Error)]
pub enum NoPlacard {
    /// The officer has no shift open at this post.
    #[error("no shift of yours is open at this post; sign in again for this post")]
    NoShift,
    /// The sign cannot be made.
    #[error(transparent)]
    Placard(#[from] placard::PlacardError),
    /// The register failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl Service {
    /// A sign for the post of the officer's open shift, as of now.
    ///
    /// # Errors
    /// When they have none, or the device does not sign.
    pub async fn placard(
        &self,
        permit: &Permit<powers::RecordEncounter>,
    ) -> Result<LivePlacard, NoPlacard> {
        let shifts = self.load_shifts(&permit.number).await?.state;
        let here = shifts
            .open()
            .iter()
            .filter(|open| open.opened.post == permit.post);
        let opened = here.map(|open| open.opened.at).max();
        let opened = opened.ok_or(NoPlacard::NoShift)?;
        let (now, post) = (self.now(), self.post(permit)?);
        let day = now.timestamp().to_zoned(post.zone().time_zone().clone());
        let terms = self.parts().placard.on(day.date());
        let unit = self.roles().purpose(permit.role);
        let unit = unit.map_or(self.authority().name.as_str(), |(body, _)| &body.name.es);
        let claims = PlacardClaims {
            authority: self.authority().code.clone(),
            post: post.code.to_string(),
            place: PlacardClaims::shortened(&place(self, post)),
            unit: PlacardClaims::shortened(unit),
            // A shift that began by a clock which was set back since began now at the latest.
            shift_opened: opened.min(now),
            from: now,
            until: now.plus(terms.holds()),
        };
        let device = self.device();
        let text = placard::encode(&claims, &*device.signer)?.into_string();
        let secret = self.placard_secret(device.stream);
        Ok(LivePlacard {
            code: secret.map(|secret| placard::spoken(secret.expose(), &claims.post, now)),
            claims,
            text,
            renews: terms.renews(),
        })
    }

    /// Judges the text of a sign for whoever stands before it. Nothing is recorded.
    pub fn check_placard(&self, text: &str) -> PlacardVerdict {
        placard::judge(text, self.bundle().as_deref(), self.now())
    }

    /// At which post this code is read out now; none where nowhere that this machine can know. All
    /// machines of the bundle are asked whatever is found, so that the time it takes says nothing.
    pub fn heard_placard(&self, code: Code) -> Option<&Post> {
        let (bundle, now) = (self.bundle()?, self.now());
        let mut found = None;
        for key in &bundle.bundle().keys {
            for post in self.posts_of(key, now) {
                let stream = StreamId::of_key(&key.key);
                if let Some(secret) = self.placard_secret(stream)
                    && placard::hears(secret.expose(), post.code.as_str(), code, now)
                {
                    found = Some(post);
                }
            }
        }
        found
    }

    /// The posts for which a machine may speak now.
    fn posts_of(&self, key: &TrustedKey, now: Moment) -> Vec<&Post> {
        let may =
            key.purpose == Purpose::Device && key.signs_at(now) && key.compromised_at.is_none();
        let all = key.site == self.authority().code;
        let posts = self.crossings().posts().iter();
        posts
            .filter(|post| may && (all || key.site == post.code.as_str()))
            .collect()
    }

    /// The secret of the spoken codes of a device. A hub makes all of them from its own; a post has
    /// been given its own, and no other.
    pub(crate) fn placard_secret(&self, stream: StreamId) -> Option<PlacardSecret> {
        if let Some(site) = self.site() {
            return site
                .placard_secret()
                .filter(|_| stream == self.device().stream);
        }
        let secret = self.keys().index_secret.as_ref()?;
        Some(PlacardSecret::of(secret, stream))
    }
}

/// Where a post is, in words that can be compared with what one sees.
fn place(service: &Service, post: &Post) -> String {
    let state = service.crossings().state(post.state());
    state.map_or_else(
        || post.name.clone(),
        |state| format!("{}, {}", post.name, state.name),
    )
}
