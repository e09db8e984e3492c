//! The organisation's own settings.

use domain::money::Currency;
use sqlx::PgConnection;

use crate::{Error, Result};

/// The currency everything is compared in. Until there are rates, the only one orders can be in (spec purchase-orders.md, "Levels").
pub async fn currency(db: &mut PgConnection) -> Result<Currency> {
    let code = sqlx::query_scalar!("SELECT currency FROM organisation")
        .fetch_one(db)
        .await?;
    Currency::parse(&code).ok_or_else(|| Error::internal(format!("organisation: currency {code}")))
}
