//! What messages leave with, and what became of one.

use domain::notification::Way;

use super::{
    smtp::{Outgoing, Sender, Server, Smtp},
    twilio::{Text, Twilio},
};

/// What messages are sent with: a way without settings keeps its own in the Outbox.
#[derive(Clone, Debug, Default)]
pub struct Post {
    smtp: Option<Smtp>,
    twilio: Option<Twilio>,
}

/// A message as it leaves.
pub(super) enum Leaving {
    Mail(Box<Outgoing>),
    Text(Text),
}

/// What became of it, with what the far side said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Taken.
    Sent(String),
    /// Not now.
    Later(String),
    /// Never.
    Refused(String),
}

impl Post {
    /// Mails by SMTP, through `server`, from `sender`.
    #[must_use]
    pub fn by_smtp(self, server: Server, sender: Sender) -> Self {
        Self {
            smtp: Some(Smtp::new(server, sender)),
            ..self
        }
    }

    /// Text messages by Twilio.
    #[must_use]
    pub fn by_twilio(self, twilio: Twilio) -> Self {
        Self {
            twilio: Some(twilio),
            ..self
        }
    }

    /// Whether there are settings for what leaves by `way`.
    pub(super) fn sends(&self, way: Way) -> bool {
        match way {
            Way::InApp => false,
            Way::Email => self.smtp.is_some(),
            Way::Sms => self.twilio.is_some(),
        }
    }

    /// Sends one message.
    pub(super) async fn send(&self, message: &Leaving) -> Outcome {
        match (message, &self.smtp, &self.twilio) {
            (Leaving::Mail(mail), Some(smtp), _) => smtp.send(mail).await,
            (Leaving::Text(text), _, Some(twilio)) => twilio.send(text).await,
            _ => Outcome::Later("there are no settings to send it with".to_owned()),
        }
    }
}

/// An error with what is behind it.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut behind = error.source();
    while let Some(error) = behind {
        let more = error.to_string();
        if !said.contains(&more) {
            said = format!("{said}: {more}");
        }
        behind = error.source();
    }
    said
}
