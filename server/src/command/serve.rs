//! `countersign serve` and `countersign run-demo`.

use anyhow::bail;
use engine::notification::Live;
use tokio::net::TcpListener;

use super::{demo, say, web, worker};
use crate::{
    assets::Site,
    config::{PublicUrl, Storage, Web},
    database::Database,
    router::{self, Served},
    stop, telemetry,
};

/// What `serve` and `run-demo` differ in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    /// Whether background jobs are worked off here.
    pub(crate) worker: bool,
    /// Whether a demo may be served to others.
    pub(crate) demo_public: bool,
    /// Whether an empty database becomes a demo first.
    pub(crate) make_demo: bool,
}

/// Serves until it is asked to stop.
pub(crate) async fn run(storage: &Storage, web: Web, how: How) -> anyhow::Result<()> {
    telemetry::metrics();
    let stop = stop::on_signals()?;
    let listener = web::listen(web.listen).await?;
    let mut database = tokio::select! {
        database = Database::open(storage) => database?,
        () = stop.cancelled() => return Ok(()),
    };
    let started = tokio::select! {
        started = start(&database, storage, web, how, listener) => Some(started),
        () = stop.cancelled() => None,
    };
    let ended = match started {
        None => Ok(()),
        Some(Err(error)) => Err(error),
        Some(Ok(mut parts)) => {
            let ended = tokio::select! {
                () = stop.cancelled() => Ok(()),
                error = parts.ended() => Err(error),
                error = database.ended() => Err(error.into()),
            };
            parts.stop().await;
            ended
        }
    };
    let closed = database.close().await;
    ended.and(closed)
}

/// What runs while it is served.
struct Parts {
    web: web::Running,
    live: Live,
    worker: Option<worker::Running>,
}

impl Parts {
    async fn ended(&mut self) -> anyhow::Error {
        let Self { web, worker, .. } = self;
        let worker = async {
            match worker {
                Some(worker) => worker.ended().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            error = web.ended() => error,
            error = worker => error,
        }
    }

    /// Both at once: the last requests may still enqueue jobs, which other servers or the next start work off.
    async fn stop(self) {
        let worker = async {
            if let Some(worker) = self.worker {
                worker.stop().await;
            }
        };
        // These requests would never end by themselves.
        self.live.stop();
        tokio::join!(self.web.stop(), worker);
    }
}

async fn start(
    database: &Database,
    storage: &Storage,
    web: Web,
    how: How,
    listener: TcpListener,
) -> anyhow::Result<Parts> {
    let engine = database.engine(storage).await?;
    let files = storage.attachments.open()?;
    if how.make_demo {
        demo::make_once(&engine).await?;
    }
    let is_demo = demo::is_demo(&engine).await?;
    let address = listener.local_addr()?;
    let public_url = web
        .public_url
        .unwrap_or_else(|| PublicUrl::of_listener(address));
    if is_demo && !how.demo_public && !(address.ip().is_loopback() && public_url.is_loopback()) {
        bail!(
            "This database is a demo, whose passwords everyone knows, so it is served on this machine only: set \
             COUNTERSIGN_LISTEN and COUNTERSIGN_PUBLIC_URL to 127.0.0.1, or say --demo-public."
        );
    }
    engine.served_at(public_url.origin());
    let worker = if how.worker {
        Some(worker::Running::start(&engine, &files, storage, web.post).await?)
    } else {
        None
    };
    let live = Live::new(&engine);
    let router = router::router(Served {
        engine: engine.clone(),
        files,
        live: live.clone(),
        public_url: public_url.clone(),
        trusted_proxies: web.trusted_proxies,
        metrics_token: web.metrics_token,
        site: Site::of_this_build(),
        demo: is_demo,
    })?;
    tokio::spawn(telemetry::keep_metrics_small());
    let web = web::Running::start(listener, router);
    tracing::info!(%address, %public_url, demo = is_demo, "serving");
    say(&format!("Countersign is at {public_url}"));
    if how.make_demo {
        demo::say_who(&engine).await?;
    }
    Ok(Parts { web, live, worker })
}
