//! Writes exports of approvals for other people's programs to check: `tests/interop/approvals/run`
//! starts it.
//!
//! `approvals DIRECTORY` writes `good.approvals` (acts by one officer and by two, with ES256 and
//! EdDSA) and `one-key.approvals` (two officers who hold one key).

use std::{error::Error, fs, path::Path};

use paso_formats::{
    approval::{
        self, Act, ActHeader, ActRow, Approval, Approvals, ApprovalsFile, ExportHeader,
        ExportedRow, NONE, Passkey,
    },
    assertion::CredentialId,
    entry::{Binding, Class, Content, Minute, StreamHead, StreamId, Unsigned},
    key::{PublicKey, Sign, SignError},
    moment::Moment,
    testing::{Authenticator, Ceremony},
};

const RP_ID: &str = "inm.example";
const ORIGIN: &str = "https://inm.example";
const NOW: Moment = Moment::from_unix(1_790_000_000);

/// The device that signs the leaves.
struct Device(ed25519_dalek::SigningKey, PublicKey);

impl Sign for Device {
    fn public_key(&self) -> &PublicKey {
        &self.1
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        Ok(ed25519_dalek::Signer::sign(&self.0, message).to_bytes())
    }
}

/// An officer of these files: number, role, passkey.
#[derive(Clone)]
struct Signer(&'static str, &'static str, Authenticator);

struct Export {
    device: Device,
    file: ApprovalsFile,
}

impl Export {
    fn new(signers: &[Signer]) -> Result<Self, Box<dyn Error>> {
        let private = ed25519_dalek::SigningKey::from_bytes(&[5; 32]);
        let public = PublicKey::ed25519(private.verifying_key().as_bytes())?;
        let passkey = |(at, Signer(officer, _, passkey)): (usize, &Signer)| Passkey {
            position: at as u64 + 1,
            officer: (*officer).to_owned(),
            credential: passkey.credential().clone(),
            key: passkey.public_key().clone(),
            from: NOW.plus(-1000),
            until: (at == 0).then(|| NOW.plus(1000)),
        };
        Ok(Self {
            device: Device(private, public),
            file: ApprovalsFile {
                header: ExportHeader {
                    authority: "mx-inm".to_owned(),
                    rp_id: RP_ID.to_owned(),
                    origins: vec![ORIGIN.to_owned()],
                    up_to: 100,
                },
                passkeys: signers.iter().enumerate().map(passkey).collect(),
                rows: Vec::new(),
            },
        })
    }

    /// A row at the next position, with a commitment that only it has.
    fn row(&mut self, kind: &str, command: &str, approvals: &[u8]) -> Result<(), Box<dyn Error>> {
        let position = self.file.rows.len() as u64 + 10;
        let binding = Binding {
            commitment: commitment(position),
            envelope: [8; 32],
        };
        let unsigned = Unsigned {
            stream: StreamId::from_random([1; 16]),
            after: Some(StreamHead {
                sequence: position - 1,
                hash: [3; 32],
            }),
            witnessed: None,
            time: Minute::of(NOW),
            content: Content::Event(Class::Act, binding),
        };
        self.file.rows.push(ExportedRow {
            position,
            kind: kind.to_owned(),
            command: command.to_owned(),
            approvals: approvals.to_vec(),
            leaf: unsigned.sign(&self.device)?,
        });
        Ok(())
    }

    /// An act of one row for each kind, whose last asks for the signature.
    fn act(
        &mut self,
        command: &str,
        kinds: &[&str],
        signers: &[&Signer],
    ) -> Result<(), Box<dyn Error>> {
        let first = self.file.rows.len() as u64 + 10;
        let header = ActHeader {
            authority: "mx-inm".to_owned(),
            command: command.to_owned(),
            at: NOW,
            post: "TAL".to_owned(),
            officer: signers[0].0.to_owned(),
            nonce: [u8::try_from(first)?; 16],
        };
        let rows = (first..).zip(kinds).map(|(position, kind)| ActRow {
            kind: (*kind).to_owned(),
            commitment: commitment(position),
        });
        let act = Act::new(header, rows.collect())?;
        let challenge = act.challenge();
        let mut approvals = Approvals::of(act);
        for Signer(officer, role, passkey) in signers {
            approvals = approvals.with(Approval {
                officer: (*officer).to_owned(),
                role: (*role).to_owned(),
                at: NOW.plus(30),
                assertion: passkey.assert(&Ceremony::new(RP_ID, ORIGIN, &challenge)),
            })?;
        }
        let approvals = approvals.to_cbor();
        for (at, kind) in kinds.iter().enumerate() {
            let last = at + 1 == kinds.len();
            self.row(kind, if last { command } else { "" }, &approvals)?;
        }
        Ok(())
    }

    fn write(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        Ok(fs::write(path, approval::write(&self.file)?)?)
    }
}

fn commitment(position: u64) -> [u8; 32] {
    let mut commitment = [0x40; 32];
    commitment[24..].copy_from_slice(&position.to_be_bytes());
    commitment
}

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args()
        .nth(1)
        .ok_or("usage: approvals DIRECTORY")?;
    let directory = Path::new(&directory);
    let desk = Signer("INM-0417", "desk", Authenticator::es256(1));
    let supervisor = Signer("INM-0500", "supervisor", Authenticator::ed25519(2));
    let transparency = Signer("INM-0611", "transparency", Authenticator::ed25519(3));
    let ombudsman = Signer("DH-0001", "ombudsman", Authenticator::es256(4));
    let signers = [
        desk.clone(),
        supervisor.clone(),
        transparency.clone(),
        ombudsman.clone(),
    ];

    let mut good = Export::new(&signers)?;
    good.act("card.refuse", &["person.claimed", "card.refused"], &[&desk])?;
    good.act("card.revoke", &["card.revoked"], &[&supervisor])?;
    good.act(
        "erasure.propose",
        &["erasure.carried-out"],
        &[&transparency, &ombudsman],
    )?;
    good.act("card.revoke", &["card.revoked"], &[&supervisor])?;
    good.write(&directory.join("good.approvals"))?;

    good.row("card.revoked", "card.revoke", NONE)?;
    good.write(&directory.join("unsigned.approvals"))?;

    let name = CredentialId::new(vec![9; 32])?;
    let twin = Signer("DH-0001", "ombudsman", transparency.2.clone().renamed(name));
    let mut one_key = Export::new(&[transparency.clone(), twin.clone()])?;
    one_key.act(
        "erasure.propose",
        &["erasure.carried-out"],
        &[&transparency, &twin],
    )?;
    one_key.write(&directory.join("one-key.approvals"))
}
