//! A fictional authority with its keys, a card, a slip and a bundle, to be varied by the tests.

use paso_formats::{
    bundle::{self, Bundle, Pinned, ProgrammeRow, Purpose, TrustedKey, VerifiedBundle},
    card::{self, CardClaims, SignedCard, StatusRef},
    field::{Sex, StateCode},
    key::{PublicKey, Sign},
    moment::{DAY, HOUR, Moment},
    slip::{self, SignedSlip, SlipClaims, SlipNumber},
    status_list::{self, Bits, StatusList, StatusToken},
};

use crate::signers::{EdDsa, Es256};

/// The announcement of the programme: 7 July 2014, noon in Chiapas.
pub(crate) fn start() -> Moment {
    "2014-07-07T17:00:00Z".parse().expect("an instant")
}

pub(crate) const ISSUER: &str = "https://inm.example";
pub(crate) const STATUS: &str = "https://inm.example/1";

/// The card's place in the status list.
pub(crate) const INDEX: u32 = 4711;

/// Who signs what in these tests.
pub(crate) struct Keys {
    pub(crate) roots: [Es256; 2],
    pub(crate) cards: Es256,
    pub(crate) slips: EdDsa,
    pub(crate) status: Es256,
}

pub(crate) fn keys() -> Keys {
    Keys {
        roots: [Es256::new(1), Es256::new(2)],
        cards: Es256::new(3),
        slips: EdDsa::new(4),
        status: Es256::new(5),
    }
}

/// A fictional person's card, issued at the start for five years.
pub(crate) fn card_claims() -> CardClaims {
    CardClaims {
        issuer: ISSUER.to_owned(),
        number: "TAL-773M-9Q2X-J".parse().expect("a number"),
        name: "PEREZ GOMEZ MARIA CANDELARIA".to_owned(),
        birth: Some("1990-05-31".parse().expect("a date")),
        sex: Sex::Female,
        nationality: StateCode::GTM,
        class: "TVR".to_owned(),
        country: StateCode::MEX,
        document_tail: "40101".to_owned(),
        issued_at: start(),
        expires: start().plus(5 * 365 * DAY),
        status: StatusRef {
            index: INDEX,
            uri: STATUS.to_owned(),
        },
    }
}

pub(crate) fn signed_card(claims: &CardClaims, signer: &dyn Sign) -> SignedCard {
    let text = card::encode(claims, signer).expect("a card that fits");
    card::read(text.as_str()).expect("our own card")
}

/// A stay of 72 hours that began at the start, and three natural days after it.
pub(crate) fn slip_claims() -> SlipClaims {
    SlipClaims {
        issuer: ISSUER.to_owned(),
        number: SlipNumber::new("TAL".parse().expect("a site"), [0, 0, 0, 0, 1]),
        card: card_claims().number,
        post: "TAL-1".to_owned(),
        zone: "America/Mexico_City".to_owned(),
        entered: start(),
        leave_by: start().plus(72 * HOUR),
        not_overstayed_until: start().plus(84 * HOUR),
        states: ["MX-CHP", "MX-TAB", "MX-CAM", "MX-ROO"]
            .map(str::to_owned)
            .to_vec(),
        issued_at: start(),
    }
}

pub(crate) fn signed_slip(claims: &SlipClaims, signer: &dyn Sign) -> SignedSlip {
    let text = slip::encode(claims, signer).expect("a slip that fits");
    slip::read(text.as_str()).expect("our own slip")
}

pub(crate) fn trusted(key: &PublicKey, purpose: Purpose) -> TrustedKey {
    TrustedKey {
        key: key.clone(),
        purpose,
        site: "Talismán".to_owned(),
        sign_from: start().plus(-DAY),
        sign_until: start().plus(365 * DAY),
        verify_until: start().plus(6 * 365 * DAY),
        compromised_at: None,
    }
}

pub(crate) fn status_token() -> StatusToken {
    StatusToken {
        uri: STATUS.to_owned(),
        issued_at: start(),
        expires: None,
        ttl: Some(86_400),
        list: StatusList::new(Bits::Two, 1 << 16).expect("a list within bounds"),
    }
}

/// A bundle signed at the start, old after 30 days and dead after 180.
pub(crate) fn bundle(keys: &Keys) -> Bundle {
    let token = status_token().sign(&keys.status).expect("a signature");
    Bundle {
        authority: "MX-INM".to_owned(),
        sequence: 7,
        issued_at: start(),
        soft_until: start().plus(30 * DAY),
        hard_until: start().plus(180 * DAY),
        keys: vec![
            trusted(keys.cards.public_key(), Purpose::Card),
            trusted(keys.slips.public_key(), Purpose::Slip),
            trusted(keys.status.public_key(), Purpose::Status),
        ],
        status_lists: vec![status_list::read(&token).expect("our own list")],
        programmes: vec![ProgrammeRow {
            id: "2014-07-07".to_owned(),
            instrument: "Programa Frontera Sur".to_owned(),
            valid_from: "2014-07-07".parse().expect("a date"),
            valid_to: Some("2019-04-23".parse().expect("a date")),
            states: slip_claims().states,
            stay: "72 horas".to_owned(),
        }],
        roots: vec![],
    }
}

pub(crate) fn pinned(keys: &Keys) -> Pinned {
    let roots = keys.roots.iter().map(|root| root.public_key().clone());
    Pinned::new("MX-INM".to_owned(), roots.collect()).expect("two roots")
}

pub(crate) fn verified(bundle: &Bundle, keys: &Keys) -> VerifiedBundle {
    let bytes = bundle.seal(&keys.roots[0]).expect("a bundle in order");
    bundle::open(&bytes, &pinned(keys)).expect("our own bundle")
}
