//! The file that `paso init` writes: every setting with its default and its meaning.

use super::{
    AuditSection, BackupSection, BundleSection, LogSection, PostsSection, ProgrammeSection,
    StoreSection,
};
use std::net::SocketAddr;

/// A value in a TOML string.
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// What `paso init` writes: every setting with its default and its meaning.
pub struct Template<'a> {
    /// Short code of the authority.
    pub code: &'a str,
    /// Full name.
    pub name: &'a str,
    /// State.
    pub country: &'a str,
    /// URI in cards.
    pub issuer: &'a str,
    /// Home post.
    pub home: &'a str,
    /// Where to complain.
    pub complaints: &'a str,
    /// Where pages are served.
    pub listen: SocketAddr,
    /// Host name for browsers.
    pub host: &'a str,
    /// Programme.
    pub rules: &'a str,
    /// First day of the demonstration's rule.
    pub demo_from: Option<&'a str>,
    /// Demonstration.
    pub demo: bool,
}

impl Template<'_> {
    fn host_of_issuer(&self) -> &str {
        let issuer = self.issuer.trim_end_matches('/');
        issuer.split_once("://").map_or(issuer, |(_, host)| host)
    }
}

impl core::fmt::Display for Template<'_> {
    #[expect(
        clippy::too_many_lines,
        reason = "the file of settings, from its top to its bottom"
    )]
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let audit = AuditSection::default();
        let (store, programme, bundle, backup, log, posts) = (
            StoreSection::default(),
            ProgrammeSection::default(),
            BundleSection::default(),
            BackupSection::default(),
            LogSection::default(),
            PostsSection::default(),
        );
        let demo_from = match self.demo_from {
            Some(day) => format!("demo_from = {}", quoted(day)),
            None => "# demo_from = \"2026-01-01\"".to_owned(),
        };
        write!(
            f,
            r#"# Configuration of Paso. Every setting is written out; `paso check-config` explains mistakes.

[authority]
# Short code; others know the authority's keys and bundles by it.
code = {code}
# Full name, as printed on cards.
name = {name}
# Three-letter state code.
country = {country}
# Address in every card and slip, at most 19 characters.
issuer = {issuer}
# The post that keeps the authority's own record of leases and bundles.
home = {home}
# Printed on every paper: a body outside this authority that takes complaints.
complaints = {complaints}
# Where others fetch the trust bundle.
endpoints = []

[web]
# 127.0.0.1 is this machine alone. Beyond it, either a certificate or a server in front is needed.
listen = {listen}
# The name browsers use; behind a server in front with its port, where that is not 443.
host = {host}
# TLS of our own: PEM files of the certificate, with those that vouch for it, and of its key (mode
# 600). They are read again when they change.
# certificate = "tls/fullchain.pem"
# certificate_key = "tls/privkey.pem"
# A server in front speaks TLS, nothing else reaches this port, and it writes X-Forwarded-For: true.
# Or the addresses of those whose X-Forwarded-For is believed: ["10.0.0.2"].
proxy = false
# Whom to tell about a weakness, for /.well-known/security.txt: "mailto:…", "tel:…", "https://…".
contact = []
# Marks every page and print as a demonstration.
demo = {demo}

[store]
# A file in this directory, or a PostgreSQL URL (postgres://…?sslmode=verify-full).
journal = {journal}
# The keys of persons and cards: always another database, backed up apart.
keys = {keys}

[programme]
# frontera-sur, demo, or a file of rules.
rules = {rules}
# southern-border, or a file of crossings and posts.
crossings = {crossings}
# shipped, or a file that takes powers away from roles. None can add one.
roles = {roles}
# shipped, or a file of the clocks of custody, in the form of programs/custody.toml.
clocks = {clocks}
# shipped, or a file of how long a shift on a phone lasts, in the form of programs/phone.toml.
phones = {phones}
# shipped, or a file of by when contradictions are to be settled, in the form of programs/contradictions.toml.
contradictions = {contradictions}
# First day of the demonstration's rule; used with rules = "demo" only.
{demo_from}

[custody]
# The ombudsman's public key, as `veedor statement-key` prints it. While it is empty nobody outside can
# count who is under control, and how long.
statement_key = ""
# Other authorities whose anchors were compared in person: people can be handed over to them and taken
# over from them on the pages. `bundle` is where you keep their newest bundle.cose; the anchor vouches for it.
# [[custody.neighbours]]
# anchor = "/etc/paso/gt-anchor.txt"
# bundle = "/var/lib/paso/gt-bundle.cose"

[bundle]
# Days after which a checkpoint says that its bundle is old. It goes on checking.
old_after_days = {old}
# Days after which it no longer relies on it.
unusable_after_days = {unusable}

[backup]
# Who may open a backup of the register: public keys of `age-keygen`, made on a machine that never
# runs paso. `paso backup` refuses while there is none.
recipients = []
# Who may open a backup of the keys; better not the same people.
key_recipients = []
# Days a backup is kept. An older one is removed only when a newer one was restored
# (`paso backup verify`). Keys are kept for days, so that a destroyed key does not live on.
keep_days = {keep}
keep_key_days = {keep_keys}

[posts]
# Days for which a post may issue cards after it was last heard; it works alone for 14.
lease_days = {lease_days}
# For how many cards a post has numbers in store.
cards = {post_cards}
# Days for which the certificate of a post's name lasts, where `paso post ca` made an authority for them.
certificate_days = {certificate_days}

[audit]
# What `paso audit` lets pass. Hours that may lie between the proven bounds of an entry's time.
sandwich_hours = {sandwich}
# Hours that an entry may wait for the log, or for a witnessed head.
waiting_hours = {waiting}
# Days for which a printed sheet of custody or of an encounter may be out, neither typed nor declared void.
sheet_days = {sheet_days}

[log]
# What the origins of this authority's logs begin with: the address under which they are served,
# without https://. Never changed once a log is open, and never used by another.
origin = {log_origin}
# Raised by one only when a log was lost for good; the refusal to start says when that is so.
edition = {edition}
# How often waiting entries are integrated, signed and sent to the witnesses.
every_seconds = {every}
# After so long without an act this device says in the log that it lives.
heartbeat_minutes = {heartbeat}
# Who countersigns, and how many it takes (c2sp.org/tlog-policy).
policy = {policy}
# The token by which the ombudsman's mirror is let in; give it to them in person.
mirror_token = {mirror_token}
# The last head signed. Put it on another disk than the journal; never delete it, and never restore
# it together with an older journal.
guard = {guard}

[messages]
# text or json. They hold no personal data.
format = "text"
# error, warn, info, debug; or a filter such as "warn,paso=debug".
level = "info"
"#,
            code = quoted(self.code),
            name = quoted(self.name),
            country = quoted(self.country),
            issuer = quoted(self.issuer),
            home = quoted(self.home),
            complaints = quoted(self.complaints),
            listen = quoted(&self.listen.to_string()),
            host = quoted(self.host),
            demo = self.demo,
            journal = quoted(&store.journal),
            keys = quoted(&store.keys),
            rules = quoted(self.rules),
            crossings = quoted(&programme.crossings),
            roles = quoted(&programme.roles),
            clocks = quoted(&programme.clocks),
            phones = quoted(&programme.phones),
            contradictions = quoted(&programme.contradictions),
            old = bundle.old_after_days,
            unusable = bundle.unusable_after_days,
            keep = backup.keep_days,
            lease_days = posts.lease_days,
            post_cards = posts.cards,
            certificate_days = posts.certificate_days,
            sandwich = audit.sandwich_hours,
            waiting = audit.waiting_hours,
            sheet_days = audit.sheet_days,
            keep_keys = backup.keep_key_days,
            log_origin = quoted(&format!("{}/log", self.host_of_issuer())),
            edition = log.edition,
            every = log.every_seconds,
            heartbeat = log.heartbeat_minutes,
            policy = quoted(&log.policy),
            mirror_token = quoted(&log.mirror_token),
            guard = quoted(&log.guard),
        )
    }
}
