//! Policies: the rules of the file by the table, and which checkpoints satisfy which quorum.

use paso_tlog::{
    checkpoint::SignedCheckpoint,
    cosignature::Timestamp,
    note::{KeyError, NoteError, SignatureLine, Verify},
    policy::{CheckError, MAX_DEFINITIONS, MAX_POLICY_BYTES, Policy, PolicyError},
};

use crate::support::{NOON, ORIGIN, Seed, checkpoint};

/// The key of the witness with this number; its private key has the seed 10 + number.
fn witness(number: u8) -> (Seed, paso_tlog::cosignature::CosignerKey) {
    let seed = Seed::new(10 + number);
    let key = seed.cosigner_key(&format!("w{number}.example.org"));
    (seed, key)
}

fn log_line() -> String {
    format!("log {}\n", Seed::new(1).log_key(ORIGIN))
}

fn witness_lines(numbers: impl IntoIterator<Item = u8>) -> String {
    let line = |number| format!("witness W{number} {}\n", witness(number).1);
    numbers.into_iter().map(line).collect()
}

/// The tests' checkpoint with cosignatures of these witnesses.
fn cosigned_by(numbers: &[u8]) -> SignedCheckpoint {
    let mut signed = checkpoint(20, 1);
    for number in numbers {
        let (seed, key) = witness(*number);
        let line = key
            .cosign(signed.note().unverified_text(), NOON, &seed)
            .unwrap();
        signed.attach(line).unwrap();
    }
    signed
}

fn policy(rules: &str) -> Policy {
    let text = format!("{}{}{rules}", log_line(), witness_lines(1..=7));
    Policy::parse(text.as_bytes()).unwrap()
}

/// Rules, the sets of witnesses that satisfy them, and sets that do not.
type Quorum<'a> = (&'a str, &'a [&'a [u8]], &'a [&'a [u8]]);

#[test]
fn a_quorum_is_met_by_these_witnesses_and_not_by_those() {
    // The last is tlog-policy's own example: two of X and one of Y.
    #[rustfmt::skip]
    let table: [Quorum<'_>; 7] = [
        ("quorum none\n", &[&[], &[1]], &[]),
        ("quorum W1\n", &[&[1], &[1, 2]], &[&[], &[2]]),
        ("group g any W1 W2\nquorum g\n", &[&[1], &[2], &[1, 2]], &[&[], &[3]]),
        ("group g all W1 W2\nquorum g\n", &[&[1, 2], &[1, 2, 3]], &[&[], &[1], &[2], &[1, 3]]),
        ("group g 3 W1 W2 W3 W4\nquorum g\n",
            &[&[1, 2, 3], &[2, 3, 4], &[1, 2, 3, 4]], &[&[], &[1, 2], &[1, 2, 5], &[3, 4, 5, 6]]),
        // An ombudsman, and any one other: a partner that leaves stops nothing.
        ("group others any W2 W3 W4\ngroup final all W1 others\nquorum final\n",
            &[&[1, 2], &[1, 4], &[1, 2, 3, 4]], &[&[1], &[2, 3, 4], &[1, 5]]),
        ("group X 2 W1 W2 W3\ngroup Y any W4 W5 W6\ngroup both all X Y\nquorum both\n",
            &[&[1, 2, 4], &[1, 3, 6], &[2, 3, 5]], &[&[1, 2, 3], &[1, 4, 5, 6], &[1, 2, 7]]),
    ];
    for (rules, enough, not_enough) in table {
        let policy = policy(rules);
        for witnesses in enough {
            let signed = cosigned_by(witnesses);
            let witnessed = policy.check(&signed).unwrap();
            assert_eq!(witnessed.checkpoint, signed.unverified());
            assert_eq!(witnessed.log.key, Seed::new(1).log_key(ORIGIN));
            let names: Vec<_> = witnessed
                .witnesses
                .iter()
                .map(|(witness, _)| witness.name.clone())
                .collect();
            let expected: Vec<_> = witnesses
                .iter()
                .map(|number| format!("W{number}").into_bytes())
                .collect();
            assert_eq!(names, expected, "{rules}");
        }
        for witnesses in not_enough {
            let signed = cosigned_by(witnesses);
            assert_eq!(
                policy.check(&signed),
                Err(CheckError::NoQuorum(witnesses.len())),
                "{rules}{witnesses:?}",
            );
        }
    }
}

#[test]
fn one_witness_counts_once_however_often_it_signs() {
    let policy = policy("group g 2 W1 W2\nquorum g\n");
    let (seed, key) = witness(1);
    let signed = cosigned_by(&[1]);
    let later = Timestamp::from_seconds(NOON.seconds() + 5).unwrap();
    let again = key
        .cosign(signed.note().unverified_text(), later, &seed)
        .unwrap();
    let twice = SignedCheckpoint::parse(format!("{signed}{again}\n").as_bytes()).unwrap();
    assert_eq!(policy.check(&twice), Err(CheckError::NoQuorum(1)));
    let policy = self::policy("quorum W1\n");
    assert_eq!(policy.check(&twice).unwrap().witnesses[0].1, later);
}

#[test]
fn a_checkpoint_that_is_not_the_log_s_is_refused() {
    let policy = policy("quorum W1\n");
    let good = cosigned_by(&[1]);
    let changed = |from: &str, to: &str| {
        SignedCheckpoint::parse(good.to_string().replacen(from, to, 1).as_bytes()).unwrap()
    };
    let bad = |name: &str| {
        Err(CheckError::Note(NoteError::BadSignature(
            name.parse().unwrap(),
        )))
    };
    assert!(policy.check(&good).is_ok());
    assert_eq!(
        policy.check(&changed("log.example", "fog.example")),
        Err(CheckError::UnknownLog)
    );
    assert_eq!(policy.check(&changed("\n20\n", "\n21\n")), bad(ORIGIN));
    // Witnesses alone, and nobody.
    let without = |line: usize| {
        let text = good.to_string();
        let drop = text.lines().nth(line).unwrap();
        SignedCheckpoint::parse(text.replace(&format!("{drop}\n"), "").as_bytes()).unwrap()
    };
    assert_eq!(policy.check(&without(4)), Err(CheckError::LogDidNotSign));
    assert_eq!(policy.check(&without(5)), Err(CheckError::NoQuorum(0)));
    let stranger = checkpoint(20, 2);
    assert_eq!(
        policy.check(&stranger),
        Err(CheckError::Note(NoteError::NoTrustedSignature)),
    );
    // A witness's line that does not fit spoils the note even where it is not needed.
    let mut spoiled = good.clone();
    let (_, key) = witness(2);
    let line = SignatureLine::new(key.name().clone(), key.id(), vec![0; 72]).unwrap();
    spoiled.attach(line).unwrap();
    assert_eq!(policy.check(&spoiled), bad("w2.example.org"));
}

#[test]
fn the_logs_of_two_years_may_have_one_key() {
    let next = Seed::new(1).log_key("log.example.org/next-year");
    let text = format!("{}log {next}\nquorum none\n", log_line());
    let policy = Policy::parse(text.as_bytes()).unwrap();
    assert_eq!(policy.logs().len(), 2);
    let signed = checkpoint(20, 1);
    assert_eq!(
        policy.check(&signed).unwrap().log.key.name().as_ref(),
        ORIGIN
    );
}

#[test]
fn a_file_that_is_no_policy_is_refused_with_its_reason() {
    let log = Seed::new(1).log_key(ORIGIN).to_string();
    let (w1, w2) = (witness(1).1.to_string(), witness(2).1.to_string());
    let renamed = Seed::new(11).cosigner_key("same-key.example");
    let wrong = |line, error| PolicyError::Key { line, error };
    let log_as_witness = KeyError::OtherType {
        wanted: 4,
        found: 1,
    };
    let witness_as_log = KeyError::OtherType {
        wanted: 1,
        found: 4,
    };
    for (text, error) in [
        (String::new(), PolicyError::Quorum),
        ("quorum none".to_owned(), PolicyError::Line(1)),
        ("quorum none\r\n".to_owned(), PolicyError::Line(1)),
        ("# \u{7f}\nquorum none\n".to_owned(), PolicyError::Line(1)),
        ("quorum none\nquorum none\n".to_owned(), PolicyError::Quorum),
        ("quorum\n".to_owned(), PolicyError::Malformed(1)),
        ("quorum none none\n".to_owned(), PolicyError::Malformed(1)),
        ("Quorum none\n".to_owned(), PolicyError::Malformed(1)),
        ("quorum # none\n".to_owned(), PolicyError::Malformed(1)),
        ("quorum nobody\n".to_owned(), PolicyError::UnknownName(1)),
        (
            format!("quorum a\nwitness a {w1}\n"),
            PolicyError::UnknownName(1),
        ),
        ("log\n".to_owned(), PolicyError::Malformed(1)),
        (format!("log {log} url more\n"), PolicyError::Malformed(1)),
        ("log key\n".to_owned(), wrong(1, KeyError::Malformed)),
        (format!("\nlog {w1}\n"), wrong(2, witness_as_log)),
        (format!("witness a {log}\n"), wrong(1, log_as_witness)),
        (
            format!("log {log}\nlog {log} https://log.example\n"),
            PolicyError::DuplicateKey(2),
        ),
        (
            format!("witness a {w1}\nwitness b {w1}\n"),
            PolicyError::DuplicateKey(2),
        ),
        (
            format!("witness a {w1}\nwitness b {renamed}\n"),
            PolicyError::DuplicateKey(2),
        ),
        (
            format!("witness a {w1}\nwitness a {w2}\n"),
            PolicyError::DuplicateName(2),
        ),
        (
            format!("witness none {w1}\n"),
            PolicyError::DuplicateName(1),
        ),
        (
            format!("witness a {w1}\ngroup a any a\n"),
            PolicyError::DuplicateName(2),
        ),
        (
            format!("witness a {w1}\ngroup none any a\n"),
            PolicyError::DuplicateName(2),
        ),
        (format!("witness {w1}\n"), PolicyError::Malformed(1)),
        ("\n".repeat(MAX_POLICY_BYTES + 1), PolicyError::TooLarge),
    ] {
        assert_eq!(
            Policy::parse(text.as_bytes()),
            Err(error),
            "{:?}",
            text.get(..200)
        );
    }
}

#[test]
fn a_group_that_is_none_is_refused_with_its_reason() {
    let w1 = witness(1).1.to_string();
    for (text, error) in [
        ("group g any none\n".to_owned(), PolicyError::UnknownName(1)),
        ("group g any g\n".to_owned(), PolicyError::UnknownName(1)),
        ("group g any\n".to_owned(), PolicyError::Threshold(1)),
        ("group g all\n".to_owned(), PolicyError::Threshold(1)),
        ("group g 1\n".to_owned(), PolicyError::Threshold(1)),
        ("group g\n".to_owned(), PolicyError::Malformed(1)),
        (
            format!("witness a {w1}\ngroup g 0 a\n"),
            PolicyError::Threshold(2),
        ),
        (
            format!("witness a {w1}\ngroup g 2 a\n"),
            PolicyError::Threshold(2),
        ),
        (
            format!("witness a {w1}\ngroup g 01 a\n"),
            PolicyError::Malformed(2),
        ),
        (
            format!("witness a {w1}\ngroup g most a\n"),
            PolicyError::Malformed(2),
        ),
        (
            format!("witness a {w1}\ngroup g 1 a a\n"),
            PolicyError::DuplicateMember(2),
        ),
        (
            format!("witness a {w1}\ngroup g any a\ngroup h any a\n"),
            PolicyError::DuplicateMember(3),
        ),
        (
            format!("witness a {w1}\ngroup g any a\ngroup h any g a\n"),
            PolicyError::DuplicateMember(3),
        ),
    ] {
        assert_eq!(Policy::parse(text.as_bytes()), Err(error), "{text:?}");
    }
}

#[test]
fn space_comments_addresses_and_foreign_letters_are_allowed() {
    let text = format!(
        "# una política\n\n \t\n  log\t{}   https://log.example.org/2026 \n\
         witness \u{212a} {} https://w1.example.org\n\tgroup g any \u{212a}\n#x\nquorum g",
        Seed::new(1).log_key(ORIGIN),
        witness(1).1,
    );
    let mut bytes = text.into_bytes();
    bytes.extend(b" \n # \xff\n");
    let policy = Policy::parse(&bytes).unwrap();
    assert_eq!(
        policy.logs()[0].url.as_deref(),
        Some("https://log.example.org/2026")
    );
    assert_eq!(policy.witnesses()[0].name, "\u{212a}".as_bytes());
    assert!(policy.check(&cosigned_by(&[1])).is_ok());
}

#[test]
fn thirty_two_of_each_are_allowed_and_no_thousands() {
    // tlog-policy §Implementation limits.
    let logs = (0..32).map(|number| {
        let log = Seed::new(100 + number).log_key(&format!("log{number}.example"));
        format!("log {log}\n")
    });
    let groups = (0..32).map(|number| format!("group g{number} any W{number}\n"));
    let lines: Vec<_> = logs.chain([witness_lines(0..32)]).chain(groups).collect();
    let text = format!("{}quorum g31\n", lines.concat());
    assert!(Policy::parse(text.as_bytes()).is_ok());
    let nested: Vec<_> = (0..=MAX_DEFINITIONS)
        .map(|number| format!("group g{} any g{number}\n", number + 1))
        .collect();
    let nested = format!("{}group g0 any W0\n{}", witness_lines([0]), nested.concat());
    assert_eq!(Policy::parse(nested.as_bytes()), Err(PolicyError::TooLarge));
}

#[test]
fn a_policy_of_two_logs_takes_each_under_its_own_origin_only() {
    let other = Seed::new(2).log_key("other.example.org");
    let text = format!("{}log {other}\nquorum none\n", log_line());
    let policy = Policy::parse(text.as_bytes()).unwrap();
    assert!(policy.check(&checkpoint(20, 1)).is_ok());
    // The second log's key signs under the first log's origin.
    let (seed, name) = (Seed::new(2), other.name().clone());
    let body = checkpoint(20, 1).unverified().clone();
    let crossed = body.sign(&seed.log_key(name.as_ref()), &seed).unwrap();
    assert_eq!(
        policy.check(&crossed),
        Err(CheckError::Note(NoteError::NoTrustedSignature)),
    );
}
