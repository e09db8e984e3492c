//! Settings: where they come from, what they must be, and what is said about a wrong one.
//!
//! Every setting is an environment variable and a flag of the same name. All of them are checked before anything is
//! started; nothing else in the program reads the environment.

mod attachments;
mod audit_key;
mod data_dir;
mod mail;
mod public_url;
pub(crate) mod setting;
mod trusted_proxies;

#[cfg(test)]
mod tests;

use std::{net::SocketAddr, path::PathBuf};

pub use attachments::Attachments;
pub use audit_key::AuditKeyBytes;
pub use mail::{LinkArgs, MailArgs, WorkArgs};
pub use public_url::PublicUrl;
pub use setting::{Problem, Setting};
pub use trusted_proxies::TrustedProxies;

use engine::mail::Post;
use sqlx::postgres::PgConnectOptions;

/// What every command that needs the database is told.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Settings")]
pub struct StorageArgs {
    /// An existing Postgres (15 or newer). Without it a private one is started in the data directory.
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Where the private database, the key of the history and the lock live.
    #[arg(long = "data-dir", env = "COUNTERSIGN_DATA_DIR", value_name = "FOLDER")]
    data_dir: Option<String>,
    /// How many connections to the database this process opens at most [default: 16].
    #[arg(long, env = "COUNTERSIGN_DATABASE_CONNECTIONS", value_name = "NUMBER")]
    database_connections: Option<String>,
    /// The key that seals the history, at least 32 bytes as hex or base64. Without it one is made in the data
    /// directory. As a flag other users of the machine can see it: prefer the environment.
    #[arg(
        long,
        env = "COUNTERSIGN_AUDIT_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    audit_key: Option<String>,
    /// Where attachments are kept: an S3 bucket and prefix, with the usual AWS_… variables. Without it a folder of the data
    /// directory.
    #[arg(long, env = "COUNTERSIGN_ATTACHMENTS_URL", value_name = "URL")]
    attachments_url: Option<String>,
}

/// What a command that serves pages is told besides.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Settings")]
pub struct WebArgs {
    /// The address and port to listen on [default: 127.0.0.1:3000].
    #[arg(long, env = "COUNTERSIGN_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The address people use, as the browser shows it [default: http:// and the listening address].
    #[arg(long, env = "COUNTERSIGN_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// The proxies in front whose X-Forwarded-For is believed: addresses or networks, separated by commas.
    #[arg(long, env = "COUNTERSIGN_TRUSTED_PROXIES", value_name = "LIST")]
    trusted_proxies: Option<String>,
    /// The bearer token that reads /metrics from elsewhere than this machine. Prefer the environment.
    #[arg(
        long,
        env = "COUNTERSIGN_METRICS_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    metrics_token: Option<String>,
    #[command(flatten)]
    mail: MailArgs,
}

/// How the database is reached and what keeps its history, checked.
#[derive(Clone, Debug)]
pub struct Storage {
    /// An existing database; `None`: a private one.
    pub database: Option<PgConnectOptions>,
    /// The data directory, absolute. It may not exist yet.
    pub data_dir: PathBuf,
    /// The most connections this process opens.
    pub connections: u32,
    /// The key of the history; `None`: the data directory's own.
    pub audit_key: Option<AuditKeyBytes>,
    /// Where attachments are kept.
    pub attachments: Attachments,
}

/// How pages are served, checked.
#[derive(Clone, Debug)]
pub struct Web {
    /// Where to listen. Port 0: any free one.
    pub listen: SocketAddr,
    /// The address people use; `None`: plain http to wherever it listens.
    pub public_url: Option<PublicUrl>,
    /// Who may say on whose behalf a request comes.
    pub trusted_proxies: TrustedProxies,
    /// What opens `/metrics` from afar.
    pub metrics_token: Option<String>,
    /// How mails leave.
    pub post: Post,
}

impl StorageArgs {
    /// Checks the settings; the first wrong one is the error.
    pub fn check(&self) -> Result<Storage, Problem> {
        let connections = setting::DATABASE_CONNECTIONS.parse_or(
            self.database_connections.as_deref(),
            16,
            |value| match value.parse() {
                Ok(number @ 4..=1000) => Ok(number),
                _ => Err("it must be a number from 4 to 1000".to_owned()),
            },
        )?;
        let data_dir = data_dir::check(self.data_dir.as_deref())?;
        let attachments = attachments::check(
            self.attachments_url.as_deref(),
            &data_dir,
            attachments::environment(),
        )?;
        Ok(Storage {
            database: setting::DATABASE_URL.parse(self.database_url.as_deref(), database)?,
            data_dir,
            attachments,
            connections,
            audit_key: setting::AUDIT_KEY.parse(self.audit_key.as_deref(), audit_key::parse)?,
        })
    }
}

impl WebArgs {
    /// Checks the settings; the first wrong one is the error.
    pub fn check(&self) -> Result<Web, Problem> {
        let listen = setting::LISTEN.parse_or(
            self.listen.as_deref(),
            SocketAddr::from(([127, 0, 0, 1], 3000)),
            |value| {
                value
                    .parse()
                    .map_err(|_| "it must be an IP address, a colon and a port".to_owned())
            },
        )?;
        let public_url = setting::PUBLIC_URL.parse(self.public_url.as_deref(), PublicUrl::parse)?;
        public_url::safe_to_serve(listen, public_url.as_ref())?;
        Ok(Web {
            listen,
            public_url,
            trusted_proxies: setting::TRUSTED_PROXIES.parse_or(
                self.trusted_proxies.as_deref(),
                TrustedProxies::default(),
                TrustedProxies::parse,
            )?,
            metrics_token: setting::METRICS_TOKEN.parse(self.metrics_token.as_deref(), token)?,
            post: self.mail.check()?,
        })
    }
}

fn database(value: &str) -> Result<PgConnectOptions, String> {
    if !value.starts_with("postgres://") && !value.starts_with("postgresql://") {
        return Err("it must begin with postgres://".to_owned());
    }
    value
        .parse()
        .map_err(|error: sqlx::Error| format!("it cannot be read ({error})"))
}

fn token(value: &str) -> Result<String, String> {
    if value.len() < 16 || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("it must be at least 16 letters, digits and signs".to_owned());
    }
    Ok(value.to_owned())
}
