//! How mails and text messages leave, and the address their links lead to.

use engine::mail::{Post, TextSender, Twilio};

use super::{
    PublicUrl,
    setting::{
        MAIL_FROM, PUBLIC_URL, Problem, SMTP_URL, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN,
        TWILIO_FROM, TWILIO_URL,
    },
};

/// What a command that works off jobs is told besides.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Settings")]
pub struct MailArgs {
    /// The mail server. Without it mails stay in the Outbox, where administrators read them.
    #[arg(long, env = "SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub(super) smtp_url: Option<String>,
    /// Who mails come from: an address, perhaps with a name before it.
    #[arg(long, env = "COUNTERSIGN_MAIL_FROM", value_name = "ADDRESS")]
    pub(super) mail_from: Option<String>,
    /// The account of Twilio's that sends text messages. Without it they stay in the Outbox.
    #[arg(long, env = "TWILIO_ACCOUNT_SID", value_name = "SID")]
    pub(super) twilio_account_sid: Option<String>,
    /// What signs for the account. Prefer the environment.
    #[arg(
        long,
        env = "TWILIO_AUTH_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    pub(super) twilio_auth_token: Option<String>,
    /// Whom text messages come from: a number, or a messaging service.
    #[arg(long, env = "TWILIO_FROM", value_name = "NUMBER")]
    pub(super) twilio_from: Option<String>,
    /// Where Twilio's API is [default: <https://api.twilio.com>].
    #[arg(long, env = "TWILIO_URL", value_name = "URL")]
    pub(super) twilio_url: Option<String>,
}

impl MailArgs {
    /// Checks the settings; the first wrong one is the error.
    pub fn check(&self) -> Result<Post, Problem> {
        let sender = MAIL_FROM.parse(self.mail_from.as_deref(), Post::sender)?;
        let server = SMTP_URL.parse(self.smtp_url.as_deref(), Post::server)?;
        let post = match (server, sender) {
            (None, _) => Post::default(),
            (Some(server), Some(sender)) => Post::default().by_smtp(server, sender),
            (Some(_), None) => {
                let what = "mails that SMTP_URL sends need an address they come from";
                return Err(MAIL_FROM.missing(what));
            }
        };
        Ok(match self.twilio()? {
            Some(twilio) => post.by_twilio(twilio),
            None => post,
        })
    }

    /// The account of Twilio's, if there is one.
    fn twilio(&self) -> Result<Option<Twilio>, Problem> {
        let account =
            TWILIO_ACCOUNT_SID.parse(self.twilio_account_sid.as_deref(), Twilio::account)?;
        let token = TWILIO_AUTH_TOKEN.parse(self.twilio_auth_token.as_deref(), |token| {
            Ok(token.to_owned())
        })?;
        let from = TWILIO_FROM.parse(self.twilio_from.as_deref(), TextSender::parse)?;
        let default = TWILIO_URL.example;
        let url = self.twilio_url.as_deref().unwrap_or(default);
        let base = TWILIO_URL.parse(Some(url), Twilio::base)?;
        let (Some(account), Some(base)) = (account, base) else {
            return Ok(None);
        };
        let what = "text messages that TWILIO_ACCOUNT_SID sends need it";
        let token = token.ok_or_else(|| TWILIO_AUTH_TOKEN.missing(what))?;
        let from = from.ok_or_else(|| TWILIO_FROM.missing(what))?;
        let twilio = Twilio::new(&base, &account, &token, from);
        twilio
            .map(Some)
            .map_err(|error| TWILIO_URL.wrong(url, error.to_string()))
    }
}

/// What `countersign work` is told besides.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Settings")]
pub struct WorkArgs {
    #[command(flatten)]
    links: LinkArgs,
    #[command(flatten)]
    mail: MailArgs,
}

impl WorkArgs {
    /// Checks the settings; the first wrong one is the error.
    pub fn check(&self) -> Result<(Option<PublicUrl>, Post), Problem> {
        Ok((self.links.check()?, self.mail.check()?))
    }
}

/// What a command that makes links is told.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct LinkArgs {
    /// The address people use, for links in mails [default: <http://127.0.0.1:3000>].
    #[arg(long, env = "COUNTERSIGN_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
}

impl LinkArgs {
    /// Checks the setting.
    pub fn check(&self) -> Result<Option<PublicUrl>, Problem> {
        PUBLIC_URL.parse(self.public_url.as_deref(), PublicUrl::parse)
    }
}
