//! The running postmaster: its settings, the moment it is ready, and how it is stopped.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

use super::{
    Error, PORT, Places, binaries::Binaries, socket::SocketFolder, user, user::DatabaseUser,
};

/// How long a start may take: after a crash all that was written since the last checkpoint is read again.
const START: Duration = Duration::from_mins(2);
/// How long a fast shutdown may take before it is cut short.
const STOP: Duration = Duration::from_secs(30);
/// Connections besides ours: somebody's psql, a backup, Postgres' own.
const SPARE: u32 = 20;
/// What Postgres allows by default.
const LEAST: u32 = 100;
/// From this size on the log is begun anew at a start.
const LONG_LOG: u64 = 8 << 20;
/// What a postmaster says whose predecessor was killed and whose predecessor's children are still leaving.
const STILL_LEAVING: &str = "pre-existing shared memory block";

/// Durable, for one machine that it shares with us; everything else is Postgres' own default.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "shared_buffers=128MB",
    "max_wal_size=1GB",
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "jit=off",
    "random_page_cost=1.1",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_destination=stderr",
    "logging_collector=off",
];

#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    log: PathBuf,
    socket: SocketFolder,
    stopped: bool,
}

impl Running {
    /// Starts it and waits until it takes connections.
    pub(super) async fn start(
        places: &Places,
        binaries: &Binaries,
        user: Option<&DatabaseUser>,
        connections: u32,
    ) -> Result<Self, Error> {
        let until = Instant::now() + START;
        loop {
            let log_before = log_length(&places.log);
            let mut running = Self::spawn(places, binaries, user, connections).await?;
            let Err(what) = running.ready(&places.cluster, until).await else {
                return Ok(running);
            };
            let said = read_from(&places.log, log_before);
            if said.contains(STILL_LEAVING) && Instant::now() < until {
                sleep(Duration::from_millis(200)).await;
                continue;
            }
            return Err(running.failed(what));
        }
    }

    async fn spawn(
        places: &Places,
        binaries: &Binaries,
        user: Option<&DatabaseUser>,
        connections: u32,
    ) -> Result<Self, Error> {
        let program = binaries.postgres();
        let socket = SocketFolder::make(user).await?;
        let log = open_log(&places.log).map_err(Error::at(&places.log))?;
        let also = log.try_clone().map_err(Error::at(&places.log))?;
        let mut command = user::command(&program, user);
        command
            .arg("-D")
            .arg(&places.cluster)
            .args(["-p", &PORT.to_string()])
            .arg("-k")
            .arg(socket.path());
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let most = (connections + SPARE).max(LEAST);
        command.args(["-c", &format!("max_connections={most}")]);
        let child = spawn(&mut command, log, also).map_err(Error::at(&program))?;
        Ok(Self {
            child,
            log: places.log.clone(),
            socket,
            stopped: false,
        })
    }

    /// Waits for the postmaster to write that it is ready, as `pg_ctl` does: no connection has to fail meanwhile.
    async fn ready(&mut self, cluster: &Path, until: Instant) -> Result<(), &'static str> {
        let pid_file = cluster.join("postmaster.pid");
        let own = self.child.id().map(|id| id.to_string());
        loop {
            if let Ok(Some(_)) = self.child.try_wait() {
                self.stopped = true;
                return Err("does not start");
            }
            let text = fs::read_to_string(&pid_file).unwrap_or_default();
            let mut lines = text.lines();
            let is_own = lines.next().map(str::trim) == own.as_deref();
            if is_own && lines.nth(6).is_some_and(|status| status.trim() == "ready") {
                return Ok(());
            }
            if Instant::now() > until {
                return Err("is not ready after two minutes");
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// The folder of its socket.
    pub(super) fn socket(&self) -> &Path {
        self.socket.path()
    }

    /// The address of one of its databases.
    pub(super) fn url(&self, database: &str) -> String {
        let folder = self
            .socket()
            .to_string_lossy()
            .replace('%', "%25")
            .replace('/', "%2F");
        format!("postgres://{}@{folder}:{PORT}/{database}", super::NAME)
    }

    /// Resolves when it ends without being asked to.
    pub(super) async fn ended(&mut self) -> Error {
        // An error of waiting means that there is no process to wait for.
        let _ = self.child.wait().await;
        self.stopped = true;
        self.failed("ended by itself")
    }

    fn failed(&self, what: &'static str) -> Error {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        Error::Ended {
            what,
            log: self.log.clone(),
            tail: lines[lines.len().saturating_sub(5)..].join("\n"),
        }
    }

    /// Fast shutdown: transactions are rolled back, everything committed is on disk afterwards.
    pub(super) async fn stop(mut self) -> Result<(), Error> {
        self.signal(Signal::SIGINT);
        let mut end = timeout(STOP, self.child.wait()).await;
        if end.is_err() {
            self.signal(Signal::SIGQUIT);
            end = timeout(STOP, self.child.wait()).await;
        }
        self.stopped = true;
        match end {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(self.failed(unclean(status))),
            _ => Err(self.failed("does not stop")),
        }
    }

    fn signal(&self, signal: Signal) {
        let Some(process) = self.child.id().and_then(|id| i32::try_from(id).ok()) else {
            return;
        };
        if let Err(error) = kill(Pid::from_raw(process), signal) {
            tracing::warn!(process, %error, "cannot signal the private Postgres");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.stopped {
            self.signal(Signal::SIGINT);
        }
    }
}

fn unclean(status: ExitStatus) -> &'static str {
    match status.code() {
        Some(_) => "ended with an error",
        None => "was killed",
    }
}

/// In a process group of its own: Ctrl-C at the terminal is for us, and we stop it when the last request is done.
fn spawn(command: &mut Command, log: File, also: File) -> io::Result<Child> {
    command
        .stdout(Stdio::from(log))
        .stderr(Stdio::from(also))
        .process_group(0)
        .spawn()
}

fn open_log(path: &Path) -> io::Result<File> {
    if log_length(path) > LONG_LOG {
        fs::remove_file(path)?;
    }
    File::options()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
}

fn log_length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |log| log.len())
}

fn read_from(path: &Path, from: u64) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    let from = usize::try_from(from).unwrap_or_default().min(bytes.len());
    String::from_utf8_lossy(&bytes[from..]).into_owned()
}
