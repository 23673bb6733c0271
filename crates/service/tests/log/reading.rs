//! What others get to see of a log.

use crate::harness::{Ground, TOKEN, leaves, published, reference_root};
use paso_formats::{entry::Entry, feed::Feed, receipt::Commitment};
use paso_service::log::ReadingError;
use paso_store::testing::{Engine, Story};
use paso_tlog::{
    policy::Policy,
    proof_file::ProofFile,
    tile::{Bundle, Kind, TilePath},
};

#[tokio::test]
async fn nothing_beyond_the_published_head_is_given() {
    let ground = Ground::witnessed(Engine::Sqlite).await;
    let store = ground.scratch.create().await;
    let log = ground.open(&store).await.unwrap();
    let label = "2026".parse().unwrap();
    assert!(matches!(
        log.checkpoint(label).await,
        Err(ReadingError::NotFound)
    ));
    ground.beat(&store, 299).await;
    log.step().await.unwrap();
    log.round().await.unwrap();
    ground.beat(&store, 100).await;
    log.step().await.unwrap();
    let tile =
        |level, index, width| TilePath::partial(Kind::Hashes { level }, index, width).unwrap();
    for (path, given) in [
        (tile(0, 0, 256), true),
        (tile(0, 0, 17), true),
        (tile(0, 1, 44), true),
        (tile(0, 1, 45), false),
        (tile(0, 2, 1), false),
        (tile(1, 0, 1), true),
        (tile(1, 0, 2), false),
        (tile(2, 0, 1), false),
        (TilePath::partial(Kind::Entries, 1, 44).unwrap(), true),
        (TilePath::partial(Kind::Entries, 1, 45).unwrap(), false),
    ] {
        let read = log.tile(label, &path).await;
        assert_eq!(read.is_ok(), given, "{path}");
    }
    let bundle = TilePath::full(Kind::Entries, 0).unwrap();
    let bytes = log.tile(label, &bundle).await.unwrap();
    let bundle = Bundle::parse(&bytes).unwrap();
    assert_eq!(bundle.entries(), &leaves(&store).await[..256]);
    assert!(log.checkpoint("2025".parse().unwrap()).await.is_err());
}

/// What the mirror pulls is the published log, row for row, and the tree comes out of it.
#[tokio::test]
async fn a_mirror_gets_the_published_rows_and_no_more() {
    for engine in Engine::BOTH {
        let ground = Ground::witnessed(engine).await;
        let store = ground.scratch.create().await;
        let log = ground.open(&store).await.unwrap();
        let mut story = Story::new(4);
        story.tell_acts(&store, 150).await;
        ground.beat(&store, 300).await;
        log.step().await.unwrap();
        log.round().await.unwrap();
        ground.beat(&store, 10).await;
        log.step().await.unwrap();
        let label = "2026".parse().unwrap();
        let all = leaves(&store).await;
        let size = published(&store).await.unwrap().unverified().head().size;
        let mut pulled = Vec::new();
        for from in [0, 1, size - 3, size, size + 5] {
            let bytes = log.feed(label, from).await.unwrap();
            let feed = Feed::read(&bytes, Some("mx.example/log/2026")).unwrap();
            let rows: Vec<_> = feed.places().map(|(_, place)| place.leaf()).collect();
            let rest = usize::try_from(size.saturating_sub(from)).unwrap();
            assert_eq!((feed.header().first, rows.len()), (from, rest));
            if from == 0 {
                pulled = rows;
            }
        }
        assert_eq!(pulled, all[..usize::try_from(size).unwrap()]);
        assert!(log.feed("2025".parse().unwrap(), 0).await.is_err());
    }
}

#[tokio::test]
async fn only_the_mirrors_token_lets_in() {
    let ground = Ground::alone(Engine::Sqlite).await;
    let store = ground.scratch.create().await;
    let log = ground.open(&store).await.unwrap();
    assert!(log.admits(format!("Bearer {TOKEN}").as_bytes()));
    for wrong in [
        "",
        TOKEN,
        "Bearer ",
        "Bearer",
        "bearer c2VjcmV0",
        "Bearer c2VjcmV0 ",
        "Basic c2VjcmV0",
    ] {
        assert!(!log.admits(wrong.as_bytes()), "{wrong}");
    }
}

/// A proof verifies with nothing but the policy, and carries the leaf it proves.
#[tokio::test]
async fn a_subjects_entry_is_proven_once_it_is_witnessed() {
    for engine in Engine::BOTH {
        let ground = Ground::witnessed(engine).await;
        let store = ground.scratch.create().await;
        let log = ground.open(&store).await.unwrap();
        let mut story = Story::new(3);
        let told = story.tell_acts(&store, 100).await;
        let (subject, _) = &told[told.len() - 1];
        let leaf = store.leaves_of(subject).await.unwrap().pop().unwrap();
        let commitment = Commitment(Entry::read(&leaf.bytes).unwrap().commitment());
        assert!(matches!(
            log.proof_by(subject, commitment).await,
            Err(ReadingError::NotFound)
        ));
        log.step().await.unwrap();
        assert!(
            log.proof_by(subject, commitment).await.is_err(),
            "signed is not witnessed"
        );
        log.round().await.unwrap();
        assert!(matches!(
            log.proof_by(subject, Commitment([1; 32])).await,
            Err(ReadingError::NotFound)
        ));
        let proof = log.proof_by(subject, commitment).await.unwrap();
        let proof = ProofFile::parse(proof.as_bytes()).unwrap();
        let head = log.heads().await.unwrap().pop().unwrap();
        let vkey = head.vkey.parse().unwrap();
        let policy = Policy::parse(ground.policy().text_for(&vkey).as_bytes()).unwrap();
        let leaf = proof.unverified_extra().unwrap();
        let witnessed = proof.verify(leaf, &policy).unwrap();
        assert_eq!(witnessed.witnesses.len(), 3);
        assert_eq!(
            witnessed.checkpoint.head().root,
            reference_root(&leaves(&store).await)
        );
        let other = [leaf, b"x"].concat();
        assert!(proof.verify(&other, &policy).is_err());
    }
}
