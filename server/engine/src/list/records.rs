//! The records that filters name: their names for chips, all of them to choose from.

use crate::{Engine, Result};

/// Records a select offers at most.
const CHOICES: i64 = 5000;

/// What a filter's key is a key of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// Of `people`; those who left too.
    Person,
    /// Of `vendors`.
    Vendor,
    /// Of `departments`.
    Department,
}

impl Record {
    /// The name of one; `None` when there is none of that key.
    pub async fn name(self, engine: &Engine, id: i64) -> Result<Option<String>> {
        let db = engine.pool();
        Ok(match self {
            Record::Person => {
                sqlx::query_scalar!("SELECT name FROM people WHERE id = $1", id)
                    .fetch_optional(db)
                    .await
            }
            Record::Vendor => {
                sqlx::query_scalar!("SELECT name FROM vendors WHERE id = $1", id)
                    .fetch_optional(db)
                    .await
            }
            Record::Department => {
                sqlx::query_scalar!("SELECT name FROM departments WHERE id = $1", id)
                    .fetch_optional(db)
                    .await
            }
        }?)
    }

    /// All of them by name.
    pub async fn choices(self, engine: &Engine) -> Result<Vec<(i64, String)>> {
        struct Choice {
            id: i64,
            name: String,
        }
        let db = engine.pool();
        let choices = match self {
            Record::Person => {
                sqlx::query_as!(
                    Choice,
                    "SELECT id, name FROM people ORDER BY lower(name), id LIMIT $1",
                    CHOICES
                )
                .fetch_all(db)
                .await
            }
            Record::Vendor => {
                sqlx::query_as!(
                    Choice,
                    "SELECT id, name FROM vendors ORDER BY lower(name) LIMIT $1",
                    CHOICES
                )
                .fetch_all(db)
                .await
            }
            Record::Department => {
                sqlx::query_as!(
                    Choice,
                    "SELECT id, name FROM departments ORDER BY lower(name) LIMIT $1",
                    CHOICES
                )
                .fetch_all(db)
                .await
            }
        }?;
        Ok(choices
            .into_iter()
            .map(|choice| (choice.id, choice.name))
            .collect())
    }
}
