//! People away on a real Postgres: what may be set, who decides meanwhile, and to whom it is shown.

mod deciding;
mod setting;
mod telling;

use domain::ids::PersonId;
use jiff::civil::Date;
use sqlx::PgPool;
use uuid::Uuid;

use super::{Wanted, periods, set};
use crate::{
    Error, Result, job,
    request::Form,
    test_support::{Company, actor},
};

/// The company, with a queue.
async fn company(pool: PgPool) -> Company {
    job::migrate(&pool).await.unwrap();
    Company::new(pool).await
}

/// A day of March 2026; the clock stands on the second.
fn march(day: i8) -> Date {
    Date::constant(2026, 3, day)
}

/// These days, without anything else.
fn days(from: i8, until: i8) -> Wanted {
    Wanted {
        period: None,
        from: march(from),
        until: march(until),
        delegate: None,
        reason: String::new(),
        hand_over: Vec::new(),
    }
}

/// A form of that person's page as it would be rendered now.
async fn form(company: &Company, person: PersonId) -> Form {
    let sql = format!("SELECT version FROM people WHERE id = {person}");
    Form {
        request_id: Uuid::new_v4(),
        version: i32::try_from(company.number(&sql).await).unwrap(),
    }
}

/// What comes of somebody setting it of themselves.
async fn sets(company: &Company, who: PersonId, wanted: &Wanted) -> Result<()> {
    let form = form(company, who).await;
    set(&company.engine, &actor(who), form, who, wanted).await
}

/// Away today and tomorrow.
async fn goes_away(company: &Company, who: PersonId, delegate: Option<PersonId>) {
    let wanted = Wanted {
        delegate,
        ..days(2, 3)
    };
    sets(company, who, &wanted).await.unwrap();
}

/// The number of the first time of somebody.
async fn period(company: &Company, who: PersonId) -> i64 {
    periods(&company.engine, who).await.unwrap()[0].id
}

/// The fields at fault.
fn fields(error: &Error) -> Vec<&str> {
    match error {
        Error::Invalid(faults) => faults.iter().map(|fault| fault.field.as_str()).collect(),
        other => panic!("{other:?}"),
    }
}
