//! What happens at each limit of rules: a cent below, at it, a cent above, in every currency used (spec beyond.md, 10).

use std::collections::BTreeMap;

use domain::{
    approval_rule::{Level, NoApprover, Routed, RuleSet, applying},
    directory::Directory,
    exchange_rate::{Exchange, Rate},
    ids::{DepartmentId, PersonId, RuleSetId},
    money::Currency,
    purchase_order,
};
use rust_decimal::Decimal;

use super::store;
use crate::{Engine, Error, Result, directory, exchange_rate, organisation};

/// The limits in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The currency.
    pub currency: Currency,
    /// The rate its amounts are compared at, where they are not compared in it.
    pub rate: Option<Rate>,
    /// The set that orders in it fall under, and its version.
    pub set: (RuleSetId, i32),
    /// Lowest total first.
    pub bands: Vec<Band>,
}

/// One total at a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// The total.
    pub total: Decimal,
    /// The level it needs.
    pub level: Level,
    /// Who decides, level by level, or who is missing; whether the level passes by itself.
    pub route: Vec<(Level, std::result::Result<String, String>, bool)>,
}

/// The limits for what `submitter` raises where the set applies: by the set itself in its own currency, and by the set each other
/// currency falls under. A proposed set stands as if it were in force.
///
/// # Errors
/// `NotFound` for a set without levels, or a submitter who is not there.
pub async fn boundaries(engine: &Engine, id: RuleSetId, submitter: PersonId) -> Result<Vec<Table>> {
    let mut db = engine.one_moment().await?;
    let shown = store::sets(&mut db, &[id.0])
        .await?
        .pop()
        .ok_or(Error::NotFound)?;
    let own = organisation::currency(&mut db).await?;
    let mut sets = store::in_force(&mut db).await?;
    let place = (shown.department, shown.currency);
    sets.retain(|set| (set.department, set.currency) != place);
    sets.push(shown.clone());
    let now = engine.clock().now();
    let rates = exchange_rate::at_moment(&mut db, &Currency::OFFERED, now).await?;
    let rates: BTreeMap<Currency, Rate> = rates.into_iter().collect();
    let mut currencies: Vec<Currency> = match shown.currency {
        Some(currency) => vec![currency],
        None => std::iter::once(own)
            .chain(sets.iter().filter_map(|set| set.currency))
            .chain(rates.keys().copied())
            .collect(),
    };
    currencies.sort_by_key(|currency| (*currency != own, *currency));
    currencies.dedup();
    let directory = directory::whole(&mut db).await?;
    if directory.person(submitter).is_none() {
        return Err(Error::NotFound);
    }
    let tables = currencies.into_iter().filter_map(|currency| {
        let set = applying(&sets, shown.department, currency)?;
        let exchange = Exchange::new(currency == own, rates.get(&currency).copied());
        Some(table(
            (currency, exchange),
            set,
            (submitter, shown.department),
            &directory,
        ))
    });
    Ok(tables.collect())
}

fn table(
    (currency, exchange): (Currency, Exchange),
    set: &RuleSet,
    (submitter, department): (PersonId, Option<DepartmentId>),
    directory: &Directory,
) -> Table {
    let routed = Routed {
        submitter,
        department,
        directory,
    };
    let said = |missing: NoApprover| missing.wanted;
    // Without a rate there are no limits, so that nothing is compared.
    let compared = |total: Decimal| set.compared(total, exchange).unwrap_or(total);
    let band = |total: Decimal| Band {
        total,
        level: set.required_level(compared(total)),
        route: set
            .route(compared(total), &routed)
            .into_iter()
            .map(|step| {
                let name = step
                    .approver
                    .map(|asked| directory.name(asked.person).to_owned());
                (step.level, name.map_err(said), step.passes)
            })
            .collect(),
    };
    Table {
        currency,
        rate: exchange.rate().filter(|_| set.currency.is_none()),
        set: (set.id, set.version),
        bands: purchase_order::boundaries(set, exchange)
            .into_iter()
            .map(band)
            .collect(),
    }
}
