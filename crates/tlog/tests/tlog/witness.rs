//! The witness's judgement by the table, its messages, and what a log makes of every response.

use paso_tlog::{
    checkpoint::{CheckpointError, Head, Origin, SignedCheckpoint},
    hash::{EMPTY_ROOT, Hash},
    note::{MAX_NOTE_BYTES, NoteError, SignatureLine, Verify},
    proof::ProofError,
    witness::{
        Answer, AnswerError, Log, MAX_PROOF_LINES, Outcome, Refusal, Request, RequestError,
        Response, SIZE_CONTENT_TYPE, Status, decide, monitoring_path,
    },
};

use crate::{
    Broken,
    support::{NOON, ORIGIN, Seed, checkpoint, consistency, leaves, root, signed},
};

const OTHER: Hash = Hash([0xaa; 32]);
const LOG: u8 = 1;
const WITNESS: u8 = 3;
const WITNESS_NAME: &str = "witness.example.org";

fn log() -> Log {
    Log {
        origin: Origin::new(ORIGIN).unwrap(),
        keys: vec![Seed::new(LOG).log_key(ORIGIN)],
    }
}

fn head(size: u64) -> Head {
    Head {
        size,
        root: root(&leaves(size)),
    }
}

/// From a stored head of `old` leaves to the checkpoint of `new` leaves, all right.
fn request(old: u64, new: u64) -> Request {
    Request::new(old, consistency(&leaves(new), old), checkpoint(new, LOG)).unwrap()
}

fn refusal(outcome: Outcome) -> Refusal {
    match outcome {
        Outcome::Refuse(refusal) => refusal,
        Outcome::Accept(advance) => panic!("accepted {advance:?}"),
    }
}

#[test]
fn what_continues_the_stored_head_is_cosigned() {
    let (seed, log) = (Seed::new(WITNESS), log());
    let key = seed.cosigner_key(WITNESS_NAME);
    let cases = [
        (0, 0),
        (0, 1),
        (0, 300),
        (1, 1),
        (1, 300),
        (255, 256),
        (256, 300),
        (300, 300),
    ];
    for (old, new) in cases {
        let request = request(old, new);
        let Outcome::Accept(advance) = decide(Some(&log), head(old), &request) else {
            panic!("{old} to {new}");
        };
        assert_eq!((advance.from(), advance.to()), (head(old), head(new)));
        let line = advance.cosign(&key, NOON, &seed).unwrap();
        let text = request.checkpoint().note().unverified_text();
        key.verify(text.as_bytes(), line.signature()).unwrap();
        let response = Response::cosigned(std::slice::from_ref(&line));
        assert_eq!(
            (response.status.code(), response.body.lines().count()),
            (200, 1)
        );
        let code = response.status.code();
        let answer = Answer::read(&request, &key, code, None, response.body.as_bytes());
        assert_eq!(answer, Ok(Answer::Cosigned { line, time: NOON }));
    }
}

/// The case, the configured log, what is stored, the request, and what comes of it.
type Refused<'a> = (&'a str, Option<&'a Log>, Head, Request, Refusal, u16);

/// Every refusal of tlog-witness §add-checkpoint, with the status that it gives.
#[test]
fn every_refusal_has_its_status() {
    let log = log();
    let stored = head(10);
    let changed_text = |from: &str, to: &str| {
        let note = checkpoint(20, LOG).to_string().replacen(from, to, 1);
        SignedCheckpoint::parse(note.as_bytes()).unwrap()
    };
    let proof = |old| consistency(&leaves(20), old);
    let with = |old, proof, checkpoint| Request::new(old, proof, checkpoint).unwrap();
    let twenty = || checkpoint(20, LOG);
    let fork = |size| signed(Head { size, root: OTHER }, LOG);
    let bad_line = {
        let mut note = twenty();
        let key = Seed::new(LOG).log_key(ORIGIN);
        let line = SignatureLine::new(key.name().clone(), key.id(), vec![0; 64]).unwrap();
        note.attach(line).unwrap();
        note
    };
    let bad_signature = || NoteError::BadSignature(ORIGIN.parse().unwrap());
    #[rustfmt::skip]
    let table: Vec<Refused<'_>> = vec![
        ("an unknown log", None, stored, request(10, 20), Refusal::UnknownOrigin, 404),
        ("another log's origin", Some(&log), stored,
            with(10, proof(10), changed_text("log.", "fog.")), Refusal::UnknownOrigin, 404),
        ("a stranger's signature", Some(&log), stored, with(10, proof(10), checkpoint(20, 2)),
            Refusal::NotSigned(NoteError::NoTrustedSignature), 403),
        ("a signature over another text", Some(&log), stored,
            with(10, proof(10), changed_text("\n20\n", "\n21\n")),
            Refusal::NotSigned(bad_signature()), 403),
        ("a bad line by a trusted key", Some(&log), stored, with(10, proof(10), bad_line),
            Refusal::NotSigned(bad_signature()), 403),
        ("old above new", Some(&log), stored, with(21, vec![], twenty()),
            Refusal::OldAboveNew { old: 21, new: 20 }, 400),
        ("old below stored", Some(&log), stored, with(5, proof(5), twenty()),
            Refusal::Conflict { stored: 10, forked: false }, 409),
        ("old above stored", Some(&log), stored, with(15, proof(15), twenty()),
            Refusal::Conflict { stored: 10, forked: false }, 409),
        ("nothing stored yet", Some(&log), Head::EMPTY, with(10, proof(10), twenty()),
            Refusal::Conflict { stored: 0, forked: false }, 409),
        ("something stored already", Some(&log), stored, with(0, vec![], twenty()),
            Refusal::Conflict { stored: 10, forked: false }, 409),
        ("a rollback", Some(&log), stored, with(5, vec![], checkpoint(5, LOG)),
            Refusal::Conflict { stored: 10, forked: false }, 409),
        ("a fork that claims nothing is stored", Some(&log), stored, with(0, vec![], fork(10)),
            Refusal::Conflict { stored: 10, forked: true }, 409),
        ("a fork of the same size", Some(&log), stored, with(10, vec![], fork(10)),
            Refusal::OtherTree, 422),
        ("a fork of the same size with a proof", Some(&log), stored,
            with(10, proof(10), fork(10)), Refusal::OtherTree, 422),
        ("no proof", Some(&log), stored, with(10, vec![], twenty()),
            Refusal::BadProof(ProofError::WrongLength), 422),
        ("a proof cut short", Some(&log), stored, with(10, proof(10)[1..].to_vec(), twenty()),
            Refusal::BadProof(ProofError::WrongLength), 422),
        ("a proof from another size", Some(&log), stored, with(10, proof(11), twenty()),
            Refusal::BadProof(ProofError::WrongLength), 422),
        ("a rewritten history", Some(&log), Head { size: 10, root: OTHER }, request(10, 20),
            Refusal::BadProof(ProofError::OtherHistory), 422),
        ("a root that the proof does not lead to", Some(&log), stored,
            with(10, proof(10), fork(20)), Refusal::BadProof(ProofError::OtherRoot), 422),
        ("a proof from nothing", Some(&log), Head::EMPTY, with(0, vec![OTHER], twenty()),
            Refusal::BadProof(ProofError::WrongLength), 422),
        ("a proof from a size to itself", Some(&log), stored,
            with(10, vec![OTHER], checkpoint(10, LOG)),
            Refusal::BadProof(ProofError::WrongLength), 422),
        ("an empty tree with another root", Some(&log), Head::EMPTY, with(0, vec![], fork(0)),
            Refusal::BadProof(ProofError::OtherRoot), 422),
    ];
    for (case, log, stored, request, expected, code) in table {
        let refusal = refusal(decide(log, stored, &request));
        assert_eq!(refusal, expected, "{case}");
        let response = Response::refused(&refusal);
        assert_eq!(response.status.code(), code, "{case}");
        let evidence = code == 422 || case.starts_with("a fork");
        assert_eq!(refusal.is_worth_keeping(), evidence, "{case}");
        if code == 409 {
            assert_eq!(response.content_type, "text/x.tlog.size");
            assert_eq!(response.body, format!("{}\n", stored.size), "{case}");
        }
        assert!(response.body.ends_with('\n'), "{case}");
    }
    let malformed = Refusal::Malformed(Request::parse(b"").unwrap_err());
    assert_eq!(Response::refused(&malformed).status.code(), 400);
    assert!(!malformed.is_worth_keeping());
}

#[test]
fn the_status_codes_are_these_and_no_others() {
    let known: Vec<_> = (0..=u16::MAX)
        .filter_map(Status::from_code)
        .map(Status::code)
        .collect();
    assert_eq!(known, [200, 400, 403, 404, 409, 422]);
}

#[test]
fn a_log_that_changes_keys_is_followed_under_both() {
    let mut log = log();
    log.keys.push(Seed::new(2).log_key(ORIGIN));
    for seed in [LOG, 2] {
        let request = Request::new(0, vec![], checkpoint(20, seed)).unwrap();
        assert!(matches!(
            decide(Some(&log), Head::EMPTY, &request),
            Outcome::Accept(_)
        ));
    }
    // While it changes, both sign; each must fit.
    let mut both = checkpoint(20, LOG);
    let second = Seed::new(2);
    let text = both.note().unverified_text().to_owned();
    both.attach(log.keys[1].sign(&text, &second).unwrap())
        .unwrap();
    let by_both = Request::new(0, vec![], both.clone()).unwrap();
    assert!(matches!(
        decide(Some(&log), Head::EMPTY, &by_both),
        Outcome::Accept(_)
    ));
    both.attach(log.keys[1].sign("another text\n", &second).unwrap())
        .unwrap();
    let spoiled = Request::new(0, vec![], both).unwrap();
    assert!(matches!(
        refusal(decide(Some(&log), Head::EMPTY, &spoiled)),
        Refusal::NotSigned(NoteError::BadSignature(_)),
    ));
    log.keys.clear();
    assert_eq!(
        refusal(decide(Some(&log), Head::EMPTY, &request(0, 20))),
        Refusal::NotSigned(NoteError::NoTrustedSignature),
    );
}

#[test]
fn two_requests_from_one_head_do_not_both_pass_if_the_head_moves_between() {
    // The race that the specification describes: B is stored while A waits.
    let log = log();
    let (a, b) = (request(10, 15), request(10, 20));
    let Outcome::Accept(advance) = decide(Some(&log), head(10), &b) else {
        panic!("B is right");
    };
    assert_eq!(
        refusal(decide(Some(&log), advance.to(), &a)),
        Refusal::Conflict {
            stored: 20,
            forked: false
        },
    );
}

#[test]
fn a_witness_whose_key_fails_cosigns_nothing() {
    let seed = Seed::new(WITNESS);
    let key = seed.cosigner_key(WITNESS_NAME);
    let Outcome::Accept(advance) = decide(Some(&log()), head(10), &request(10, 20)) else {
        panic!("right");
    };
    assert!(advance.cosign(&key, NOON, &Broken(seed)).is_err());
}

/// tlog-witness's example of a request body.
const EXAMPLE: &str = "\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
";

#[test]
fn the_specification_s_request_is_read_and_written_alike() {
    let request = Request::parse(EXAMPLE.as_bytes()).unwrap();
    assert_eq!(request.to_string(), EXAMPLE);
    assert_eq!(request.old(), 20_852_014);
    assert_eq!(request.proof().len(), 4);
    assert_eq!(request.checkpoint().note().lines().len(), 2);
    let ours = self::request(10, 20);
    assert_eq!(Request::parse(ours.to_string().as_bytes()), Ok(ours));
}

#[test]
fn a_body_that_is_no_request_is_refused_with_its_reason() {
    let hash = EMPTY_ROOT.to_base64();
    let note = checkpoint(20, LOG).to_string();
    let many = format!(
        "old 1\n{}\n{note}",
        format!("{hash}\n").repeat(MAX_PROOF_LINES + 1)
    );
    let most = format!(
        "old 1\n{}\n{note}",
        format!("{hash}\n").repeat(MAX_PROOF_LINES)
    );
    assert!(Request::parse(most.as_bytes()).is_ok());
    let no_signatures = CheckpointError::Note(NoteError::NoSignatures);
    for (body, error) in [
        (String::new(), RequestError::OldSize),
        ("old 1".to_owned(), RequestError::OldSize),
        (format!("new 1\n\n{note}"), RequestError::OldSize),
        (format!("old  1\n\n{note}"), RequestError::OldSize),
        (format!("old 01\n\n{note}"), RequestError::OldSize),
        (format!("old -1\n\n{note}"), RequestError::OldSize),
        (
            format!("old 9223372036854775808\n\n{note}"),
            RequestError::OldSize,
        ),
        (format!("old 1\r\n\n{note}"), RequestError::OldSize),
        ("old 1\n".to_owned(), RequestError::NoCheckpoint),
        (format!("old 1\n{hash}\n"), RequestError::NoCheckpoint),
        (
            format!("old 1\n{hash} \n\n{note}"),
            RequestError::ProofLine(1),
        ),
        (
            format!("old 1\n{hash}\nAAAA\n\n{note}"),
            RequestError::ProofLine(2),
        ),
        (format!("old 1\n{note}"), RequestError::ProofLine(1)),
        ("old 1\n\n".to_owned(), no_signatures.clone().into()),
        (format!("old 1\n\n{}", &note[..40]), no_signatures.into()),
        (format!("old 1\n\n\n{note}"), CheckpointError::Origin.into()),
        (many, RequestError::TooLarge),
        ("o".repeat(MAX_NOTE_BYTES * 2), RequestError::TooLarge),
    ] {
        assert_eq!(
            Request::parse(body.as_bytes()),
            Err(error),
            "{:?}",
            body.get(..60)
        );
    }
    assert_eq!(Request::parse(b"old \xff\n"), Err(RequestError::NotText));
    let too_many = Request::new(1, vec![OTHER; 64], checkpoint(20, LOG));
    assert_eq!(too_many, Err(RequestError::TooLarge));
    let too_large = Request::new(1 << 63, vec![], checkpoint(20, LOG));
    assert_eq!(too_large, Err(RequestError::OldSize));
}

/// The request, status, content type and body that came back, and what a log makes of it.
type Responded<'a> = (
    &'a Request,
    u16,
    Option<&'a str>,
    &'a [u8],
    Result<Answer, AnswerError>,
);

#[test]
fn a_log_understands_every_response() {
    let seed = Seed::new(WITNESS);
    let key = seed.cosigner_key(WITNESS_NAME);
    let (grow, same) = (request(10, 20), request(20, 20));
    let size = Some(SIZE_CONTENT_TYPE);
    #[rustfmt::skip]
    let table: Vec<Responded<'_>> = vec![
        (&grow, 400, None, b"", Ok(Answer::NotUnderstood)),
        (&grow, 403, None, b"", Ok(Answer::NotTrusted)),
        (&grow, 404, None, b"", Ok(Answer::UnknownLog)),
        (&grow, 422, None, b"", Ok(Answer::BadProof)),
        (&same, 422, None, b"", Ok(Answer::OtherTree)),
        (&grow, 409, size, b"5\n", Ok(Answer::Stored { size: 5 })),
        (&grow, 409, size, b"0\n", Ok(Answer::Stored { size: 0 })),
        (&grow, 409, size, b"20\n", Ok(Answer::Stored { size: 20 })),
        (&grow, 409, Some("Text/X.tlog.size; charset=utf-8"), b"5\n", Ok(Answer::Stored { size: 5 })),
        (&grow, 409, size, b"21\n", Ok(Answer::KnowsLarger { size: 21 })),
        (&same, 409, size, b"21\n", Ok(Answer::KnowsLarger { size: 21 })),
        // The size that was assumed is no conflict: version 1.0.0 meant another tree by it, but
        // only where the tree did not grow.
        (&same, 409, size, b"20\n", Ok(Answer::OtherTree)),
        (&same, 409, None, b"", Ok(Answer::OtherTree)),
        (&grow, 409, size, b"10\n", Err(AnswerError::NoSize)),
        (&grow, 409, None, b"5\n", Err(AnswerError::NoSize)),
        (&grow, 409, Some("text/html"), b"5\n", Err(AnswerError::NoSize)),
        (&grow, 409, size, b"", Err(AnswerError::NoSize)),
        (&grow, 409, size, b"5", Err(AnswerError::NoSize)),
        (&grow, 409, size, b"05\n", Err(AnswerError::NoSize)),
        (&grow, 409, size, b"-5\n", Err(AnswerError::NoSize)),
        (&grow, 409, size, b"5\n\n", Err(AnswerError::NoSize)),
        (&grow, 409, size, b"\xff\n", Err(AnswerError::NoSize)),
        (&grow, 409, size, b"9223372036854775808\n", Err(AnswerError::NoSize)),
        (&grow, 100, None, b"", Err(AnswerError::Status(100))),
        (&grow, 201, None, b"", Err(AnswerError::Status(201))),
        (&grow, 302, None, b"", Err(AnswerError::Status(302))),
        (&grow, 429, None, b"", Err(AnswerError::Status(429))),
        (&grow, 500, None, b"", Err(AnswerError::Status(500))),
        (&grow, 503, None, b"", Err(AnswerError::Status(503))),
        (&grow, 200, None, b"", Err(NoteError::NoSignatures.into())),
        (&grow, 200, None, b"OK\n", Err(NoteError::MalformedLine(1).into())),
        (&grow, 200, None, b"\xff", Err(NoteError::NotText.into())),
    ];
    for (request, code, content_type, body, expected) in table {
        let answer = Answer::read(request, &key, code, content_type, body);
        assert_eq!(
            answer,
            expected,
            "{code} {content_type:?} {}",
            body.escape_ascii()
        );
    }
    let large = vec![b'a'; MAX_NOTE_BYTES + 1];
    let answer = Answer::read(&grow, &key, 200, None, &large);
    assert_eq!(answer, Err(NoteError::TooLarge.into()));
}

#[test]
fn a_cosignature_counts_only_if_it_fits() {
    let seed = Seed::new(WITNESS);
    let key = seed.cosigner_key(WITNESS_NAME);
    let request = request(10, 20);
    let read = |lines: &[SignatureLine]| {
        let response = Response::cosigned(lines);
        Answer::read(&request, &key, 200, None, response.body.as_bytes())
    };
    let text = request.checkpoint().note().unverified_text();
    let good = key.cosign(text, NOON, &seed).unwrap();
    let stranger = Seed::new(4);
    let strange = stranger
        .cosigner_key("w.example")
        .cosign(text, NOON, &stranger)
        .unwrap();
    let impostor = SignatureLine::new(key.name().clone(), key.id(), strange.signature().to_vec());
    let other_text = checkpoint(19, LOG);
    let elsewhere = key
        .cosign(other_text.note().unverified_text(), NOON, &seed)
        .unwrap();
    let right = Ok(Answer::Cosigned {
        line: good.clone(),
        time: NOON,
    });
    assert_eq!(read(std::slice::from_ref(&good)), right);
    assert_eq!(read(&[strange.clone(), good.clone()]), right);
    assert_eq!(read(&[strange]), Err(AnswerError::NoCosignature));
    assert_eq!(read(&[impostor.unwrap()]), Err(AnswerError::BadSignature));
    assert_eq!(
        read(std::slice::from_ref(&elsewhere)),
        Err(AnswerError::BadSignature)
    );
    // The good line after the bad one does not help.
    assert_eq!(read(&[elsewhere, good]), Err(AnswerError::BadSignature));
}

#[test]
fn monitors_find_a_log_by_the_hash_of_its_origin() {
    // SHA-256("abc"), FIPS 180-2 appendix B.1.
    assert_eq!(
        monitoring_path(&Origin::new("abc").unwrap()),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/checkpoint",
    );
}
