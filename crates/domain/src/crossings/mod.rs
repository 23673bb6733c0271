//! Where people cross and where posts stand, with what is known of each and since when.
//!
//! Sources count crossings by different definitions (facts B.1), so a crossing has a status per
//! country and date, and an unknown municipality, hour or status stays unknown. Inland inspection
//! complexes are posts, not crossings. The zone of a post is that of its state (facts F).

mod file;
mod place;
mod zone;

pub use file::CrossingsError;
pub use place::{
    BadPostCode, Crossing, CrossingStatus, Hours, IssuingPoint, Place, Post, PostCode, PostKind,
    Side, StatusKind,
};
pub use zone::{LocalTime, NoSuchZone, Zone};

use crate::programme::Subdivision;
use paso_formats::field::StateCode;

/// All crossings and posts of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossings {
    pub(crate) states: Vec<State>,
    pub(crate) countries: Vec<Country>,
    pub(crate) places: Vec<Crossing>,
    pub(crate) posts: Vec<Post>,
    pub(crate) issuing: Vec<IssuingPoint>,
}

/// A state of the region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Its ISO 3166-2 code.
    pub code: Subdivision,
    /// Its name.
    pub name: String,
    /// Its clock.
    pub zone: Zone,
}

/// A country on the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// Its three-letter code.
    pub code: StateCode,
    /// Its clock.
    pub zone: Zone,
}

impl Crossings {
    /// The crossings of the southern border, compiled in from `programs/crossings.toml`.
    ///
    /// # Errors
    /// Never for the file as shipped; a test loads it.
    pub fn southern_border() -> Result<Self, CrossingsError> {
        Self::load(include_str!("../../../../programs/crossings.toml"))
    }

    /// Crossings from the text of a file, for authorities that bring their own.
    ///
    /// # Errors
    /// The row and the field that are wrong, and what was expected there.
    pub fn load(text: &str) -> Result<Self, CrossingsError> {
        file::read(text)
    }

    /// All states.
    #[must_use]
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// The countries on the other side.
    #[must_use]
    pub fn countries(&self) -> &[Country] {
        &self.countries
    }

    /// All crossings.
    #[must_use]
    pub fn crossings(&self) -> &[Crossing] {
        &self.places
    }

    /// All posts, those at crossings and those inland.
    #[must_use]
    pub fn posts(&self) -> &[Post] {
        &self.posts
    }

    /// Where cards were issued, with the date the list is of.
    #[must_use]
    pub fn issuing_points(&self) -> &[IssuingPoint] {
        &self.issuing
    }

    /// The post of this code, in any case of letters.
    #[must_use]
    pub fn post(&self, code: &str) -> Option<&Post> {
        let code: PostCode = code.trim().to_ascii_uppercase().parse().ok()?;
        self.posts.iter().find(|post| post.code == code)
    }

    /// The crossing of this id.
    #[must_use]
    pub fn crossing(&self, id: &str) -> Option<&Crossing> {
        self.places.iter().find(|crossing| crossing.id == id)
    }

    /// The crossing a post stands at; none for a post inland.
    #[must_use]
    pub fn crossing_of(&self, post: &Post) -> Option<&Crossing> {
        post.crossing.as_deref().and_then(|id| self.crossing(id))
    }

    /// The state of this code.
    #[must_use]
    pub fn state(&self, code: Subdivision) -> Option<&State> {
        self.states.iter().find(|state| state.code == code)
    }
}

#[cfg(test)]
mod tests;
