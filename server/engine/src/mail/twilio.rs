//! How text messages leave: Twilio's HTTP API (its "Messages" resource).
//!
//! That resource knows no idempotency key. So whoever tries a text again first looks whether Twilio has it already: a server that died, or
//! an answer that was lost, after Twilio took it does not text anybody twice.

use std::time::Duration;

use domain::text;
use jiff::{Timestamp, fmt::rfc2822};
use reqwest::{Client, RequestBuilder, StatusCode, Url, redirect::Policy};
use serde::Deserialize;

use super::post::{Outcome, chain};

/// How long Twilio may take for one answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many of the newest texts to a number are looked through for one that may have left.
const LOOKED_THROUGH: &str = "50";

/// An account of Twilio's, and whom texts come from.
#[derive(Clone)]
pub struct Twilio {
    client: Client,
    messages: Url,
    account: String,
    token: String,
    from: TextSender,
}

/// Whom texts come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextSender {
    /// A number, as E.164 writes it.
    Number(String),
    /// A messaging service: it chooses among its numbers.
    Service(String),
}

/// A text as it leaves.
pub(super) struct Text {
    pub to: String,
    pub body: String,
    pub at: Timestamp,
    /// It may have left before: nobody wrote down what came of that.
    pub again: bool,
}

/// What Twilio says of a text. Everything else of it is not read.
#[derive(Deserialize)]
struct Message {
    sid: String,
    status: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    date_created: String,
}

#[derive(Deserialize)]
struct Page {
    messages: Vec<Message>,
}

/// Why Twilio takes something not.
#[derive(Deserialize)]
struct Fault {
    code: i64,
    message: String,
}

/// `text` is one of Twilio's identifiers: two letters that say of what, and 32 hexadecimal digits.
fn is_sid(text: &str, kind: &str) -> bool {
    text.strip_prefix(kind)
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

impl TextSender {
    /// Reads a number, or the identifier of a messaging service.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(from: &str) -> Result<Self, String> {
        if is_sid(from, "MG") {
            return Ok(Self::Service(from.to_owned()));
        }
        let what =
            "it must be a number like +12025550143 or a messaging service (MG and 32 digits)";
        text::phone(from)
            .map(Self::Number)
            .ok_or_else(|| what.to_owned())
    }
}

impl Twilio {
    /// The API at `base`, asked as `account`, which signs by `token`. Nothing is asked yet.
    pub fn new(base: &Url, account: &str, token: &str, from: TextSender) -> crate::Result<Self> {
        // The second one finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(PATIENCE)
            .redirect(Policy::none())
            .build()
            .map_err(crate::Error::internal)?;
        let messages = base
            .join(&format!("2010-04-01/Accounts/{account}/Messages.json"))
            .map_err(crate::Error::internal)?;
        Ok(Self {
            client,
            messages,
            account: account.to_owned(),
            token: token.to_owned(),
            from,
        })
    }

    /// Reads the identifier of an account.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn account(sid: &str) -> Result<String, String> {
        let what = "it must be AC and 32 hexadecimal digits";
        is_sid(sid, "AC")
            .then(|| sid.to_owned())
            .ok_or_else(|| what.to_owned())
    }

    /// Reads the address of the API.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn base(url: &str) -> Result<Url, String> {
        let what = "it must begin with https:// or http:// and name a host";
        let url: Url = url.parse().map_err(|_| what.to_owned())?;
        if matches!(url.scheme(), "https" | "http") && url.has_host() {
            Ok(url)
        } else {
            Err(what.to_owned())
        }
    }

    /// Sends one text, unless Twilio has it from an attempt before.
    pub(super) async fn send(&self, text: &Text) -> Outcome {
        if text.again {
            match self.sent_before(text).await {
                Ok(None) => {}
                Ok(Some(message)) => return taken(&message),
                Err(outcome) => return outcome,
            }
        }
        let (name, from) = match &self.from {
            TextSender::Number(number) => ("From", number),
            TextSender::Service(service) => ("MessagingServiceSid", service),
        };
        let form = [("To", &text.to), (name, from), ("Body", &text.body)];
        let asked = self.client.post(self.messages.clone()).form(&form);
        match self.answer(asked).await {
            Ok(body) => match serde_json::from_slice(&body) {
                Ok(message) => taken(&message),
                // It was taken: a text more is worse than not knowing its name.
                Err(_) => Outcome::Sent("taken, with an answer that could not be read".to_owned()),
            },
            Err(outcome) => outcome,
        }
    }

    /// The same text to the same number, taken since it was written.
    async fn sent_before(&self, text: &Text) -> Result<Option<Message>, Outcome> {
        let mut url = self.messages.clone();
        url.query_pairs_mut()
            .append_pair("To", &text.to)
            .append_pair("PageSize", LOOKED_THROUGH);
        let body = self.answer(self.client.get(url)).await?;
        let page: Page = serde_json::from_slice(&body)
            .map_err(|error| Outcome::Later(format!("its list cannot be read: {error}")))?;
        let since = text.at.as_second();
        let same = |message: &Message| {
            let at = rfc2822::parse(&message.date_created);
            message.body == text.body && at.is_ok_and(|at| at.timestamp().as_second() >= since)
        };
        Ok(page.messages.into_iter().find(same))
    }

    /// What is answered where Twilio does as it is asked; what became of it where not.
    async fn answer(&self, asked: RequestBuilder) -> Result<Vec<u8>, Outcome> {
        let later = |error: reqwest::Error| Outcome::Later(chain(&error.without_url()));
        let asked = asked.basic_auth(&self.account, Some(&self.token));
        let answer = asked.send().await.map_err(later)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(later)?;
        if status.is_success() {
            return Ok(body.into());
        }
        let said = serde_json::from_slice(&body).map_or_else(
            |_| status.to_string(),
            |Fault { code, message }| format!("{} {code} {message}", status.as_u16()),
        );
        // The account's faults are not the text's: they are mended by the settings, and then it leaves.
        let passes = matches!(
            status,
            StatusCode::UNAUTHORIZED
                | StatusCode::FORBIDDEN
                | StatusCode::REQUEST_TIMEOUT
                | StatusCode::TOO_MANY_REQUESTS
        );
        Err(if passes || !status.is_client_error() {
            Outcome::Later(said)
        } else {
            Outcome::Refused(said)
        })
    }
}

fn taken(message: &Message) -> Outcome {
    Outcome::Sent(format!("{} {}", message.status, message.sid))
}

impl std::fmt::Debug for Twilio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Twilio({}, {:?})", self.account, self.from)
    }
}
