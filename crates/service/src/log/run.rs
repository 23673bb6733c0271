//! The log's two tasks: one integrates and signs, the other asks witnesses. Neither waits for the
//! other, and nobody waits for them.

use super::Log;
use crate::{Service, ServiceError};
use paso_formats::moment::MINUTE;
use std::{sync::Arc, time::Duration};
use tokio::time::{MissedTickBehavior, interval};

impl Log {
    /// Integrates and signs, every so often, until the task is dropped.
    pub async fn sequence(self, every: Duration) {
        let mut ticks = ticks(every);
        let mut said = None;
        loop {
            ticks.tick().await;
            loop {
                match self.step().await {
                    Ok(stepped) if stepped.more => {}
                    Ok(_) => {
                        said = None;
                        break;
                    }
                    Err(error) => {
                        say(&mut said, error.to_string());
                        break;
                    }
                }
            }
        }
    }

    /// Asks witnesses and publishes, every so often, until the task is dropped.
    pub async fn countersign(self, every: Duration) {
        let mut ticks = ticks(every);
        let mut said = None;
        loop {
            ticks.tick().await;
            match self.round().await {
                Ok(_) => said = None,
                Err(error) => say(&mut said, error.to_string()),
            }
        }
    }
}

impl Service {
    /// Says that this device lives, whenever its stream was silent for so many seconds, until the
    /// task is dropped. A tail that was cut off is then missed within that time (anchors/log.md
    /// §5.5).
    pub async fn live(self: Arc<Self>, silence: i64) {
        let mut ticks = ticks(Duration::from_mins(1));
        loop {
            ticks.tick().await;
            if let Err(error) = self.live_once(silence).await {
                tracing::warn!("no sign of life was recorded: {error}");
            }
        }
    }

    /// Records a sign of life if the stream was silent for so many seconds; answers whether it did.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn live_once(&self, silence: i64) -> Result<bool, ServiceError> {
        let now = self.now();
        let last = self.store().last_leaf(self.device().stream).await?;
        // An entry's time is the minute in which it was recorded.
        if last.is_some_and(|leaf| now.since(leaf.time().start()) < silence.max(MINUTE)) {
            return Ok(false);
        }
        let beat = self.store().heartbeat(Arc::clone(self.device()), now).await;
        beat.map(|_| true).map_err(ServiceError::Append)
    }
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = interval(every.max(Duration::from_millis(10)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Says a thing once, not every second.
fn say(said: &mut Option<String>, words: String) {
    if said.as_ref() != Some(&words) {
        tracing::error!("log: {words}");
        *said = Some(words);
    }
}
