//! An act that a program sends twice is done once.
//!
//! The key is the program's own; beside it stand the token and what was asked, so that nobody is
//! answered with another's answer, and a key used for something else is said to be.

use super::{door::Token, json::Answer, problem::Problem};
use core::future::Future;

/// An answer, and what it was the answer to.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    mark: u64,
    answer: Answer,
}

/// Acts, unless this program has asked the same under this key already.
pub(super) async fn act<P>(
    door: &Token<P>,
    (key, mark): (Option<&str>, u64),
    acting: impl Future<Output = Result<Answer, Problem>>,
) -> Result<Answer, Problem> {
    let Some(key) = key else {
        return acting.await;
    };
    let kept = door
        .app()
        .answered()
        .decide(door.whose(), key, async {
            let answer = acting.await?;
            Ok::<_, Problem>(Kept { mark, answer })
        })
        .await?;
    if kept.mark == mark {
        Ok(kept.answer)
    } else {
        Err(Problem::KEY_REUSED)
    }
}
