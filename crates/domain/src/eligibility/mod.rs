//! Who may have a card under a row of the programme, with every reason.
//!
//! The answer names each unmet demand with what would cure it, and each doubt as a warning, so that
//! a refusal can be founded and reasoned (facts A.3) and a person knows what to bring. What no
//! source states never refuses anybody; it warns.

mod age;
mod assess;
mod card_expiry;
mod reason;

pub use age::{ADULT_AT, age_on, is_child};
pub use assess::{Accompaniment, Applicant, Basis, Eligibility, assess};
pub use card_expiry::card_expiry;
pub use reason::{Cure, Unmet, Warning};

#[cfg(test)]
mod tests;
