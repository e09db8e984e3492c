//! The settings' names and examples, and the sentence that names a wrong one.

use std::fmt;

/// One setting: its environment variable, its flag, and a value that would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// The flag.
    pub flag: &'static str,
    /// A value that is accepted.
    pub example: &'static str,
    /// Never shown, not even when wrong.
    pub secret: bool,
}

const fn setting(name: &'static str, flag: &'static str, example: &'static str) -> Setting {
    Setting {
        name,
        flag,
        example,
        secret: false,
    }
}

const fn secret(name: &'static str, flag: &'static str, example: &'static str) -> Setting {
    Setting {
        name,
        flag,
        example,
        secret: true,
    }
}

/// Where the database is.
pub const DATABASE_URL: Setting = secret(
    "DATABASE_URL",
    "--database-url",
    "postgres://countersign:password@127.0.0.1:5432/countersign",
);
/// Where the private database and the made keys live.
pub const DATA_DIR: Setting = setting("COUNTERSIGN_DATA_DIR", "--data-dir", "/var/lib/countersign");
/// The size of the pool.
pub const DATABASE_CONNECTIONS: Setting = setting(
    "COUNTERSIGN_DATABASE_CONNECTIONS",
    "--database-connections",
    "16",
);
/// The key of the history.
pub const AUDIT_KEY: Setting = secret(
    "COUNTERSIGN_AUDIT_KEY",
    "--audit-key",
    "\"$(openssl rand -hex 32)\"",
);
/// Where attachments are kept.
pub const ATTACHMENTS_URL: Setting = setting(
    "COUNTERSIGN_ATTACHMENTS_URL",
    "--attachments-url",
    "s3://our-bucket/countersign",
);
/// Where to listen.
pub const LISTEN: Setting = setting("COUNTERSIGN_LISTEN", "--listen", "127.0.0.1:3000");
/// The address people use.
pub const PUBLIC_URL: Setting = setting(
    "COUNTERSIGN_PUBLIC_URL",
    "--public-url",
    "https://countersign.example.com",
);
/// Who may say on whose behalf a request comes.
pub const TRUSTED_PROXIES: Setting = setting(
    "COUNTERSIGN_TRUSTED_PROXIES",
    "--trusted-proxies",
    "10.0.0.5,192.168.0.0/16",
);
/// What opens `/metrics`.
pub const METRICS_TOKEN: Setting = secret(
    "COUNTERSIGN_METRICS_TOKEN",
    "--metrics-token",
    "\"$(openssl rand -hex 32)\"",
);
/// The mail server.
pub const SMTP_URL: Setting = secret(
    "SMTP_URL",
    "--smtp-url",
    "smtp://user:password@mail.example.com:587?tls=required",
);
/// Who mails come from.
pub const MAIL_FROM: Setting = setting(
    "COUNTERSIGN_MAIL_FROM",
    "--mail-from",
    "\"Countersign <countersign@example.com>\"",
);
/// The account of Twilio's.
pub const TWILIO_ACCOUNT_SID: Setting = setting(
    "TWILIO_ACCOUNT_SID",
    "--twilio-account-sid",
    "AC0123456789abcdef0123456789abcdef",
);
/// What signs for it.
pub const TWILIO_AUTH_TOKEN: Setting = secret(
    "TWILIO_AUTH_TOKEN",
    "--twilio-auth-token",
    "0123456789abcdef0123456789abcdef",
);
/// Whom text messages come from.
pub const TWILIO_FROM: Setting = setting("TWILIO_FROM", "--twilio-from", "+12025550143");
/// Where Twilio's API is.
pub const TWILIO_URL: Setting = setting("TWILIO_URL", "--twilio-url", "https://api.twilio.com");
/// What is logged.
pub const RUST_LOG: Setting = setting("RUST_LOG", "--log", "info,engine=debug");
/// How it is logged.
pub const LOG_FORMAT: Setting = setting("COUNTERSIGN_LOG", "--log-format", "json");

/// A setting that cannot be used: which, what is wrong with its value, and a value that would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    setting: Setting,
    value: Option<String>,
    what: String,
}

impl std::error::Error for Problem {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Setting {
            name,
            flag,
            example,
            secret,
        } = self.setting;
        match &self.value {
            Some(value) if !secret => write!(f, "{name} (or {flag}) is {value:?}: ")?,
            Some(_) => write!(f, "{name} (or {flag}) has a value that is not shown here: ")?,
            None => write!(f, "{name} (or {flag}) is not set: ")?,
        }
        write!(f, "{}. Example: {name}={example}", self.what)
    }
}

impl Setting {
    /// Reads the value, if there is one; an empty one counts as none.
    pub fn parse<T>(
        self,
        value: Option<&str>,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Problem> {
        let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        read(value)
            .map(Some)
            .map_err(|what| self.wrong(value, what))
    }

    /// The same with a default.
    pub fn parse_or<T>(
        self,
        value: Option<&str>,
        default: T,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, Problem> {
        Ok(self.parse(value, read)?.unwrap_or(default))
    }

    /// Says what is wrong with `value`.
    pub fn wrong(self, value: impl Into<String>, what: impl Into<String>) -> Problem {
        Problem {
            setting: self,
            value: Some(value.into()),
            what: what.into(),
        }
    }

    /// Says why it is needed.
    pub fn missing(self, what: impl Into<String>) -> Problem {
        Problem {
            setting: self,
            value: None,
            what: what.into(),
        }
    }
}
