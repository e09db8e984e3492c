//! How mails leave, and the address their links lead to.

use engine::mail::Post;

use super::{
    PublicUrl,
    setting::{MAIL_FROM, PUBLIC_URL, Problem, SMTP_URL},
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
}

impl MailArgs {
    /// Checks the settings; the first wrong one is the error.
    pub fn check(&self) -> Result<Post, Problem> {
        let sender = MAIL_FROM.parse(self.mail_from.as_deref(), Post::sender)?;
        let server = SMTP_URL.parse(self.smtp_url.as_deref(), Post::server)?;
        match (server, sender) {
            (None, _) => Ok(Post::default()),
            (Some(server), Some(sender)) => Ok(Post::by_smtp(server, sender)),
            (Some(_), None) => {
                Err(MAIL_FROM.missing("mails that SMTP_URL sends need an address they come from"))
            }
        }
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
