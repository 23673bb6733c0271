//! Codes in a picture that somebody sent, or why there are none to read.

use crate::{App, fault::Fault};
use paso_paper::scan::{ScanError, texts_in_picture};

/// The texts of the codes in a picture; where it shows none, the code of the reason, as texts name it.
///
/// # Errors
/// When too many pictures wait for their turn.
pub(crate) async fn texts(
    app: &App,
    picture: Vec<u8>,
) -> Result<Result<Vec<String>, &'static str>, Fault> {
    // Decoding a picture takes a good part of a second and must not hold up other requests.
    let _turn = app.heavy().picture().await?;
    let found = tokio::task::spawn_blocking(move || texts_in_picture(&picture)).await;
    Ok(found.map_err(|_| Fault::Internal)?.map_err(reason))
}

/// The code of what is wrong with a picture.
const fn reason(error: ScanError) -> &'static str {
    match error {
        ScanError::NotAnImage => "not-an-image",
        ScanError::TooLarge => "too-large",
        ScanError::NoCode => "no-code",
        // New kinds of damage read as damage until they have words of their own.
        _ => "damaged",
    }
}
