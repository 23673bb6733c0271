//! The log's two tasks: one integrates and signs, the other asks witnesses. Neither waits for the
//! other, and nobody waits for them.

use super::Log;
use std::time::Duration;
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
