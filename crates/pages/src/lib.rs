//! What every Paso page shares, whoever serves it: languages and their texts, dates as people read
//! them, the frame around a page with its style, security headers, cookies, and forms that keep
//! what was typed.
//!
//! No person's data and no rule of any register is here: the pages of an authority and those of
//! the ombudsman are both built on this.

pub mod assets;
pub mod cookie;
pub mod dates;
pub mod form;
pub mod frame;
pub mod headers;
pub mod lang;
pub mod origin;
pub mod receipt;
pub mod security;
pub mod texts;

pub use form::{Choice, Fields, Form, Problem, Problems};
pub use frame::{Frame, Station};
pub use lang::Lang;
pub use texts::{Texts, TextsError, Voice};
