//! The real program as a child, and what it leaves behind.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

/// Nothing here takes that long unless it hangs.
pub const DEADLINE: Duration = Duration::from_mins(3);

/// A data directory of its own, where the database's user can get to.
pub struct Place {
    folder: TempDir,
}

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).unwrap();
        Self { folder }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = countersign(args);
        command.env("COUNTERSIGN_DATA_DIR", self.data());
        command
    }

    /// The process of the private Postgres, read from its own file.
    pub fn postmaster(&self) -> i32 {
        let file = self.data().join("postgres/postmaster.pid");
        fs::read_to_string(file)
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .parse()
            .unwrap()
    }

    /// The folder of its socket.
    pub fn socket(&self) -> PathBuf {
        let file = self.data().join("postgres/postmaster.pid");
        fs::read_to_string(file)
            .unwrap()
            .lines()
            .nth(4)
            .unwrap()
            .into()
    }
}

impl Drop for Place {
    /// What a failed test leaves running goes with it.
    fn drop(&mut self) {
        let file = self.data().join("postgres/postmaster.pid");
        let process = fs::read_to_string(file)
            .ok()
            .and_then(|text| text.lines().next()?.parse().ok());
        if let Some(process) = process {
            let _ = kill(Pid::from_raw(process), Signal::SIGQUIT);
        }
    }
}

/// The program, with none of this machine's settings.
pub fn countersign(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command
        .args(args)
        .env_remove("DATABASE_URL")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("COUNTERSIGN_")) {
        command.env_remove(name);
    }
    command.env("COUNTERSIGN_LISTEN", "127.0.0.1:0");
    command
}

/// Runs a command to its end.
pub fn run(mut command: Command) -> (Option<i32>, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let said = [stdout, stderr].concat();
    (status.code(), String::from_utf8_lossy(&said).into_owned())
}

/// A running server.
pub struct Server {
    pub child: Child,
    /// Where it listens: `127.0.0.1:40123`.
    pub address: String,
    lines: Receiver<String>,
}

impl Server {
    /// Starts it and waits until it says where it is.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let lines = collect(&mut child);
        let line = line_with(&lines, "Countersign is at http://");
        let address = line.rsplit("http://").next().unwrap().to_owned();
        Self {
            child,
            address,
            lines,
        }
    }

    /// The next line, of either stream, that holds `words`.
    #[track_caller]
    pub fn line_with(&self, words: &str) -> String {
        line_with(&self.lines, words)
    }

    pub fn get(&self, path: &str) -> String {
        let mut stream = self.connect();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        read(stream)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream
    }

    pub fn signal(&self, signal: Signal) {
        let process = Pid::from_raw(self.child.id().try_into().unwrap());
        kill(process, signal).unwrap();
    }

    /// Its exit code, once it has ended; `None`: killed.
    pub fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    pub fn stop(self) -> Option<i32> {
        self.signal(Signal::SIGTERM);
        self.ended()
    }
}

impl Drop for Server {
    /// What a failed test leaves running goes with it.
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[track_caller]
fn line_with(lines: &Receiver<String>, words: &str) -> String {
    let until = Instant::now() + DEADLINE;
    let mut seen = String::new();
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let Ok(line) = lines.recv_timeout(left) else {
            panic!("it never said {words:?}, but:\n{seen}");
        };
        if line.contains(words) {
            return line;
        }
        seen = format!("{seen}{line}\n");
    }
}

/// Both streams as lines; kept reading so that the child never waits for us.
fn collect(child: &mut Child) -> Receiver<String> {
    let (send, lines) = channel();
    let also = send.clone();
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    std::thread::spawn(move || forward(out, &send));
    std::thread::spawn(move || forward(err, &also));
    lines
}

fn forward(stream: impl Read, to: &std::sync::mpsc::Sender<String>) {
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        // The test has ended: the pipe is still emptied.
        let _ = to.send(line);
    }
}

pub fn read(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

pub fn is_alive(process: i32) -> bool {
    kill(Pid::from_raw(process), None).is_ok()
}

pub fn owner(path: &Path) -> u32 {
    fs::metadata(path).unwrap().uid()
}

pub fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}
