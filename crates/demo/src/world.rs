//! Who takes part: Mexico's hub and a post of it, the ombudsman's overseer, and a university that
//! countersigns too. Each has a directory and keys of its own, as if they were in four buildings.

use crate::process::{Program, Server, free_port};
use anyhow::{Context, Result};
use std::{
    ffi::OsStr,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Where everything is.
pub(crate) struct World {
    /// The authority's directory.
    pub(crate) hub: PathBuf,
    /// The post's.
    post: PathBuf,
    overseer: PathBuf,
    university: PathBuf,
}

impl World {
    pub(crate) fn at(home: &Path) -> Self {
        Self {
            hub: home.join("mx"),
            post: home.join("hid"),
            overseer: home.join("veedor"),
            university: home.join("universidad"),
        }
    }

    /// Whether there is something to go on with.
    pub(crate) fn exists(&self) -> bool {
        self.hub.join("paso.toml").exists()
    }

    /// Makes all but the post, and introduces them to each other as their people would in person: keys, the
    /// anchor, and the token with which the mirror reads.
    pub(crate) fn make(&self, port: u16) -> Result<()> {
        let port = if port == 0 { free_port()? } else { port };
        Program::Paso.run(
            &self.hub,
            &[
                "init",
                "--demo",
                "--code=mx-demo",
                "--name=Autoridad migratoria (demostración)",
                "--issuer=https://mx.example",
                "--home=TAL",
                "--complaints=Defensoría de demostración · 800 000 0000 · www.example.org",
                "--rules=demo",
                "--host=mx.localhost",
                &format!("--listen=127.0.0.1:{port}"),
            ],
        )?;
        let said = Program::Paso.run(&self.hub, &["log", "keys"])?;
        let logs: Vec<_> = said
            .split_whitespace()
            .filter(|word| word.split('+').count() >= 3)
            .map(str::to_owned)
            .collect();
        let mut policy = fs::read_to_string(self.hub.join("policy.txt"))?
            .lines()
            .filter(|line| line.starts_with("log "))
            .fold(String::new(), |text, line| text + line + "\n");
        for (dir, name, says) in [
            (&self.overseer, "ombudsman", "veedor.localhost/demo"),
            (&self.university, "university", "universidad.localhost/demo"),
        ] {
            let listen = free_port()?;
            let mut args = vec![
                "init".to_owned(),
                format!("--name={says}"),
                format!("--listen=127.0.0.1:{listen}"),
            ];
            for log in &logs {
                args.extend(["--log".to_owned(), log.clone()]);
            }
            Program::Veedor.run(dir, &args)?;
            let key = fs::read_to_string(dir.join("vkey"))?;
            // Writing into a String does not fail.
            let _ = writeln!(
                policy,
                "witness {name} {} http://127.0.0.1:{listen}",
                key.trim()
            );
        }
        policy += "group others any university\ngroup final all ombudsman others\nquorum final\n";
        fs::write(self.hub.join("policy.txt"), &policy)?;
        fs::write(self.overseer.join("mx.policy"), &policy)?;
        fs::copy(self.hub.join("anchor.txt"), self.overseer.join("mx.anchor"))?;
        fs::copy(
            self.hub.join("mirror.token"),
            self.overseer.join("mx.token"),
        )?;
        let settings = self.overseer.join("veedor.toml");
        let text = fs::read_to_string(&settings).context("the overseer's configuration")?;
        // The university's signature counts at the overseer's too.
        let text = text.replacen("[mirror]\n", "[mirror]\npolicy = \"mx.policy\"\n", 1);
        let authority = format!(
            "\n[[authority]]\ncode = \"mx-demo\"\nurl = \"http://mx.localhost:{port}\"\n\
             token = \"mx.token\"\nanchor = \"mx.anchor\"\n"
        );
        let key = self.statement_key()?;
        let taking = format!("\n[taking]\nstatement_key = \"{key}\"\n");
        fs::write(&settings, text + &taking + &authority)?;
        // The hub states every act of custody to the ombudsman.
        let settings = self.hub.join("paso.toml");
        let text = fs::read_to_string(&settings).context("the hub's configuration")?;
        let text = text.replacen(
            "statement_key = \"\"",
            &format!("statement_key = \"{key}\""),
            1,
        );
        fs::write(&settings, text)?;
        Ok(())
    }

    /// Makes the ombudsman's key for statements and reports; its public half. The file lies beside the
    /// directories, as it lies in another building than the servers.
    fn statement_key(&self) -> Result<String> {
        let file = self.overseer.with_file_name("statement.key");
        let args = [
            OsStr::new("statement-key"),
            OsStr::new("-o"),
            file.as_os_str(),
        ];
        let said = Program::Veedor.run(&self.overseer, &args)?;
        let key = said.lines().last().unwrap_or_default().trim();
        Ok(key.to_owned())
    }

    /// Enrols the post by a code of the running hub, as somebody would who carried it there.
    pub(crate) fn enrol_post(&self, hub: &Server) -> Result<()> {
        let invite = [
            "post",
            "invite",
            "--post=HID",
            "--name=Ventanilla de Ciudad Hidalgo",
            "--officer=ADM-0001",
        ];
        let said = Program::Paso.run(&self.hub, &invite)?;
        let code = said.lines().next().context("no code for the post")?;
        let host = hub.url().trim_start_matches("http://");
        let port = host.rsplit(':').next().unwrap_or_default();
        let enrol = [
            "post".to_owned(),
            "enrol".to_owned(),
            // Not every machine's resolver knows names under localhost.
            format!("--hub=http://127.0.0.1:{port}"),
            format!("--hub-host={host}"),
            format!("--code={code}"),
            format!("--listen=127.0.0.1:{}", free_port()?),
            "--host=hid.mx.localhost".to_owned(),
        ];
        Program::Paso.run(&self.post, &enrol)?;
        // Who looks on should not wait for half a minute.
        let settings = self.post.join("paso.toml");
        let text = fs::read_to_string(&settings).context("the post's configuration")?;
        let text = text.replacen("every_seconds = 30", "every_seconds = 2", 1);
        fs::write(&settings, text)?;
        Ok(())
    }

    /// Starts the post; none in a directory that an earlier demonstration left.
    pub(crate) fn start_post(&self) -> Result<Option<Server>> {
        if !self.post.join("paso.toml").exists() {
            return Ok(None);
        }
        Program::Paso
            .serve_by(&self.post, &["post", "serve"])
            .map(Some)
    }

    /// Starts the hub, for the first time or again.
    pub(crate) fn start_hub(&self) -> Result<Server> {
        Program::Paso.serve(&self.hub)
    }

    /// Starts the hub and who watches it: they first, so that they see the first act.
    pub(crate) fn start(&self) -> Result<Running> {
        let overseer = Program::Veedor.serve(&self.overseer)?;
        let university = Program::Veedor.serve(&self.university)?;
        let hub = self.start_hub()?;
        Ok(Running {
            hub,
            overseer,
            university,
        })
    }
}

/// The three servers. They end with this value.
pub(crate) struct Running {
    // Dropped first: whoever is watched stops before those who watch.
    pub(crate) hub: Server,
    pub(crate) overseer: Server,
    pub(crate) university: Server,
}
