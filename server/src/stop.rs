//! When to stop: at the first SIGTERM or SIGINT. A second one does not wait for anything.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What a shell calls the end by Ctrl-C.
const INTERRUPTED: i32 = 130;

/// A token that is cancelled when the process is asked to stop.
pub(crate) fn on_signals() -> std::io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let asked = stop.clone();
    tokio::spawn(async move {
        next(&mut terminate, &mut interrupt).await;
        tracing::info!("stopping");
        asked.cancel();
        next(&mut terminate, &mut interrupt).await;
        tracing::warn!("stopping at once");
        std::process::exit(INTERRUPTED);
    });
    Ok(stop)
}

async fn next(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
