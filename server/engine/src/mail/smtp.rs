//! How mails leave: SMTP, with TLS as the address asks for it.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Attachment, Mailbox, MultiPart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use uuid::Uuid;

use super::post::{Outcome, Post, chain};
use crate::attachment::Whole;

/// How long the far side may take for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail server, and who mails come from.
#[derive(Clone, Debug)]
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct Server(AsyncSmtpTransport<Tokio1Executor>);

/// Who mails come from.
#[derive(Clone, Debug)]
pub struct Sender(Mailbox);

/// A mail as it leaves.
pub(super) struct Outgoing {
    pub to: String,
    pub headline: String,
    pub text: String,
    pub html: String,
    pub thread: Option<String>,
    pub token: Uuid,
    pub at: Timestamp,
    pub attachment: Option<Whole>,
}

impl Post {
    /// Reads the address of a server: `smtp://`, `smtp://…?tls=required` (STARTTLS), `smtps://` (TLS from the start).
    ///
    /// # Errors
    /// What is wrong with it; never the password in it.
    pub fn server(url: &str) -> Result<Server, String> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|error| {
            format!("it must be smtp:// or smtps://, perhaps a name and a password, and a host ({error})")
        })?;
        Ok(Server(builder.timeout(Some(PATIENCE)).build()))
    }

    /// Reads who mails come from: an address, perhaps with a name before it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn sender(from: &str) -> Result<Sender, String> {
        let what = "it must be an email address, perhaps with a name before it";
        from.parse().map(Sender).map_err(|_| what.to_owned())
    }
}

impl Smtp {
    pub(super) fn new(server: Server, sender: Sender) -> Self {
        Self {
            transport: server.0,
            from: sender.0,
        }
    }

    /// Sends one mail.
    pub(super) async fn send(&self, mail: &Outgoing) -> Outcome {
        let message = match compose(&self.from, mail) {
            Ok(message) => message,
            Err(what) => return Outcome::Refused(what),
        };
        match self.transport.send(message).await {
            Ok(answer) => {
                let said: Vec<&str> = answer.message().collect();
                Outcome::Sent(format!("{} {}", answer.code(), said.join(" ")))
            }
            Err(error) if error.is_permanent() => Outcome::Refused(error.to_string()),
            Err(error) => Outcome::Later(chain(&error)),
        }
    }
}

fn compose(from: &Mailbox, mail: &Outgoing) -> Result<Message, String> {
    let to: lettre::Address = mail
        .to
        .parse()
        .map_err(|_| format!("{} is no address that mail can go to", mail.to))?;
    let host = from.email.domain();
    let mut builder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.headline.clone())
        .date(SystemTime::from(mail.at))
        .message_id(Some(format!("<{}@{host}>", mail.token)))
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    // Programs that read mail put together what refers to the same message, though nobody ever sent that one.
    if let Some(thread) = &mail.thread {
        let root = format!("<{thread}@{host}>");
        builder = builder.in_reply_to(root.clone()).references(root);
    }
    let body = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
    let whole = match &mail.attachment {
        None => body,
        Some(file) => {
            let kind = file.media_type.parse::<ContentType>();
            let kind = kind.map_err(|error| error.to_string())?;
            let part = Attachment::new(file.name.clone()).body(file.content.to_vec(), kind);
            MultiPart::mixed().multipart(body).singlepart(part)
        }
    };
    builder.multipart(whole).map_err(|error| error.to_string())
}
