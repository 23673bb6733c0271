//! Notes, checkpoints and cosignatures: the examples of the specifications, their rules, and every
//! change.

use paso_tlog::{
    checkpoint::{Checkpoint, CheckpointError, Head, Origin, SignedCheckpoint},
    cosignature::{CosignerKey, Timestamp, time_of},
    hash::EMPTY_ROOT,
    note::{
        Ed25519Key, KeyError, KeyName, MAX_NOTE_BYTES, MAX_SIGNATURES, NoteError, SignError,
        SignNoteError, SignatureLine, SignedNote, Verify,
    },
};

use crate::{
    Broken,
    support::{NOON, ORIGIN, Seed, checkpoint},
};

/// signed-note's example.
const QUASIMODO: &str = "\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
";

/// tlog-cosignature's example: a checkpoint with a cosignature.
const SOFA: &str = "\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
";

/// The key of Go's checksum database, which every Go program carries.
const SUMDB: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

#[test]
fn the_examples_of_the_specifications_are_read_and_written_alike() {
    let note = SignedNote::parse(QUASIMODO.as_bytes()).unwrap();
    assert_eq!(note.to_string(), QUASIMODO);
    assert!(note.unverified_text().ends_with("\n\ned è subito sera.\n"));
    assert_eq!(
        note.lines()[0].name().as_ref(),
        "quasimodo.example/salvatore"
    );
    assert_eq!(note.lines()[0].id().to_string(), "367ba04b");
    assert_eq!(note.lines()[0].signature().len(), 64);

    let signed = SignedCheckpoint::parse(SOFA.as_bytes()).unwrap();
    assert_eq!(signed.to_string(), SOFA);
    assert_eq!(
        signed.unverified().origin().as_ref(),
        "example.com/behind-the-sofa"
    );
    assert_eq!(signed.unverified().head().size, 20_852_163);
    assert_eq!(
        signed.unverified().to_string(),
        signed.note().unverified_text()
    );
    let cosignature = &signed.note().lines()[1];
    // The time of the specification's own signed message.
    assert_eq!(time_of(cosignature).unwrap().seconds(), 1_679_315_147);
    assert_eq!(time_of(&signed.note().lines()[0]), None);
}

#[test]
fn the_best_known_verifier_key_is_read_and_written_alike() {
    let key: Ed25519Key = SUMDB.parse().unwrap();
    assert_eq!(key.to_string(), SUMDB);
    assert_eq!(key.name().as_ref(), "sum.golang.org");
    assert_eq!(key.id().to_string(), "033de0ae");
}

#[test]
fn a_key_that_is_none_is_refused_with_its_reason() {
    let key = Seed::new(1).log_key(ORIGIN);
    let good = key.to_string();
    assert_eq!(good.parse(), Ok(key.clone()));
    let cosigner = Seed::new(1).cosigner_key(ORIGIN);
    assert_ne!(
        cosigner.id(),
        key.id(),
        "one key, two purposes, two numbers"
    );
    assert_eq!(cosigner.to_string().parse(), Ok(cosigner.clone()));
    let wrong_type = KeyError::OtherType {
        wanted: 1,
        found: 4,
    };
    assert_eq!(cosigner.to_string().parse::<Ed25519Key>(), Err(wrong_type));
    let wrong_type = KeyError::OtherType {
        wanted: 4,
        found: 1,
    };
    assert_eq!(good.parse::<CosignerKey>(), Err(wrong_type));
    let (name, rest) = good.split_once('+').unwrap();
    let (id, base64) = rest.split_once('+').unwrap();
    for (vkey, error) in [
        (String::new(), KeyError::Malformed),
        (name.to_owned(), KeyError::Malformed),
        (format!("{name}+{id}"), KeyError::Malformed),
        (format!("{name}+{id}+"), KeyError::Malformed),
        (format!("+{id}+{base64}"), KeyError::Malformed),
        (format!("a b+{id}+{base64}"), KeyError::Malformed),
        (format!("{good}="), KeyError::Malformed),
        (format!("{good}\n"), KeyError::Malformed),
        (format!("other.example+{id}+{base64}"), KeyError::WrongId),
        (format!("{name}+00000000+{base64}"), KeyError::WrongId),
        (
            format!("{name}+{}+{base64}", id.to_uppercase()),
            KeyError::WrongId,
        ),
        (format!("{name}+{}+{base64}", &id[1..]), KeyError::WrongId),
    ] {
        assert_eq!(vkey.parse::<Ed25519Key>(), Err(error), "{vkey}");
    }
    // A key over which anybody can sign: the neutral point of the curve.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let name: KeyName = ORIGIN.parse().unwrap();
    assert_eq!(
        Ed25519Key::new(name.clone(), &neutral),
        Err(KeyError::Unsafe)
    );
    // The curve has this point, but it is written otherwise.
    assert_eq!(
        CosignerKey::new(name.clone(), &[0xff; 32]),
        Err(KeyError::Unsafe)
    );
    // No such point.
    assert_eq!(CosignerKey::new(name, &[0x02; 32]), Err(KeyError::Unsafe));
}

#[test]
fn a_name_has_no_space_plus_or_control_character() {
    for name in ["a", "log.example.org/2026", "oid/1.3.6.1", "méxico.example"] {
        assert_eq!(name.parse::<KeyName>().unwrap().as_ref(), name);
    }
    let long = "a".repeat(256);
    for name in [
        "",
        " ",
        "a b",
        "a\u{a0}b",
        "a\u{2003}b",
        "a+b",
        "a\nb",
        "a\tb",
        "a\0b",
        &long,
    ] {
        assert!(name.parse::<KeyName>().is_err(), "{name:?}");
    }
}

#[test]
fn a_note_of_another_form_is_refused_with_its_reason() {
    let good = checkpoint(5, 1).to_string();
    assert!(SignedNote::parse(good.as_bytes()).is_ok());
    let line = good.lines().last().unwrap();
    let under = |lines: &str| format!("text\n\n{lines}");
    let cases: Vec<(Vec<u8>, NoteError)> = vec![
        (vec![], NoteError::NoSignatures),
        (b"text\n".to_vec(), NoteError::NoSignatures),
        (b"text\n\n".to_vec(), NoteError::NoSignatures),
        (format!("text\n{line}\n").into(), NoteError::NoSignatures),
        (format!("\n{line}\n").into(), NoteError::NoSignatures),
        (under(line).into(), NoteError::MalformedLine(1)),
        (
            under(&format!("{line}\n{line}")).into(),
            NoteError::MalformedLine(2),
        ),
        (
            under(&format!("{line}\nhello\n")).into(),
            NoteError::MalformedLine(2),
        ),
        (
            under("- name AAAAAAA=\n").into(),
            NoteError::MalformedLine(1),
        ),
        (
            under("—name AAAAAAA=\n").into(),
            NoteError::MalformedLine(1),
        ),
        (under("— name\n").into(), NoteError::MalformedLine(1)),
        (under("— name \n").into(), NoteError::MalformedLine(1)),
        (under("—  AAAAAAA=\n").into(), NoteError::MalformedLine(1)),
        (
            under("— na+me AAAAAAA=\n").into(),
            NoteError::MalformedLine(1),
        ),
        (
            under("— name AAAAAAA= \n").into(),
            NoteError::MalformedLine(1),
        ),
        (
            under("— name AAAAAAB=\n").into(),
            NoteError::MalformedLine(1),
        ),
        (
            under("— name AAAAAAA\n").into(),
            NoteError::MalformedLine(1),
        ),
        // A key's number and no signature.
        (
            under("— name AAAAAA==\n").into(),
            NoteError::MalformedLine(1),
        ),
        (under("— name AAAA\n").into(), NoteError::MalformedLine(1)),
        (good.replace('\n', "\r\n").into(), NoteError::NotText),
        (good.replacen("log", "l\tg", 1).into(), NoteError::NotText),
        (good.replacen("log", "l\0g", 1).into(), NoteError::NotText),
        ([good.as_bytes(), b"\xff"].concat(), NoteError::NotText),
        (
            under(&format!("{line}\n").repeat(MAX_SIGNATURES + 1)).into(),
            NoteError::TooLarge,
        ),
        (vec![b'a'; MAX_NOTE_BYTES + 1], NoteError::TooLarge),
    ];
    for (note, error) in cases {
        let shown = String::from_utf8_lossy(&note[..note.len().min(80)]).into_owned();
        assert_eq!(SignedNote::parse(&note), Err(error), "{shown:?}");
    }
    // The shortest line, and as many as are asked for and more.
    let lines = "— n AAAAAAA=\n".repeat(MAX_SIGNATURES);
    assert_eq!(
        SignedNote::parse(under(&lines).as_bytes())
            .unwrap()
            .lines()
            .len(),
        64
    );
}

#[test]
fn any_change_of_the_text_spoils_the_note() {
    let key = Seed::new(1).log_key(ORIGIN);
    let note = checkpoint(5, 1);
    assert_eq!(note.verify(&[&key]), Ok(note.unverified()));
    let text = note.to_string();
    let signed_bytes = note.note().unverified_text().len();
    for at in 0..signed_bytes {
        for bit in 0..8 {
            let mut changed = text.clone().into_bytes();
            changed[at] ^= 1 << bit;
            let Ok(note) = SignedNote::parse(&changed) else {
                continue;
            };
            let error = note.verify(&[&key]).unwrap_err();
            assert!(
                matches!(error, NoteError::BadSignature(_)),
                "byte {at}: {error}"
            );
        }
    }
}

#[test]
fn unknown_keys_are_ignored_and_known_ones_must_fit() {
    let (ours, theirs) = (Seed::new(1), Seed::new(2));
    let key = ours.log_key(ORIGIN);
    let note = checkpoint(5, 1);
    let line = note.note().lines()[0].clone();
    let other_name = theirs.log_key("other.example.org");
    let same_name = theirs.log_key(ORIGIN);
    let mut mixed = note.clone();
    for line in [
        // The same number under another name, and the same name with another number.
        SignatureLine::new("else.example".parse().unwrap(), key.id(), vec![1; 64]),
        SignatureLine::new(key.name().clone(), same_name.id(), vec![1; 64]),
        // A post-quantum cosignature, of which nothing is known here.
        SignatureLine::new("pq.example".parse().unwrap(), key.id(), vec![1; 2428]),
    ] {
        mixed.attach(line.unwrap()).unwrap();
    }
    assert_eq!(mixed.verify(&[&key]), Ok(mixed.unverified()));
    assert_eq!(
        mixed.verify(&[&other_name]),
        Err(NoteError::NoTrustedSignature)
    );
    // Whoever knows the second key sees that its line is wrong, and believes nothing.
    let bad = NoteError::BadSignature(ORIGIN.parse().unwrap());
    assert_eq!(mixed.verify(&[&key, &same_name]), Err(bad.clone()));
    assert_eq!(mixed.verify(&[]), Err(NoteError::NoTrustedSignature));
    // One good line does not excuse a bad one by the same key.
    let bad_line = SignatureLine::new(key.name().clone(), key.id(), vec![1; 64]).unwrap();
    for lines in [[&line, &bad_line], [&bad_line, &line]] {
        let text = note.note().unverified_text();
        let twice = format!("{text}\n{}\n{}\n", lines[0], lines[1]);
        let twice = SignedNote::parse(twice.as_bytes()).unwrap();
        assert_eq!(twice.verify(&[&key]).err(), Some(bad.clone()));
    }
    // Signatures of other lengths are no Ed25519 signatures.
    for length in [1, 63, 65, 72] {
        let line = SignatureLine::new(key.name().clone(), key.id(), vec![1; length]).unwrap();
        let mut note = note.clone();
        note.attach(line).unwrap();
        assert_eq!(note.verify(&[&key]), Err(bad.clone()), "{length}");
    }
}

#[test]
fn a_line_is_replaced_by_a_newer_one_of_its_key() {
    let mut note = checkpoint(5, 1);
    let witness = Seed::new(3);
    let key = witness.cosigner_key("witness.example.org");
    let text = note.note().unverified_text().to_owned();
    let later = Timestamp::from_seconds(NOON.seconds() + 60).unwrap();
    for time in [NOON, later] {
        note.attach(key.cosign(&text, time, &witness).unwrap())
            .unwrap();
    }
    assert_eq!(note.note().lines().len(), 2);
    assert_eq!(time_of(&note.note().lines()[1]), Some(later));
    let read = SignedCheckpoint::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(read, note);
    for number in 2..MAX_SIGNATURES {
        let name = format!("w{number}.example").parse().unwrap();
        note.attach(SignatureLine::new(name, key.id(), vec![1]).unwrap())
            .unwrap();
    }
    let one_more = SignatureLine::new("x.example".parse().unwrap(), key.id(), vec![1]).unwrap();
    assert_eq!(note.attach(one_more), Err(NoteError::TooLarge));
}

#[test]
fn a_cosignature_holds_for_its_time_text_and_key_only() {
    let witness = Seed::new(3);
    let key = witness.cosigner_key("witness.example.org");
    let note = checkpoint(5, 1);
    let text = note.note().unverified_text();
    let line = key.cosign(text, NOON, &witness).unwrap();
    assert_eq!(line.signature().len(), 72);
    assert_eq!(time_of(&line), Some(NOON));
    assert!(key.verify(text.as_bytes(), line.signature()).is_ok());
    for at in 0..72 {
        let mut changed = line.signature().to_vec();
        changed[at] ^= 1;
        assert!(key.verify(text.as_bytes(), &changed).is_err(), "byte {at}");
    }
    let other = checkpoint(6, 1);
    assert!(
        key.verify(other.note().unverified_text().as_bytes(), line.signature())
            .is_err()
    );
    let stranger = Seed::new(4).cosigner_key("witness.example.org");
    assert!(stranger.verify(text.as_bytes(), line.signature()).is_err());
    // A log's own signature is no cosignature, even by the same private key.
    let as_log = witness.log_key("witness.example.org");
    assert!(
        as_log
            .verify(text.as_bytes(), &line.signature()[8..])
            .is_err()
    );
    assert!(key.verify(text.as_bytes(), &line.signature()[8..]).is_err());
    assert_eq!(Timestamp::from_seconds(1 << 63), None);
    let mut late = line.signature().to_vec();
    late[0] = 0x80;
    assert!(key.verify(text.as_bytes(), &late).is_err());
}

#[test]
fn a_signer_that_fails_or_is_another_signs_nothing() {
    let key = Seed::new(1).log_key(ORIGIN);
    let checkpoint = checkpoint(5, 1).unverified().clone();
    assert_eq!(
        checkpoint.sign(&key, &Seed::new(2)),
        Err(SignNoteError::Sign(SignError::OtherKey)),
    );
    assert_eq!(
        checkpoint.sign(&key, &Broken(Seed::new(1))),
        Err(SignNoteError::Sign(SignError::Unavailable)),
    );
    for text in ["", "no newline", "a\ttab\n"] {
        let refused = SignedNote::sign(text.to_owned(), &key, &Seed::new(1));
        assert_eq!(refused, Err(SignNoteError::Text), "{text:?}");
    }
    let cosigner = Seed::new(1).cosigner_key("w.example");
    assert_eq!(
        cosigner.cosign("a\n", NOON, &Seed::new(2)),
        Err(SignError::OtherKey)
    );
}

#[test]
fn a_checkpoint_of_another_form_is_refused_with_its_reason() {
    let root = EMPTY_ROOT.to_base64();
    let good = format!("o\n0\n{root}\n");
    assert_eq!(Checkpoint::parse(&good).unwrap().to_string(), good);
    let extended = format!("o\n0\n{root}\nmore\n— even this\n");
    let read = Checkpoint::parse(&extended).unwrap();
    assert_eq!(read.extensions(), ["more", "— even this"]);
    assert_eq!(read.to_string(), extended);
    // Origins that nobody should choose are read all the same.
    assert!(Checkpoint::parse(&format!("my log + yours\n0\n{root}\n")).is_ok());
    let long = "a".repeat(256);
    for (text, error) in [
        (String::new(), CheckpointError::Origin),
        ("o".to_owned(), CheckpointError::Origin),
        (format!("\n0\n{root}\n"), CheckpointError::Origin),
        (format!("{long}\n0\n{root}\n"), CheckpointError::Origin),
        ("o\n".to_owned(), CheckpointError::Size),
        (format!("o\n\n{root}\n"), CheckpointError::Size),
        (format!("o\n00\n{root}\n"), CheckpointError::Size),
        (format!("o\n05\n{root}\n"), CheckpointError::Size),
        (format!("o\n-5\n{root}\n"), CheckpointError::Size),
        (format!("o\n 5\n{root}\n"), CheckpointError::Size),
        (
            format!("o\n9223372036854775808\n{root}\n"),
            CheckpointError::Size,
        ),
        (
            format!("o\n99999999999999999999\n{root}\n"),
            CheckpointError::Size,
        ),
        ("o\n0\n".to_owned(), CheckpointError::Root),
        (format!("o\n0\n{root}"), CheckpointError::Root),
        (format!("o\n0\n{}\n", &root[..40]), CheckpointError::Root),
        (format!("o\n0\n{root} \n"), CheckpointError::Root),
        (format!("o\n0\n{root}\n\n"), CheckpointError::Line),
        (format!("o\n0\n{root}\n\nmore\n"), CheckpointError::Line),
        (format!("o\n0\n{root}\nmore"), CheckpointError::Line),
        (format!("o\r\n0\n{root}\n"), NoteError::NotText.into()),
    ] {
        assert_eq!(Checkpoint::parse(&text), Err(error), "{text:?}");
    }
    assert_eq!(Origin::new(""), None);
    assert_eq!(Origin::new("a\nb"), None);
    let head = Head {
        size: 1 << 63,
        root: EMPTY_ROOT,
    };
    assert_eq!(Checkpoint::new(Origin::new("o").unwrap(), head), None);
}
