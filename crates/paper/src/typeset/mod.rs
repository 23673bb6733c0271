//! From texts and millimetres to a PDF, in three steps that can be tested apart: letters are shaped
//! and measured ([`face`]), broken into lines that fit ([`block`]), placed on a page as data
//! ([`scene`]), and only then drawn ([`press`]).
//!
//! krilla draws one line of one font and no more, which is all that cards and forms need; what it
//! lacks (measuring, breaking, shrinking, columns) is here.

pub(crate) mod block;
pub(crate) mod face;
pub(crate) mod ornament;
pub(crate) mod press;
pub(crate) mod scene;

/// Millimetres in a PostScript point (1/72 inch).
pub(crate) const MM_PER_PT: f32 = 25.4 / 72.0;
