//! Logs and metrics: how they are written and where they are read from. What is logged belongs to who logs it.

use std::{io::IsTerminal, sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::{
    Problem,
    setting::{LOG_FORMAT, RUST_LOG},
};

/// The histogram of answers, in seconds.
pub const REQUEST_SECONDS: &str = "countersign_http_request_duration_seconds";
/// The upper bounds of its buckets: from a cached page to one that is much too slow.
const BUCKETS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
/// What is logged unless `RUST_LOG` says otherwise.
const DEFAULT_FILTER: &str = "info,sqlx=warn,graphile_worker=warn";

/// What every command is told about its log.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Settings")]
pub struct LogArgs {
    /// What is logged, in tracing's words [default: info].
    #[arg(long = "log", env = "RUST_LOG", value_name = "FILTER", global = true)]
    filter: Option<String>,
    /// json or pretty [default: pretty on a terminal, json elsewhere].
    #[arg(
        long = "log-format",
        env = "COUNTERSIGN_LOG",
        value_name = "FORMAT",
        global = true
    )]
    format: Option<String>,
}

impl LogArgs {
    /// Starts logging, to standard error. Panics are logged like everything else.
    pub fn start(&self) -> Result<(), Problem> {
        let filter = RUST_LOG.parse_or(
            self.filter.as_deref(),
            EnvFilter::new(DEFAULT_FILTER),
            |value| {
                EnvFilter::try_new(value).map_err(|error| format!("it cannot be read ({error})"))
            },
        )?;
        let on_terminal = std::io::stderr().is_terminal();
        let json =
            LOG_FORMAT.parse_or(self.format.as_deref(), !on_terminal, |value| match value {
                "json" => Ok(true),
                "pretty" => Ok(false),
                _ => Err("it must be json or pretty".to_owned()),
            })?;
        let log = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(on_terminal);
        // Started already: only in tests, where the first one stays.
        let _ = if json {
            log.json().flatten_event(true).try_init()
        } else {
            log.try_init()
        };
        std::panic::set_hook(Box::new(|panic| {
            tracing::error!(
                place = panic.location().map(tracing::field::display),
                "panic: {}",
                panic.payload_as_str().unwrap_or("without words")
            );
        }));
        Ok(())
    }
}

/// The metrics of this process, recorded from the first call on.
pub fn metrics() -> &'static PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let name = Matcher::Full(REQUEST_SECONDS.to_owned());
        // Refused only when there are no buckets.
        let builder = builder
            .set_buckets_for_metric(name, BUCKETS)
            .unwrap_or_default();
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("metrics are recorded elsewhere: /metrics stays empty");
        }
        handle
    })
}

/// Folds recorded samples into their buckets now and then, so that memory does not grow where nobody reads `/metrics`.
pub async fn keep_metrics_small() {
    let mut every = tokio::time::interval(Duration::from_secs(15));
    loop {
        every.tick().await;
        metrics().run_upkeep();
    }
}
