//! The web server of one process: its socket, and the end of its last requests.

use std::{io, net::SocketAddr, time::Duration};

use anyhow::{Context as _, anyhow};
use axum::{Router, serve::ListenerExt as _};
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

/// How long requests in progress may take at the end.
const STOP: Duration = Duration::from_secs(10);

/// Opens the socket. Connections wait until they are served, so an address in use is found before anything is started.
pub(super) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "COUNTERSIGN_LISTEN (or --listen) is {address}, where nothing can listen. Stop the program that does, or \
             choose another port. Example: COUNTERSIGN_LISTEN=127.0.0.1:3001"
        )
    })
}

/// A running server.
pub(super) struct Running {
    task: JoinHandle<io::Result<()>>,
    stop: CancellationToken,
}

impl Running {
    pub(super) fn start(listener: TcpListener, router: Router) -> Self {
        let stop = CancellationToken::new();
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "answers may leave late");
            }
        });
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let server =
            axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
        Self {
            task: tokio::spawn(async move { server.await }),
            stop,
        }
    }

    /// Resolves when it ends without being asked to.
    pub(super) async fn ended(&mut self) -> anyhow::Error {
        match (&mut self.task).await {
            Ok(Err(error)) => anyhow!(error).context("The web server cannot go on"),
            Ok(Ok(())) => anyhow!("The web server ended by itself."),
            Err(error) => anyhow!(error).context("The web server broke off"),
        }
    }

    /// Takes no more connections and waits for the requests in progress.
    pub(super) async fn stop(self) {
        self.stop.cancel();
        if !self.task.is_finished() && timeout(STOP, self.task).await.is_err() {
            tracing::warn!("requests in progress were broken off");
        }
    }
}
