//! Who may do what. The one place that decides access.
//!
//! Roles belong to an authority and a purpose, not to a rank (DESIGN §6). A role that is not listed
//! for a power does not have it; there is no role above the others.

use crate::cbor;

pub use crate::signing::{Signing, signing};

/// Writes an enum of codes once: its variants, all of them, and each one's stable code.
macro_rules! coded_enum {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: [Self; [$($code),*].len()] = [$(Self::$variant),*];

            /// The stable code: stored, and the key of texts.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}

coded_enum! {
    /// The purpose for which an officer is signed in (facts G).
    Role {
        /// Receives applications, issues and refuses cards, records entries and exits.
        Desk = "desk",
        /// Checks cards on the road and records encounters. Knows no person's record.
        Checkpoint = "checkpoint",
        /// Revokes cards and settles merges; reviews refusals. Issues nothing.
        Supervisor = "supervisor",
        /// Enrols and dismisses officers, devices and tokens. Reads no person's record.
        Administrator = "administrator",
        /// The agency's internal control: figures per officer, who read what.
        Inspector = "inspector",
        /// Answers people about their own data; proposes erasure.
        Transparency = "transparency",
        /// The ombudsman: reads what was done, approves erasure, writes nothing else.
        Ombudsman = "ombudsman",
        /// The refuge authority: says whom not to return and whom not to notify, and why to nobody.
        Refuge = "refuge",
        /// Statistics: aggregates only.
        Statistics = "statistics",
        /// Keeps people under control: counts, describes, hands over, releases.
        Custody = "custody",
        /// The child protection authority: receives referrals of children.
        ChildProtection = "child-protection",
        /// The prosecutors for migrants: receive referrals of victims.
        Prosecutor = "prosecutor",
        /// Police and guard: a card is valid or not, and until when.
        Police = "police",
        /// The consulate of Guatemala.
        ConsulateGt = "consulate-gt",
        /// The consulate of Belize.
        ConsulateBz = "consulate-bz",
        /// The consulate of Honduras.
        ConsulateHn = "consulate-hn",
        /// The consulate of El Salvador.
        ConsulateSv = "consulate-sv",
    }
}

cbor::coded!(Role, "role");
cbor::coded!(Power, "power");

/// What a marker type of [`powers`] stands for.
pub trait Kind: Send + Sync + 'static {
    /// The power.
    const POWER: Power;
}

/// The powers, each also as a type, so that a permit for one cannot be taken for another.
macro_rules! powers {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        coded_enum! {
            /// Something that can be done or seen.
            Power { $($(#[$doc])* $variant = $code,)* }
        }

        /// One type a power. They have no values: they stand in types of permits.
        pub mod powers {
            $(
                $(#[$doc])*
                #[derive(Clone, Copy, Debug)]
                pub enum $variant {}

                impl super::Kind for $variant {
                    const POWER: super::Power = super::Power::$variant;
                }
            )*
        }
    };
}

powers! {
    /// Assess an application without recording anything.
    AssessApplication = "application.assess",
    /// Issue, renew or replace a card, or refuse one.
    DecideApplication = "application.decide",
    /// Open and print a card or a refusal.
    ReadCard = "card.read",
    /// Look for the record of a person who applies.
    FindPerson = "person.find",
    /// Merge two records of one person, or undo it.
    MergePersons = "person.merge",
    /// Revoke a card.
    RevokeCard = "card.revoke",
    /// Record an entry or an exit, and print its slip.
    RecordCrossing = "crossing.record",
    /// Read a card or slip and see the verdict.
    CheckCard = "card.check",
    /// Record an encounter and print its receipt.
    RecordEncounter = "encounter.record",
    /// Find an encounter by the code on its receipt.
    ReadReceipt = "receipt.read",
    /// See the acts of one's own post.
    ReadActs = "acts.read",
    /// Print numbered blank sheets for one's own post, and declare one void.
    PrintSheets = "sheets.print",
    /// See which sheets of one's own post are out, used and void.
    ReadSheets = "sheets.read",
    /// See which contradictions one's own post is asked to settle, and what contradicts.
    ReadContradictions = "contradictions.read",
    /// Say what was found of a contradiction.
    SettleContradiction = "contradictions.settle",
    /// See who has read a person's record.
    ReadAccessList = "access.read",
    /// See figures per officer.
    ReadFigures = "figures.read",
    /// See figures in which no officer and no person appears.
    ReadAggregates = "aggregates.read",
    /// Enrol, suspend and dismiss officers, and say for what they may sign in.
    ManageOfficers = "officers.manage",
    /// Ask for, or agree to, a new passkey for an officer who lost theirs.
    RecoverPasskey = "passkey.recover",
    /// Enrol and end devices and sites.
    ManageDevices = "devices.manage",
    /// Issue and revoke tokens for programs.
    ManageTokens = "tokens.manage",
    /// Propose that a person's records be erased.
    ProposeErasure = "erasure.propose",
    /// Agree to an erasure.
    ApproveErasure = "erasure.approve",
    /// See what waits for one's own signature.
    ReadProposals = "proposals.read",
    /// Record a person's answers to the protection questions.
    RecordScreening = "screening.record",
    /// Say whom not to return and whom not to notify.
    RecordClaim = "claim.record",
    /// See that a person is not to be returned nor notified, without the reason.
    ReadProtectionFlag = "protection-flag.read",
    /// Notify a consulate.
    NotifyConsulate = "consulate.notify",
    /// Open, describe, hand over and end custody.
    KeepCustody = "custody.keep",
    /// See who is under control at one's own post.
    ReadCustody = "custody.read",
    /// Say who answers, where it is in dispute or nobody is there to hand over.
    SettleCustody = "custody.settle",
    /// See all of custody, and look for somebody in it.
    OverseeCustody = "custody.oversee",
    /// Receive referrals, and say so.
    ReceiveReferrals = "referrals.receive",
    /// Read the notices to one's own consulate.
    ReadNotices = "notices.read",
    /// See one's own post's black box, and say that something there does not work.
    TellTrouble = "trouble.tell",
}

/// Which role has which power. The one thing that is asked; read from a file of roles
/// ([`crate::roles`]), which cannot say all it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy([u64; Role::ALL.len()]);

// One bit a power.
const _: () = assert!(Power::ALL.len() <= u64::BITS as usize);

impl Policy {
    /// Nobody may do anything.
    #[must_use]
    pub(crate) const fn none() -> Self {
        Self([0; Role::ALL.len()])
    }

    /// The same, and this role may do this.
    #[must_use]
    pub(crate) const fn with(mut self, role: Role, power: Power) -> Self {
        self.0[role as usize] |= 1 << power as u64;
        self
    }

    /// Whether a role has a power. One that nobody has given it, it does not have.
    #[must_use]
    pub const fn allows(self, role: Role, power: Power) -> bool {
        self.0[role as usize] >> power as u64 & 1 == 1
    }
}
