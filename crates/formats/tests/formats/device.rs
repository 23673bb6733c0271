//! A fictional device that writes a stream, to be varied by the tests.

use paso_formats::{
    batch::{Envelope, Row},
    cose,
    entry::{Binding, Class, Content, Entry, Minute, StreamHead, StreamId, Unsigned, Witnessed},
    envelope::{self, Label, Sealed, SubjectKey},
    key::Sign,
    moment::MINUTE,
    receipt::{self, Body, Facts, Handle, Kind, ReceiptClaims},
};

use crate::{sample::start, signers::EdDsa};

pub(crate) const STREAM: StreamId =
    StreamId::from_random([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

/// The device of the golden vectors.
pub(crate) fn signer() -> EdDsa {
    EdDsa::new(7)
}

/// An entry `minutes` after the start.
pub(crate) fn unsigned(after: Option<StreamHead>, minutes: i64, content: Content) -> Unsigned {
    Unsigned {
        stream: STREAM,
        after,
        witnessed: after.map(|_| Witnessed {
            size: 70_000.try_into().expect("not zero"),
            root: [0x22; 32],
        }),
        time: Minute::of(start().plus(minutes * MINUTE)),
        content,
    }
}

pub(crate) fn sign(
    after: Option<StreamHead>,
    minutes: i64,
    content: Content,
    signer: &dyn Sign,
) -> Entry {
    unsigned(after, minutes, content)
        .sign(signer)
        .expect("an entry in order")
}

/// An event bound by nothing but `mark`.
pub(crate) const fn marked(class: Class, mark: u8) -> Content {
    Content::Event(
        class,
        Binding {
            commitment: [mark; 32],
            envelope: [mark; 32],
        },
    )
}

/// The first `count` entries of a stream whose events commit to `mark`.
pub(crate) fn stream(count: usize, mark: u8, signer: &dyn Sign) -> Vec<Entry> {
    continued(None, count, mark, signer)
}

/// The `count` entries after `after`.
pub(crate) fn continued(
    after: Option<StreamHead>,
    count: usize,
    mark: u8,
    signer: &dyn Sign,
) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(count);
    let mut after = after;
    for minutes in (0..).take(count) {
        let content = marked(Class::Act, mark);
        let entry = sign(after, minutes, content, signer);
        after = Some(entry.head());
        entries.push(entry);
    }
    entries
}

/// Three rows as they lie in a journal: a card issued, a receipt given, a heartbeat.
pub(crate) struct Journal {
    pub(crate) entries: [Entry; 3],
    pub(crate) card: Sealed,
    pub(crate) receipt: Sealed,
}

pub(crate) const CARD: Label<'_> = Label {
    subject: "card:TAL-773M-9Q2X-J",
    kind: "card.issued",
    schema: 1,
};
pub(crate) const RECEIPT: Label<'_> = Label {
    subject: "receipt:2C7K-9XRT",
    kind: receipt::EVENT_KIND,
    schema: receipt::EVENT_SCHEMA,
};

/// The key of each subject, by its label; 32 equal bytes, for tests only.
pub(crate) fn subject_key(label: Label<'_>) -> SubjectKey {
    SubjectKey::from_random(
        [if label.subject == CARD.subject {
            0xc1
        } else {
            0xc2
        }; 32],
    )
}

/// An empty CBOR list.
const NO_APPROVALS: &[u8] = &[0x80];

pub(crate) fn journal() -> Journal {
    let signer = signer();
    let body = receipt_body().to_cbor();
    let card = envelope::seal(b"\xa1\x00\x01", CARD, &subject_key(CARD), [0xa1; 24]);
    let receipt = envelope::seal(&body, RECEIPT, &subject_key(RECEIPT), [0xa2; 24]);
    let content = |label, minutes, sealed| {
        let time = Minute::of(start().plus(minutes * MINUTE));
        Content::Event(Class::Act, enveloped(label, time, sealed).binding())
    };
    let first = sign(None, 0, content(CARD, 0, &card), &signer);
    let second = sign(
        Some(first.head()),
        1,
        content(RECEIPT, 1, &receipt),
        &signer,
    );
    let third = sign(Some(second.head()), 61, Content::Heartbeat, &signer);
    Journal {
        entries: [first, second, third],
        card,
        receipt,
    }
}

impl Journal {
    pub(crate) fn rows(&self) -> Vec<Row<'_>> {
        let [first, second, third] = &self.entries;
        vec![
            event(first, CARD, &self.card),
            event(second, RECEIPT, &self.receipt),
            Row {
                entry: third.clone(),
                envelope: None,
            },
        ]
    }
}

fn event<'a>(entry: &Entry, label: Label<'a>, sealed: &'a Sealed) -> Row<'a> {
    Row {
        entry: entry.clone(),
        envelope: Some(enveloped(label, entry.time(), sealed)),
    }
}

const fn enveloped<'a>(label: Label<'a>, time: Minute, sealed: &'a Sealed) -> Envelope<'a> {
    Envelope {
        subject: label.subject,
        kind: label.kind,
        schema: label.schema,
        time,
        sealed: sealed.bytes.as_slice(),
        commitment: sealed.commitment,
        approvals: NO_APPROVALS,
        statement: &[],
    }
}

pub(crate) fn receipt_facts() -> Facts {
    Facts {
        code: "2C7K-9XRT".parse().expect("a code"),
        kind: Kind::Entry,
        post: "TAL".to_owned(),
        at: start().plus(MINUTE),
        officer: "INM-0417".to_owned(),
        handle: Some(Handle::Card("TAL-773M-9Q2X-J".parse().expect("a number"))),
    }
}

pub(crate) fn receipt_body() -> Body {
    Body::new(receipt_facts()).expect("facts in order")
}

/// The receipt of the second row.
pub(crate) fn receipt_claims() -> ReceiptClaims {
    let sealed = journal().receipt;
    let k_event = envelope::event_key(&sealed.bytes, &subject_key(RECEIPT)).expect("a nonce");
    ReceiptClaims {
        body: receipt_body(),
        stream: STREAM,
        sequence: Some(2.try_into().expect("not zero")),
        k_event: *k_event,
    }
}

/// A receipt's code over any payload, as a forger or a later version might write it.
pub(crate) fn receipt_of(payload: &[u8], typ: &str) -> String {
    let envelope = cose::sign(payload, Some(typ), &signer()).expect("a signature");
    paso_formats::base45::encode(&miniz_oxide::deflate::compress_to_vec_zlib(&envelope, 9))
}
