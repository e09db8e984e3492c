//! What a killed server leaves: a Postgres that still runs, or its pid file. Called under the lock, so nobody who uses
//! the data directory rightly is alive.

use std::{fs, path::Path, time::Duration};

use nix::{
    errno::Errno,
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    process::Command,
    time::{Instant, sleep},
};

use super::{Error, folder, socket};

/// How long a fast shutdown may take, and then one that does without.
const PATIENCE: [(Signal, Duration); 2] = [
    (Signal::SIGINT, Duration::from_secs(30)),
    (Signal::SIGQUIT, Duration::from_secs(10)),
];

/// Stops a Postgres that is left over on `cluster`, and removes what it would trip over.
pub(super) async fn clear(cluster: &Path) -> Result<(), Error> {
    let pid_file = cluster.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&pid_file) else {
        return Ok(());
    };
    let mut lines = text.lines();
    let process = lines.next().and_then(|line| line.trim().parse().ok());
    if let Some(process) = process.filter(|process| is_running(*process)) {
        if serves(process, cluster).await {
            tracing::warn!(
                process,
                "stopping a Postgres left over from a killed server"
            );
            stop(Pid::from_raw(process)).await?;
        } else {
            // Another program has got the number: Postgres would take it for itself and refuse to start.
            fs::remove_file(&pid_file).map_err(Error::at(&pid_file))?;
        }
    }
    match lines.nth(3).map(Path::new) {
        Some(left) if socket::is_ours(left) => folder::remove(left),
        _ => Ok(()),
    }
}

fn is_running(process: i32) -> bool {
    process > 1 && kill(Pid::from_raw(process), None) != Err(Errno::ESRCH)
}

/// Whether the process is a Postgres on this cluster and not one that got the same number later.
async fn serves(process: i32, cluster: &Path) -> bool {
    let command = match fs::read(format!("/proc/{process}/cmdline")) {
        Ok(command) => command,
        // No /proc on this system.
        Err(_) => match Command::new("ps")
            .args(["-o", "args=", "-p", &process.to_string()])
            .output()
            .await
        {
            Ok(output) => output.stdout,
            Err(_) => return true,
        },
    };
    let command = String::from_utf8_lossy(&command).replace('\0', " ");
    command.contains(&*cluster.to_string_lossy())
}

async fn stop(process: Pid) -> Result<(), Error> {
    for (signal, patience) in PATIENCE {
        let until = Instant::now() + patience;
        if kill(process, signal) == Err(Errno::ESRCH) {
            return Ok(());
        }
        while Instant::now() < until {
            if !is_running(process.as_raw()) {
                return Ok(());
            }
            sleep(Duration::from_millis(20)).await;
        }
    }
    Err(Error::LeftOver {
        process: process.as_raw(),
    })
}
