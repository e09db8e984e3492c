//! Likely duplicates: the same vendor and total within 30 days, told to who raises and who decides.

use domain::{ids::PersonId, ids::PurchaseOrderId, purchase_order::Event};
use jiff::SignedDuration;
use sqlx::PgPool;

use crate::{
    purchase_order::record,
    test_support::{
        AUD, Company, FAY, MIA, PAT, SAM, TESS, actor, approve, cancel, reject, start_processing,
    },
};

impl Company {
    /// What an order may be a duplicate of, as somebody is told.
    async fn told(&self, who: PersonId, id: PurchaseOrderId) -> Vec<(PurchaseOrderId, bool)> {
        let view = record(&self.engine, &actor(who), id).await.unwrap();
        let found = view.duplicates.iter();
        found
            .map(|duplicate| (duplicate.id, duplicate.seen))
            .collect()
    }

    fn days(&self, days: i64) {
        let clock = self.engine.clock();
        clock.advance(SignedDuration::from_hours(24 * days));
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_same_vendor_and_total_again_is_told_to_who_raises_and_who_decides(pool: PgPool) {
    let company = Company::new(pool).await;
    let of_tess = company.raise_by(TESS, "900.00").await;
    company.does(TESS, of_tess, Event::Submit).await;
    company.hour();
    let first = company.submitted("900").await;
    company.hour();
    let draft = company.raise("900").await;
    assert_eq!(
        company.told(SAM, draft).await,
        [(first, true), (of_tess, false)]
    );
    assert_eq!(
        company.told(FAY, draft).await,
        [],
        "she neither raises nor decides it"
    );
    company.does(SAM, draft, Event::Submit).await;
    assert_eq!(
        company.told(SAM, draft).await,
        [(first, true), (of_tess, false)]
    );
    assert_eq!(
        company.told(MIA, draft).await,
        [(first, true), (of_tess, false)]
    );
    assert_eq!(company.told(AUD, draft).await, []);
    // The earlier one may be the one too many.
    assert_eq!(
        company.told(SAM, first).await,
        [(draft, true), (of_tess, false)]
    );
    company.does(MIA, draft, approve()).await;
    assert_eq!(company.told(SAM, draft).await, [], "it is decided");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn another_total_another_month_and_what_came_to_nothing_do_not_count(pool: PgPool) {
    let company = Company::new(pool).await;
    let old = company.submitted("900").await;
    company.days(31);
    let other = company.submitted("900.01").await;
    let rejected = company.submitted("900").await;
    company.does(MIA, rejected, reject("No")).await;
    let cancelled = company.submitted("900").await;
    company.does(SAM, cancelled, cancel(None)).await;
    company.raise("900").await;
    let draft = company.raise("900").await;
    assert_eq!(company.told(SAM, draft).await, []);
    company.does(MIA, old, approve()).await;
    company.does(PAT, old, start_processing()).await;
    company.does(MIA, other, approve()).await;
    assert_eq!(company.told(SAM, draft).await, []);
    let counts = company.submitted("900").await;
    company.days(30);
    assert_eq!(company.told(SAM, draft).await, [(counts, true)]);
    // One that is empty is like every other empty one.
    let empty = company.raise("0").await;
    company.raise("0").await;
    assert_eq!(company.told(SAM, empty).await, []);
}
