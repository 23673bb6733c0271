//! The configuration of a new data directory.

use paso_tlog::note::{Ed25519Key, KeyName};
use std::net::SocketAddr;

/// The file that `veedor init` writes.
#[must_use]
pub fn template(name: &KeyName, listen: SocketAddr, logs: &[Ed25519Key]) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = format!(
        "# Configuration of veedor. `veedor check-config` says whether it can be used.\n\
         \n\
         # The name of this witness's key. Never change it: a witness with another name is another one.\n\
         name = {}\n\
         \n\
         # Where to listen. Beyond this machine (127.0.0.1) only with a certificate, as PEM files that are\n\
         # read again when they change, or with proxy = true: a server in front speaks TLS.\n\
         listen = \"{listen}\"\n\
         # certificate = \"tls/fullchain.pem\"\n\
         # certificate_key = \"tls/privkey.pem\"\n\
         proxy = false\n\
         \n\
         # Whom to tell about a weakness: \"mailto:...\", \"tel:...\", \"https://...\".\n\
         contact = []\n\
         \n\
         # The address under which browsers reach it; they then insist on TLS.\n\
         # address = \"https://veedor.example.org\"\n\
         \n\
         # The private key, read from this directory unless the path is absolute.\n\
         key = \"key\"\n\
         \n\
         # What is written to standard error: error, warn, info or debug.\n\
         level = \"info\"\n\
         \n\
         # What this witness keeps of the logs it also mirrors, and the token with which their rows are\n\
         # read here. Each hub is asked every so many seconds. `policy` names the file that says which\n\
         # witnesses make a receipt final; without it, this one alone does.\n\
         [mirror]\n\
         database = \"mirror\"\n\
         listen_token = \"mirror.token\"\n\
         every_seconds = 5\n\
         # The most that the mirror of one authority may take up: a hub that lies must not fill the disk.\n\
         most_gigabytes = 256\n\
         \n\
         # Reports of people taken, at /taking: the public half of the ombudsman's statement key, to which\n\
         # what people tell is sealed; the hours an authority has for its answer; and the file of the token\n\
         # with which authorities read what they are asked, at /taking/pending.\n\
         #\n\
         # [taking]\n\
         # statement_key = \"...\"\n\
         # answer_within_hours = 24\n\
         # token = \"taking.token\"\n\
         \n\
         # One [[authority]] for each authority whose logs are mirrored: its code and its hub's address,\n\
         # the token that its operator gave, and its anchor, compared in person. `bundle` names its trust\n\
         # bundle as a file, where its hub does not serve it. The keys of its logs stand below.\n\
         #\n\
         # [[authority]]\n\
         # code = \"MX-INM\"\n\
         # url = \"https://paso.example.org\"\n\
         # token = \"mx-inm.token\"\n\
         # anchor = \"mx-inm.anchor\"\n\
         \n\
         # One [[log]] for each log followed. Take its verifier key from its operator in person; while\n\
         # a log changes keys, list both. Each year's log has a key of its own name: add the next one before\n\
         # the year ends. `origin` is needed only where it is not the key's name, and `authority`, the code of\n\
         # the one whose log it is, only where there are several.\n",
        quoted(name.as_ref())
    );
    if logs.is_empty() {
        text.push_str("#\n# [[log]]\n# vkeys = [\"log.example.org/2026+0a1b2c3d+...\"]\n");
    }
    for log in logs {
        text.push_str("\n[[log]]\nvkeys = [");
        text.push_str(&quoted(&log.to_string()));
        text.push_str("]\n");
    }
    text
}
