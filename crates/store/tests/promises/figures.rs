//! Figures count what the list of acts shows, officer by officer, and nothing twice.

use std::collections::BTreeMap;

use paso_domain::crossings::PostCode;
use paso_formats::moment::Moment;
use paso_store::{OfficerTally, Store};

fn sums(tallies: &[OfficerTally]) -> (u32, u32) {
    for row in tallies {
        assert!(row.tally.some <= row.tally.of, "{}", row.officer);
    }
    let numbers: Vec<_> = tallies.iter().map(|row| &row.officer).collect();
    assert!(
        numbers.windows(2).all(|pair| pair[0] < pair[1]),
        "one row each"
    );
    (
        tallies.iter().map(|row| row.tally.some).sum(),
        tallies.iter().map(|row| row.tally.of).sum(),
    )
}

pub(crate) async fn figures_count_what_was_done(store: &Store) {
    let post: PostCode = "TAL".parse().unwrap();
    let ever = (Moment::from_unix(0), Moment::from_unix(4_000_000_000));
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for row in store.act_counts(post, ever).await.unwrap() {
        *kinds.entry(row.kind).or_default() += row.count;
    }
    let done = |kind: &str| u32::try_from(kinds.get(kind).copied().unwrap_or_default()).unwrap();

    let refusals = store.refusals_by_officer(post, ever).await.unwrap();
    let decided = done("card.issued") + done("card.refused");
    assert!(decided > 0, "the story decides something");
    assert_eq!(sums(&refusals), (done("card.refused"), decided));

    let met = store.encounters_without_receipt(post, ever).await.unwrap();
    assert_eq!(sums(&met).1, done("encounter.recorded"));

    let grave = done("card.refused") + done("card.revoked") + done("person.merged");
    let unsigned = store.grave_acts_unsigned(post, ever).await.unwrap();
    // Nobody signs in a story.
    assert_eq!(sums(&unsigned), (grave, grave));

    let beyond = store.attempts_beyond_purpose(post, ever).await.unwrap();
    assert!(sums(&beyond).1 >= decided + grave);

    // The desk opened one record; nobody did anything for that person.
    let reads = store.reads_without_act(post, ever).await.unwrap();
    let (idle, all) = sums(&reads);
    assert!(idle > 0 && idle <= all, "{reads:?}");

    // A period before everything holds nothing.
    let never = (Moment::from_unix(0), Moment::from_unix(1));
    assert_eq!(store.refusals_by_officer(post, never).await.unwrap(), []);
    assert_eq!(store.act_counts(post, never).await.unwrap(), []);
}
