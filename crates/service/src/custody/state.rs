//! The statement of a custody event, sealed to the ombudsman when the event is appended. It is made
//! in the one place through which every event goes, so that no act can be silent about custody.

use crate::{Service, ServiceError};
use paso_domain::{
    custody::{EpisodeState, statement},
    event::Event,
    id::EpisodeId,
    subject::Subject,
};
use paso_store::Entry;
use std::collections::HashMap;

impl Service {
    /// The same entries, each custody event among them with its statement.
    pub(crate) async fn state(&self, entries: Vec<Entry>) -> Result<Vec<Entry>, ServiceError> {
        let Some(key) = &self.parts().statements else {
            return Ok(entries);
        };
        let mut known: HashMap<EpisodeId, EpisodeState> = HashMap::new();
        let mut stated = Vec::with_capacity(entries.len());
        for entry in entries {
            let (Subject::Episode(id), Event::Custody(event)) = (entry.subject(), entry.event())
            else {
                stated.push(entry);
                continue;
            };
            let state = match known.remove(id) {
                Some(state) => state,
                None => match self.load_episode(*id).await {
                    Ok(loaded) => loaded.state,
                    Err(ServiceError::NotFound) => EpisodeState::default(),
                    Err(error) => return Err(error),
                },
            };
            let before = (!state.is_empty()).then(|| state.story());
            let state = state.apply(event);
            let story = state.story();
            let act = event.act();
            let said = self.crossings().post(act.post.as_str()).and_then(|post| {
                let from = story.opening.as_ref().map_or(act.at, |(_, o)| o.taken_at);
                let day = post.zone().date_at(from);
                statement(before.as_ref(), &story, &self.parts().clocks, day, act.at)
            });
            let _ = known.insert(*id, state);
            stated.push(match said {
                Some(said) => {
                    let random = self.random().bytes()?;
                    let sealed = said
                        .seal(key, &random)
                        .map_err(|error| ServiceError::Device(error.to_string()))?;
                    entry.stating(sealed)
                }
                None => entry,
            });
        }
        Ok(stated)
    }
}
