//! Of whom a second factor is required, and above which total for approving: settings of the organisation, whose changes are history.

use domain::{
    actor::Actor,
    money::{Currency, UnitPrice, format_amount},
    role::Role,
};
use rust_decimal::Decimal;

use crate::{
    Engine, Error, Result,
    change::Change,
    organisation,
    person::{administers, is_administrator, parse_roles},
    request::Form,
    transition_log::{self, Entry},
};

/// Where they are set.
pub const SETTINGS: &str = "/admin/second-factor";

/// What is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Required {
    /// Of everyone.
    pub for_all: bool,
    /// Of whoever holds one of these.
    pub roles: Vec<Role>,
    /// Of whoever approves more than this.
    pub above: Option<Decimal>,
    /// The organisation's.
    pub currency: Currency,
    /// For the form.
    pub version: i32,
}

/// What is required now.
pub async fn required(engine: &Engine) -> Result<Required> {
    let row = sqlx::query!(
        "SELECT second_factor_for_all, second_factor_roles, second_factor_above, currency, version FROM organisation WHERE id = 1"
    )
    .fetch_one(engine.pool())
    .await?;
    let currency = Currency::parse(&row.currency);
    Ok(Required {
        for_all: row.second_factor_for_all,
        roles: parse_roles(&row.second_factor_roles),
        above: row.second_factor_above,
        currency: currency.ok_or_else(|| Error::internal("organisation: currency"))?,
        version: row.version,
    })
}

/// Requires it of everyone (`for_all`) or of whoever holds one of `roles`, and for approving more than `above`: an amount as typed, empty
/// for no such limit.
///
/// # Errors
/// `Forbidden`; `Invalid` beside `above`; `Stale` when somebody else changed it since the form was rendered; `Repeated`.
pub async fn set_required(
    engine: &Engine,
    by: &Actor,
    form: Form,
    (for_all, roles): (bool, &[Role]),
    above: &str,
) -> Result<()> {
    administers(by)?;
    let above = read_above(above)?;
    let mut change = Change::begin(engine, by, form, "require_second_factor").await?;
    if !is_administrator(&mut change.tx, by.id).await? {
        return Err(Error::Forbidden(
            "Only administrators change this.".to_owned(),
        ));
    }
    let old = sqlx::query!(
        "SELECT second_factor_for_all, second_factor_roles, second_factor_above, version FROM organisation WHERE id = 1
         FOR NO KEY UPDATE"
    )
    .fetch_one(&mut *change.tx)
    .await?;
    change
        .check(organisation::SUBJECT, "This setting", old.version)
        .await?;
    let before = said(
        old.second_factor_for_all,
        &parse_roles(&old.second_factor_roles),
        old.second_factor_above,
    );
    let after = said(for_all, roles, above);
    if before == after {
        return change.nothing(SETTINGS).await;
    }
    let names: Vec<String> = roles.iter().map(|role| role.as_str().to_owned()).collect();
    sqlx::query!(
        "UPDATE organisation SET second_factor_for_all = $1, second_factor_roles = $2, second_factor_above = $3,
             version = version + 1 WHERE id = 1",
        for_all,
        &names,
        above,
    )
    .execute(&mut *change.tx)
    .await?;
    let data = transition_log::differences(&before, &after);
    let entry = Entry::by_page(by.id, "change", data);
    change.done(organisation::SUBJECT, SETTINGS, entry).await
}

fn read_above(typed: &str) -> Result<Option<Decimal>> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let wrong = |says: String| Error::field("above", says);
    let amount = UnitPrice::parse(typed).map_err(|error| wrong(error.to_string()))?;
    let amount = amount.decimal();
    if amount != amount.round_dp(2) {
        return Err(wrong("Use at most two decimals.".to_owned()));
    }
    Ok(Some(amount))
}

fn said(for_all: bool, roles: &[Role], above: Option<Decimal>) -> [(&'static str, String); 2] {
    let titles: Vec<&str> = roles.iter().map(|role| role.title()).collect();
    let of = if for_all {
        "everyone".to_owned()
    } else {
        titles.join(", ")
    };
    [
        ("second_factor_required_of", of),
        (
            "second_factor_above",
            above.map(format_amount).unwrap_or_default(),
        ),
    ]
}
