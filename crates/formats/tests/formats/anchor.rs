//! The anchor file: one form, read back exactly, and never with a wrong fingerprint.

use paso_formats::{
    anchor::{Anchor, AnchorError},
    bundle::TooFewRoots,
    key::Sign,
    moment::DAY,
};

use crate::{
    sample::{keys, pinned, start},
    signers::EdDsa,
};

fn anchor() -> Anchor {
    let keys = keys();
    let roots = keys.roots.iter().map(|root| root.public_key().clone());
    Anchor {
        authority: "MX-INM".to_owned(),
        name: "Instituto Nacional de Migración (ficticio)".to_owned(),
        valid_from: start(),
        valid_until: start().plus(365 * DAY),
        endpoints: vec!["https://inm.example".to_owned()],
        roots: roots.chain([EdDsa::new(9).public_key().clone()]).collect(),
    }
}

#[test]
fn is_written_for_people_and_read_back() {
    let text = anchor().to_string();
    assert_eq!(text, include_str!("golden-anchor.txt"));
    assert_eq!(text.parse(), Ok(anchor()));
    let mut two = anchor();
    two.roots.pop();
    assert_eq!(two.pinned().unwrap(), pinned(&keys()));
    two.endpoints.clear();
    assert_eq!(two.to_string().parse(), Ok(two));
}

#[test]
fn every_change_is_noticed() {
    let text = anchor().to_string();
    let line = |line, expected| Err(AnchorError::Line { line, expected });
    let changed = |from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        changed.parse::<Anchor>()
    };
    assert_eq!(
        changed("paso anchor 1", "paso anchor 2"),
        line(1, "paso anchor 1")
    );
    assert_eq!(changed("authority: MX-INM\n", ""), line(2, "authority"));
    assert_eq!(changed("MX-INM", ""), line(2, "authority"));
    assert_eq!(
        changed("2014-07-07T17:00:00Z", "2014-07-07"),
        line(4, "valid-from")
    );
    assert_eq!(
        changed("2014-07-07T17:00:00Z", "2014-07-07T12:00:00-05:00"),
        Err(AnchorError::NotExact)
    );
    assert_eq!(
        changed("2014-07-07", "2024-07-07"),
        Err(AnchorError::NotExact)
    );
    assert_eq!(changed("root: ", "root: A"), line(7, "root"));
    assert_eq!(
        changed("fingerprint: ", "fingerprint:"),
        line(8, "fingerprint")
    );
    let fingerprint = anchor().roots[0].fingerprint();
    let other = anchor().roots[1].fingerprint();
    assert_eq!(
        changed(&fingerprint, &other),
        Err(AnchorError::Fingerprint(8))
    );
    assert_eq!(format!("{text}\n").parse::<Anchor>(), line(13, "root"));
    assert_eq!(
        text.replace('\n', "\r\n").parse::<Anchor>(),
        Err(AnchorError::NotExact)
    );
    assert_eq!("".parse::<Anchor>(), line(1, "paso anchor 1"));
    assert_eq!(
        "x".repeat(1 << 20).parse::<Anchor>(),
        Err(AnchorError::TooLong)
    );
    for cut in 0..text.len() {
        if text.is_char_boundary(cut) && !text[..cut].ends_with('\n') {
            assert!(text[..cut].parse::<Anchor>().is_err(), "{cut}");
        }
    }
}

#[test]
fn one_root_is_too_few() {
    let mut lonely = anchor();
    lonely.roots.truncate(1);
    assert_eq!(
        lonely.to_string().parse::<Anchor>(),
        Err(AnchorError::TooFewRoots(TooFewRoots))
    );
    assert_eq!(lonely.pinned(), Err(TooFewRoots));
}
