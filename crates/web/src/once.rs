//! A decision that was sent twice is made once.
//!
//! A second press of a button, or a browser that repeats a request on a bad road, must not issue a
//! second card. Each form that decides carries a mark drawn when its page was made; the second
//! time a mark arrives the answer is that of the first time. Marks live in memory, for the latest
//! forms only: this is a courtesy to people in a hurry, not a promise of the journal.

use paso_formats::moment::Moment;
use std::{
    collections::VecDeque,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::OnceCell;

/// How many decided forms are remembered.
const REMEMBERED: usize = 1024;

/// Two numbers of at most twenty digits and a hyphen, or the key of a program.
const LONGEST_MARK: usize = 64;

/// What a decision led to.
type Slot<T> = Arc<OnceCell<T>>;

/// Slots by session and mark, the latest last.
type Slots<T> = VecDeque<((String, String), Slot<T>)>;

/// The marks of forms, and where those that were sent have led: a place, or an answer.
pub(crate) struct Once<T = String> {
    started: Moment,
    next: AtomicU64,
    sent: Mutex<Slots<T>>,
}

impl<T: Clone> Once<T> {
    /// No marks yet. `started` keeps marks of an earlier run apart from this one's.
    pub(crate) fn new(started: Moment) -> Self {
        Self {
            started,
            next: AtomicU64::new(1),
            sent: Mutex::default(),
        }
    }

    /// A mark for a form that is about to be shown.
    pub(crate) fn mark(&self) -> String {
        format!(
            "{}-{}",
            self.started.unix(),
            self.next.fetch_add(1, Ordering::Relaxed)
        )
    }

    /// Decides, unless this form of this session was decided already; gives the place to go to.
    /// After a failure the same form may be sent again.
    pub(crate) async fn decide<E>(
        &self,
        session: &str,
        mark: &str,
        decision: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        // A mark is ours and short, or it is not remembered.
        if mark.is_empty() || mark.len() > LONGEST_MARK {
            return decision.await;
        }
        let slot = self.slot(session, mark);
        slot.get_or_try_init(|| decision).await.cloned()
    }

    fn slot(&self, session: &str, mark: &str) -> Slot<T> {
        // The list is whole after every step of its changes, so a poisoned lock harms nothing.
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let known = sent.iter().find(|((s, m), _)| s == session && m == mark);
        if let Some((_, slot)) = known {
            return Arc::clone(slot);
        }
        let slot = Slot::default();
        if sent.len() == REMEMBERED {
            sent.pop_front();
        }
        sent.push_back(((session.to_owned(), mark.to_owned()), Arc::clone(&slot)));
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_second_time_leads_where_the_first_did() {
        let once = Once::new(Moment::from_unix(0));
        let (first, other) = (once.mark(), once.mark());
        assert_ne!(first, other);
        let decide = |mark: &str, place: Result<&'static str, ()>| {
            let mark = mark.to_owned();
            let once = &once;
            async move {
                once.decide("s", &mark, async { place.map(str::to_owned) })
                    .await
            }
        };
        assert_eq!(
            decide(&first, Err(())).await,
            Err(()),
            "a failure decides nothing"
        );
        assert_eq!(decide(&first, Ok("/a")).await, Ok("/a".to_owned()));
        assert_eq!(decide(&first, Ok("/b")).await, Ok("/a".to_owned()));
        assert_eq!(decide(&other, Ok("/b")).await, Ok("/b".to_owned()));
        assert_eq!(
            decide("", Ok("/c")).await,
            Ok("/c".to_owned()),
            "no mark, no memory"
        );
        let elsewhere = once
            .decide("t", &first, async { Ok::<_, ()>("/d".to_owned()) })
            .await;
        assert_eq!(
            elsewhere,
            Ok("/d".to_owned()),
            "another session's form is another form"
        );
    }
}
