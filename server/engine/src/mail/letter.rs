//! What a mail says, and how it looks: one letter for all of them, as text and as HTML.

use askama::Template;
use domain::ids::PersonId;
use serde::{Deserialize, Serialize};

use crate::{Engine, Error, Result, approval_link, password_link};

/// What is said, before it is laid out. Plain text everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Letter {
    /// The subject, and the first line.
    pub headline: String,
    /// What happened and what to do.
    pub paragraphs: Vec<String>,
    /// What it is about: name and value.
    pub facts: Vec<(String, String)>,
    /// Where to go next; the first is the most likely.
    pub actions: Vec<Action>,
    /// Why this mail was sent, in small print.
    pub because: String,
}

/// A link of a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// What it does.
    pub label: String,
    /// A path of ours.
    pub path: String,
}

/// A letter as its delivery keeps it.
pub(super) struct Kept {
    /// As [`Letter::kept`].
    pub letter: serde_json::Value,
    /// What its links do.
    pub acts: Acts,
}

/// What the links of a mail do that act without signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acts {
    /// It has none.
    No,
    /// They decide (`decisions.id`) for a person.
    Decide(i64, PersonId),
    /// It sets a password (`password_links.id`).
    SetPassword(i64),
}

impl Acts {
    /// As a delivery keeps it.
    pub(super) fn of(person: Option<i64>, decision: Option<i64>, password: Option<i64>) -> Self {
        match (person, decision, password) {
            (Some(person), Some(decision), _) => Acts::Decide(decision, PersonId(person)),
            (_, _, Some(link)) => Acts::SetPassword(link),
            _ => Acts::No,
        }
    }

    async fn actions(self, engine: &Engine) -> Result<Vec<Action>> {
        let action = |label: &str, path| Action {
            label: label.to_owned(),
            path,
        };
        match self {
            Acts::No => Ok(Vec::new()),
            Acts::Decide(decision, person) => {
                let mut tx = engine.begin_free().await?;
                let link = approval_link::issue(&mut tx, engine, decision, person).await?;
                tx.commit().await?;
                let Some(link) = link else {
                    return Ok(Vec::new());
                };
                let approve = approval_link::address(&link.token(engine));
                let reject = action("Reject", format!("{approve}/reject"));
                Ok(vec![action("Approve", approve), reject])
            }
            Acts::SetPassword(link) => {
                let token = password_link::token_of(engine, link).await?;
                let set =
                    |token: String| action("Choose a password", password_link::address(&token));
                Ok(token.map(set).into_iter().collect())
            }
        }
    }
}

impl Kept {
    /// Laid out without links that act.
    pub(super) fn laid_out(self, engine: &Engine) -> Result<Parts> {
        self.read()?.render(engine)
    }

    /// Laid out with the links that act, as far as they still do. Those to a decision are made when a mail leaves, and bound to
    /// what was asked for when it was written.
    pub(super) async fn for_its_reader(&self, engine: &Engine) -> Result<Parts> {
        let mut letter = self.read()?;
        letter
            .actions
            .splice(0..0, self.acts.actions(engine).await?);
        letter.render(engine)
    }

    /// As a text message: what it is about and where to go next, which is behind signing in.
    pub(super) fn in_brief(&self, engine: &Engine) -> Result<String> {
        let letter = self.read()?;
        let link = letter
            .actions
            .first()
            .map(|action| engine.link(&action.path));
        let lines = std::iter::once(letter.headline).chain(link);
        Ok(lines.collect::<Vec<_>>().join("\n"))
    }

    fn read(&self) -> Result<Letter> {
        Letter::deserialize(&self.letter).map_err(Error::internal)
    }
}

/// A letter laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub text: String,
    pub html: String,
}

#[derive(Template)]
#[template(path = "letter/letter.txt", escape = "none")]
struct Text<'a> {
    letter: &'a Letter,
    links: &'a [(String, String)],
}

#[derive(Template)]
#[template(path = "letter/letter.html")]
struct Html<'a> {
    letter: &'a Letter,
    links: &'a [(String, String)],
}

impl Letter {
    /// As `deliveries.letter` keeps it.
    pub(crate) fn kept(&self) -> Result<serde_json::Value> {
        serde_json::to_value(self).map_err(Error::internal)
    }

    /// Lays it out, with links that open from anywhere.
    pub(crate) fn render(&self, engine: &Engine) -> Result<Parts> {
        let links: Vec<(String, String)> = self
            .actions
            .iter()
            .map(|action| (action.label.clone(), engine.link(&action.path)))
            .collect();
        let (letter, links) = (self, links.as_slice());
        Ok(Parts {
            text: Text { letter, links }.render().map_err(Error::internal)?,
            html: Html { letter, links }.render().map_err(Error::internal)?,
        })
    }
}
