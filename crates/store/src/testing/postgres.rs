//! A PostgreSQL server of the test's own: private, on a Unix socket, gone with the process.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// What the server's keeper runs. It waits on a pipe that closes however this process ends, even
/// by `kill -9`, and then stops the server and removes its files. Natural order of the server's
/// locale is Spanish, so that a column which forgot `COLLATE "C"` shows.
const KEEPER: &str = r#"
set -eu
unset TMPDIR
bin=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$bin/initdb" -D "$dir/data" -U paso -A trust -E UTF8 --locale=C.UTF-8 \
    --locale-provider=icu --icu-locale=es-MX -N >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
cat >>"$dir/data/postgresql.conf" <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$dir'
max_connections = 300
SETTINGS
"$bin/postgres" -D "$dir/data" >>"$dir/log" 2>&1 &
server=$!
until "$bin/pg_isready" -q -h "$dir"; do
    kill -0 $server || { cat "$dir/log" >&2; exit 1; }
    sleep 0.05
done
echo "$dir"
read -r _ || true
kill -INT $server
wait $server || true
"#;

/// A running server.
#[derive(Debug)]
pub struct Cluster {
    socket: PathBuf,
    databases: AtomicU32,
    keeper: Child,
    // Closing it is what stops the server.
    pipe: Option<ChildStdin>,
}

impl Cluster {
    /// The server all tests of this process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts a server.
    pub fn start() -> Self {
        let mut command = if is_root() {
            // PostgreSQL refuses to run as root; Debian's package brings the user.
            let mut command = Command::new("setpriv");
            command.args([
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                "sh",
            ]);
            command
        } else {
            Command::new("sh")
        };
        let mut keeper = command
            .args(["-c", KEEPER, "keeper"])
            .arg(binaries())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // An interrupt from the terminal is for the tests; the keeper cleans up after them.
            .process_group(0)
            .spawn()
            .expect("sh and setpriv (package util-linux) are needed to start PostgreSQL");
        let pipe = keeper.stdin.take();
        let mut line = String::new();
        let output = keeper.stdout.take().expect("stdout was piped");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("the keeper writes a line");
        let socket = PathBuf::from(line.trim_end());
        assert!(
            socket.is_absolute(),
            "PostgreSQL did not start; its messages are above"
        );
        Self {
            socket,
            databases: AtomicU32::new(0),
            keeper,
            pipe,
        }
    }

    /// Makes an empty database and returns its URL.
    pub async fn database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("t{}_{number}", std::process::id());
        let mut connection = PgConnection::connect(&self.url("postgres")).await.unwrap();
        let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(create)
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres://paso@localhost/{database}?host={}",
            self.socket.display()
        )
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.keeper.wait();
    }
}

fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0
}

/// Where Debian keeps the server's programs; the newest version installed.
fn binaries() -> PathBuf {
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("bin/initdb").exists())
        .max_by_key(|path| version(path))
        .map(|path| path.join("bin"))
        .expect("PostgreSQL is missing: apt-get install -y postgresql")
}
