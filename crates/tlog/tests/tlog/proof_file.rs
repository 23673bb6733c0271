//! Proofs in files: written, read, verified with no network, and refused however they are changed.

use paso_tlog::{
    checkpoint::{CheckpointError, Head},
    hash::EMPTY_ROOT,
    note::NoteError,
    policy::{CheckError, Policy},
    proof::{Plan, ProofError},
    proof_file::{MAX_EXTRA_BYTES, MAX_PROOF_FILE_BYTES, ProofFile, ProofFileError, VerifyError},
};

use crate::support::{NOON, ORIGIN, Seed, checkpoint, entry, inclusion, leaves, signed};

const SIZE: u64 = 70;

fn policy() -> Policy {
    let log = Seed::new(1).log_key(ORIGIN);
    let witness = Seed::new(3).cosigner_key("witness.example.org");
    Policy::parse(format!("log {log}\nwitness W {witness}\nquorum W\n").as_bytes()).unwrap()
}

fn proof(index: u64, extra: Option<&[u8]>) -> ProofFile {
    let witness = Seed::new(3);
    let mut signed = checkpoint(SIZE, 1);
    let key = witness.cosigner_key("witness.example.org");
    let line = key
        .cosign(signed.note().unverified_text(), NOON, &witness)
        .unwrap();
    signed.attach(line).unwrap();
    let hashes = inclusion(&leaves(SIZE), index);
    ProofFile::new(extra.map(<[u8]>::to_vec), index, hashes, signed).unwrap()
}

#[test]
fn a_proof_written_is_read_and_verified_with_the_policy_alone() {
    for index in [0, 1, 63, 64, 69] {
        for extra in [None, Some(&b""[..]), Some(b"anything")] {
            let text = proof(index, extra).to_string();
            assert!(text.starts_with("c2sp.org/tlog-proof@v1\n"));
            let read = ProofFile::parse(text.as_bytes()).unwrap();
            assert_eq!(read.to_string(), text);
            assert_eq!((read.index(), read.unverified_extra()), (index, extra));
            let policy = policy();
            let witnessed = read.verify(&entry(index), &policy).unwrap();
            assert_eq!(witnessed.checkpoint.head().size, SIZE);
            assert_eq!(witnessed.witnesses.len(), 1);
        }
    }
}

#[test]
fn a_proof_changed_in_any_way_fails() {
    let policy = policy();
    let good = proof(17, None);
    let text = good.to_string();
    let lines: Vec<_> = text.lines().collect();
    let verify = |text: String, index| {
        ProofFile::parse(text.as_bytes())
            .unwrap()
            .verify(&entry(index), &policy)
            .map(|_| ())
    };
    let replaced = |from: &str, to: &str| text.replacen(from, to, 1);
    assert_eq!(verify(text.clone(), 17), Ok(()));
    assert_eq!(verify(text.clone(), 18), Err(ProofError::OtherRoot.into()));
    assert_eq!(
        verify(replaced("index 17", "index 18"), 18),
        Err(ProofError::OtherRoot.into())
    );
    let beyond = ProofError::NoSuchEntry {
        index: 70,
        size: 70,
    };
    assert_eq!(
        verify(replaced("index 17", "index 70"), 17),
        Err(beyond.into())
    );
    let cut = replaced(&format!("{}\n", lines[2]), "");
    assert_eq!(verify(cut, 17), Err(ProofError::WrongLength.into()));
    let last_hash = lines.iter().position(|line| line.is_empty()).unwrap() - 1;
    let cut = replaced(&format!("{}\n", lines[last_hash]), "");
    assert_eq!(verify(cut, 17), Err(ProofError::WrongLength.into()));
    let none: String = lines[..2]
        .iter()
        .chain(&lines[last_hash + 1..])
        .flat_map(|line| [*line, "\n"])
        .collect();
    assert_eq!(verify(none, 17), Err(ProofError::WrongLength.into()));
    let mut swapped = good.hashes().to_vec();
    swapped.swap(0, 1);
    let swapped = ProofFile::new(None, 17, swapped, good.checkpoint().clone()).unwrap();
    assert_eq!(
        swapped.verify(&entry(17), &policy),
        Err(ProofError::OtherRoot.into())
    );
    let other_root = replaced(lines[last_hash + 4], &EMPTY_ROOT.to_base64());
    let bad = NoteError::BadSignature(ORIGIN.parse().unwrap());
    assert_eq!(verify(other_root, 17), Err(CheckError::Note(bad).into()));
    let witness = text.lines().last().unwrap();
    let unwitnessed = replaced(&format!("{witness}\n"), "");
    assert_eq!(verify(unwitnessed, 17), Err(CheckError::NoQuorum(0).into()));
    // A proof of the same entry in another tree.
    let mut shorter = checkpoint(SIZE - 1, 1);
    for line in good.checkpoint().note().lines() {
        shorter.attach(line.clone()).unwrap();
    }
    let moved = ProofFile::new(None, 17, good.hashes().to_vec(), shorter).unwrap();
    assert!(matches!(
        moved.verify(&entry(17), &policy),
        Err(VerifyError::Policy(_))
    ));
    // Extra data is nobody's word: the proof holds with any.
    assert_eq!(verify(replaced("index", "extra AAAA\nindex"), 17), Ok(()));
}

#[test]
fn a_file_that_is_no_proof_is_refused_with_its_reason() {
    let text = proof(17, Some(b"e")).to_string();
    let replaced = |from: &str, to: &str| text.replacen(from, to, 1).into_bytes();
    let hash = EMPTY_ROOT.to_base64();
    let many = format!("index 17\n{}", format!("{hash}\n").repeat(64));
    let cut = CheckpointError::Note(NoteError::NoSignatures);
    let blank = text.find("\n\n").unwrap();
    for (file, error) in [
        (vec![], ProofFileError::Header),
        (b"\xff\n".to_vec(), ProofFileError::Header),
        (replaced("@v1", "@v2"), ProofFileError::Header),
        (replaced("@v1\n", "@v1\r\n"), ProofFileError::Header),
        (replaced("extra ZQ==", "extra ZQ="), ProofFileError::Extra),
        (replaced("extra ZQ==", "extra  ZQ=="), ProofFileError::Extra),
        (
            replaced("extra ZQ==", "extra ZQ==\nextra ZQ=="),
            ProofFileError::Index,
        ),
        (replaced("extra ZQ==", "more ZQ=="), ProofFileError::Index),
        (replaced("index 17\n", ""), ProofFileError::Index),
        (replaced("index 17", "index 017"), ProofFileError::Index),
        (replaced("index 17", "index -1"), ProofFileError::Index),
        (replaced("index 17", "index"), ProofFileError::Index),
        (
            replaced("index 17", "index 17\nAAAA"),
            ProofFileError::Hash(1),
        ),
        (replaced("index 17\n", &many), ProofFileError::TooLarge),
        (
            text.as_bytes()[..=blank].to_vec(),
            ProofFileError::NoCheckpoint,
        ),
        (text.as_bytes()[..blank + 2].to_vec(), cut.clone().into()),
        (text.as_bytes()[..blank + 30].to_vec(), cut.into()),
        (
            vec![b'a'; MAX_PROOF_FILE_BYTES + 1],
            ProofFileError::TooLarge,
        ),
    ] {
        let shown = String::from_utf8_lossy(&file[..file.len().min(120)]).into_owned();
        assert_eq!(ProofFile::parse(&file), Err(error), "{shown:?}");
    }
    let extra = Some(vec![0; MAX_EXTRA_BYTES + 1]);
    let checkpoint = checkpoint(SIZE, 1);
    assert_eq!(
        ProofFile::new(extra, 0, vec![], checkpoint.clone()),
        Err(ProofFileError::TooLarge),
    );
    assert_eq!(
        ProofFile::new(None, 0, vec![EMPTY_ROOT; 64], checkpoint),
        Err(ProofFileError::TooLarge),
    );
}

#[test]
fn the_longest_extra_data_is_written_and_read() {
    let extra = vec![7; MAX_EXTRA_BYTES];
    let text = proof(3, Some(&extra)).to_string();
    assert_eq!(
        ProofFile::parse(text.as_bytes())
            .unwrap()
            .unverified_extra(),
        Some(&extra[..])
    );
}

#[test]
fn a_proof_with_two_witnesses_in_a_hundred_million_entries_fits_one_qr_code() {
    let size = 100_000_000;
    let head = Head {
        size,
        root: EMPTY_ROOT,
    };
    let mut checkpoint = signed(head, 1);
    for number in [3, 4] {
        let seed = Seed::new(number);
        let key = seed.cosigner_key(&format!("witness{number}.example.org"));
        let text = checkpoint.note().unverified_text().to_owned();
        checkpoint
            .attach(key.cosign(&text, NOON, &seed).unwrap())
            .unwrap();
    }
    let plan = Plan::inclusion(0, size).unwrap();
    let hashes = plan.build(|_| Ok::<_, ()>(EMPTY_ROOT)).unwrap();
    let bytes = ProofFile::new(None, 0, hashes, checkpoint)
        .unwrap()
        .to_string()
        .len();
    // ISO/IEC 18004: version 40-L holds 2,953 bytes.
    assert!((1_500..1_800).contains(&bytes), "{bytes}");
}
