//! Comments on records of every workflow, and whom they mention. Append only.

mod mention;
mod store;

#[cfg(test)]
mod tests;

pub use mention::{Mention, mark_seen, mentions};
pub use store::Comment;
pub(crate) use store::newest;

use domain::{
    actor::Actor,
    approval_rule::Priority,
    comment::{COMMENT_MAX, handles, may_comment, mentioned},
    ids::PersonId,
    notification::{Kind, To},
    text,
};
use uuid::Uuid;

use crate::{
    Engine, Error, Result, Tx,
    mail::{Action, Letter},
    notification::{self, Notice},
    record, request,
    transition_log::Subject,
};

/// The form field of the text.
const FIELD: &str = "comment";

/// A comment as its form sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewComment {
    /// On what.
    pub subject: Subject,
    /// The form's, so that a double click says it once.
    pub request_id: Uuid,
    /// What was typed.
    pub text: String,
}

/// Adds a comment; its author has seen what mentioned them on the record. Returns the comment's address.
///
/// # Errors
/// `NotFound` for a record the actor may not see, `Forbidden` for auditors, `Invalid` (`comment`) for a text that is empty,
/// too long, or mentions somebody who may not see the record, `Repeated`.
pub async fn add(engine: &Engine, actor: &Actor, comment: &NewComment) -> Result<String> {
    let subject = comment.subject;
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, actor.id, comment.request_id, "comment").await?;
    record::check_seen(&mut tx, subject, actor).await?;
    if !may_comment(actor) {
        return Err(Error::Forbidden(
            "Auditors read everything and change nothing.".to_owned(),
        ));
    }
    let text = text::multi_line(&comment.text, COMMENT_MAX)
        .map_err(|error| Error::field(FIELD, error.to_string()))?;
    if text.is_empty() {
        return Err(Error::field(FIELD, "Write something first."));
    }
    let named = named(&mut tx, actor, subject, &text).await?;
    let id = store::insert(&mut tx, engine, (subject, actor.id), &text).await?;
    mention::insert(&mut tx, id, &named).await?;
    let notices = notices(actor, subject, (id, &text), &named);
    notification::tell(&mut tx, engine, &notices).await?;
    mention::answered(&mut tx, engine, subject, actor.id).await?;
    let address = address(subject, id);
    request::finish(&mut tx, actor.id, comment.request_id, &address).await?;
    tx.commit().await?;
    Ok(address)
}

/// What everyone mentioned is told.
fn notices(
    author: &Actor,
    subject: Subject,
    (id, text): (i64, &str),
    named: &[PersonId],
) -> Vec<Notice> {
    let number = record::number(subject);
    let letter = Letter {
        headline: format!("{} mentioned you on {number}", author.name),
        paragraphs: vec![text.to_owned()],
        actions: vec![Action {
            label: format!("Open {number}"),
            path: address(subject, id),
        }],
        ..Letter::default()
    };
    let notice = |person: &PersonId| Notice {
        to: To::Person(*person),
        kind: Kind::Mentioned,
        priority: Priority::Normal,
        subject,
        key: format!("comment/{id}"),
        letter: letter.clone(),
        address: address(subject, id),
    };
    named.iter().map(notice).collect()
}

/// Where a comment is read, while it is among the newest.
fn address(subject: Subject, id: i64) -> String {
    format!("{}#comment-{id}", record::address(subject))
}

/// Whom the text mentions, beside its author; all of them see the record.
async fn named(tx: &mut Tx, author: &Actor, subject: Subject, text: &str) -> Result<Vec<PersonId>> {
    let handles = handles(text);
    if handles.is_empty() {
        return Ok(Vec::new());
    }
    let (people, actors): (Vec<_>, Vec<_>) =
        mention::candidates(tx, &handles).await?.into_iter().unzip();
    let ids =
        mentioned(&handles, &people).map_err(|error| Error::field(FIELD, error.to_string()))?;
    let actors: Vec<Actor> = actors
        .into_iter()
        .filter(|actor| actor.id != author.id && ids.contains(&actor.id))
        .collect();
    let seen = record::seen_by(tx, subject, &actors).await?;
    let barred: Vec<&str> = actors
        .iter()
        .zip(seen)
        .filter(|(_, seen)| !seen)
        .map(|(actor, _)| actor.name.as_str())
        .collect();
    if barred.is_empty() {
        return Ok(actors.iter().map(|actor| actor.id).collect());
    }
    let message = format!(
        "{} may not see this {}. Take out the @ to write about them all the same.",
        barred.join(", "),
        subject.kind.split('_').next_back().unwrap_or("record")
    );
    Err(Error::field(FIELD, message))
}
