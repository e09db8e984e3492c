//! The organisation's own settings.

use domain::money::Currency;
use sqlx::{PgConnection, PgPool};
use subtle::ConstantTimeEq;

use crate::{AuditKey, Error, Result, transition_log::Subject};

/// The organisation's history: of its settings.
pub(crate) const SUBJECT: Subject = Subject {
    kind: "organisation",
    id: 1,
};

/// The currency amounts are compared in (spec purchase-orders.md, "Levels").
pub async fn currency(db: &mut PgConnection) -> Result<Currency> {
    let code = sqlx::query_scalar!("SELECT currency FROM organisation")
        .fetch_one(db)
        .await?;
    Currency::parse(&code).ok_or_else(|| Error::internal(format!("organisation: currency {code}")))
}

/// Refuses a key other than the one this database's history is written with; the first one seen is kept, as what it makes of a fixed text.
///
/// # Errors
/// `Refused` with what to set.
pub(crate) async fn check_audit_key(pool: &PgPool, key: &AuditKey) -> Result<()> {
    let mine = key.mac([b"countersign-audit-key-check".as_slice()]);
    let kept = sqlx::query_scalar!(
        "UPDATE organisation SET audit_key_check = coalesce(audit_key_check, $1) RETURNING audit_key_check",
        &mine[..],
    )
    .fetch_one(pool)
    .await?;
    if kept.is_some_and(|kept| kept.ct_eq(&mine).into()) {
        return Ok(());
    }
    Err(Error::Refused {
        message: "This database's history is written with another key. Set COUNTERSIGN_AUDIT_KEY to the one the other servers use, \
                  or start it with the data directory that holds it."
            .to_owned(),
        fields: Vec::new(),
    })
}
