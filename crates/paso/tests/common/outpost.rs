//! A hub on a port of its own, and posts of it, each the real program over its own directory.

#![allow(dead_code, reason = "each test uses the part it needs")]
#![expect(clippy::expect_used, reason = "what fails here fails the test")]

use crate::common::{Running, Site, command, said};
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Output,
};

/// A port that nobody uses now.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// A hub that comes back on the same port, with an administrator.
pub(crate) fn hub() -> (Site, u16) {
    let door = free_port();
    let site = Site::empty();
    let done = site.init_with(&[&format!("--listen=127.0.0.1:{door}")]);
    assert!(done.status.success(), "{}", said(&done));
    (site, door)
}

/// A post's directory.
pub(crate) struct Outpost {
    temp: tempfile::TempDir,
}

impl Outpost {
    /// A directory for a post that is not enrolled yet.
    pub(crate) fn new() -> Self {
        Self {
            temp: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    /// Enrols a post by a code of the running hub.
    pub(crate) fn enrol(hub: &Site, door: u16, post: &str) -> Self {
        let site = Self::new();
        let code = Self::code(hub, post);
        let enrolled = site.enrol_with(door, &code);
        assert!(enrolled.status.success(), "{}", said(&enrolled));
        site
    }

    pub(crate) fn code(hub: &Site, post: &str) -> String {
        let known = hub.paso(&["officer", "show", "ADM-0001"]);
        if !said(&known).contains("administrator") {
            let enrol = [
                "officer",
                "enrol",
                "ADM-0001",
                "--name=Administradora",
                "--role=administrator",
                "--officer=ADM-0001",
            ];
            let done = hub.paso(&enrol);
            assert!(done.status.success(), "{}", said(&done));
        }
        let post = format!("--post={post}");
        let invite = [
            "post",
            "invite",
            &post,
            "--name=Ventanilla 1",
            "--officer=ADM-0001",
        ];
        let invited = hub.paso(&invite);
        assert!(invited.status.success(), "{}", said(&invited));
        said(&invited).lines().next().expect("a code").to_owned()
    }

    pub(crate) fn enrol_with(&self, door: u16, code: &str) -> Output {
        self.paso(&[
            "post",
            "enrol",
            &format!("--hub=http://localhost:{door}"),
            &format!("--code={code}"),
            "--listen=127.0.0.1:0",
            "--host=hid.localhost",
        ])
    }

    /// Lets the post know its hub behind another port.
    pub(crate) fn know_hub_at(&self, door: u16) {
        let path = self.dir().join("paso.toml");
        let text = fs::read_to_string(&path).expect("a configuration");
        let lines = text.lines().map(|line| {
            if line.starts_with("hub = ") {
                format!("hub = \"http://127.0.0.1:{door}\"")
            } else {
                line.replace("every_seconds = 30", "every_seconds = 1")
            }
        });
        let text: Vec<_> = lines.collect();
        fs::write(&path, text.join("\n")).expect("a configuration");
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.temp.path().join("post")
    }

    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    pub(crate) fn paso(&self, args: &[&str]) -> Output {
        command(&self.dir(), args).output().expect("paso runs")
    }

    pub(crate) fn serve(&self) -> Running {
        Running::of(&self.dir(), &["post", "serve"])
    }

    /// What `paso post status` says.
    pub(crate) fn status(&self) -> String {
        said(&self.paso(&["post", "status"]))
    }

    /// Waits until the hub has everything; the programs have their own patience, so this asks until
    /// they are done.
    pub(crate) fn settles(&self) {
        for _ in 0..600 {
            let status = self.status();
            if status.contains("connected to the hub") && status.contains("\n0 entries to send") {
                return;
            }
            std::thread::yield_now();
            wait();
        }
        assert_eq!(self.status(), "connected, with nothing to send");
    }
}

/// A moment, between two looks at another process.
#[expect(
    clippy::disallowed_methods,
    reason = "another process is waited for; nothing is timed"
)]
pub(crate) fn wait() {
    std::thread::sleep(std::time::Duration::from_millis(100));
}

/// Every row of a stream as the program exports it: hub and post must have the same bytes.
pub(crate) fn stream_of(dir: &Path, stream: &str, into: &Path) -> Vec<u8> {
    let name = format!("--stream={stream}");
    let file = into.to_str().expect("a name");
    let export = ["stream", "export", &name, "--after=0", "-o", file];
    let done = command(dir, &export).output().expect("paso runs");
    assert!(done.status.success(), "{}", said(&done));
    fs::read(into).expect("a batch")
}
