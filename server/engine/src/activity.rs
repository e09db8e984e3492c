//! What happened to a record and what was said about it, as one story, newest first.

use std::{fmt, str::FromStr};

use sqlx::PgConnection;

use crate::{
    Result,
    comment::{self, Comment},
    transition_log::{self, Row, Subject},
};

/// Entries on a page.
const PAGE: usize = 100;

/// One entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// It happened.
    Transition(Row),
    /// It was said.
    Comment(Comment),
}

/// Where a page ends: its last transition and its last comment. Each is followed by its own key, so that no difference between
/// the clocks of two servers hides an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    seq: i32,
    comment: i64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.seq, self.comment)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let (seq, comment) = text.split_once('.').ok_or(())?;
        Ok(Self {
            seq: seq.parse().map_err(|_| ())?,
            comment: comment.parse().map_err(|_| ())?,
        })
    }
}

/// A page of the story.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activity {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Where older ones begin, if there are any.
    pub older: Option<Place>,
}

impl Activity {
    /// What happened, without what was said.
    pub fn transitions(&self) -> impl Iterator<Item = &Row> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Transition(row) => Some(row),
            Entry::Comment(_) => None,
        })
    }
}

/// The newest page, or the one after `place`.
pub(crate) async fn read(
    db: &mut PgConnection,
    subject: Subject,
    place: Option<Place>,
) -> Result<Activity> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let (seq, id) = (place.map(|p| p.seq), place.map(|p| p.comment));
    let happened = transition_log::rows(&mut *db, subject, seq, limit).await?;
    let said = comment::newest(db, subject, id, limit).await?;
    let place = place.unwrap_or(Place {
        seq: i32::MAX,
        comment: i64::MAX,
    });
    Ok(merge(happened, said, place))
}

fn merge(happened: Vec<Row>, said: Vec<Comment>, mut place: Place) -> Activity {
    let (mut happened, mut said) = (happened.into_iter().peekable(), said.into_iter().peekable());
    let mut entries = Vec::new();
    while entries.len() < PAGE {
        let later = match (happened.peek(), said.peek()) {
            (Some(row), Some(comment)) => row.at > comment.at,
            (row, _) => row.is_some(),
        };
        if later {
            let Some(row) = happened.next() else { break };
            place.seq = row.seq;
            entries.push(Entry::Transition(row));
        } else {
            let Some(comment) = said.next() else { break };
            place.comment = comment.id;
            entries.push(Entry::Comment(comment));
        }
    }
    let more = happened.peek().is_some() || said.peek().is_some();
    Activity {
        entries,
        older: more.then_some(place),
    }
}
