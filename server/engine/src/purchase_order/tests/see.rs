//! Who sees an order and may do what to it, in every state, as one golden matrix; and that lists agree with it.

use std::fmt::Write;

use domain::{ids::PurchaseOrderId, permission::Permission, purchase_order::Event};
use jiff::tz::TimeZone;
use sqlx::PgPool;

use crate::{
    Error,
    list::{self, Query},
    purchase_order::{ListRow, ORDERS, record, scopes},
    test_support::{
        AUD, CARLA, Company, DORA, EVERYONE, FAY, MIA, PAT, SAM, TESS, actor, approve, cancel,
        complete, override_approve, receive, reject, reopen, start_processing, withdraw,
    },
};

/// An order of Sam's in every state that makes a difference, by what happened to it.
async fn in_every_state(company: &Company) -> Vec<(&'static str, PurchaseOrderId)> {
    let mut orders = Vec::new();
    orders.push(("draft", company.raise("12000").await));
    let first = company.submitted("12000").await;
    orders.push(("level 1", first));
    let second = company.submitted("12000").await;
    company.does(MIA, second, approve()).await;
    orders.push(("level 2", second));
    let third = company.submitted("12000").await;
    company.does(MIA, third, approve()).await;
    company.does(FAY, third, approve()).await;
    orders.push(("level 3", third));
    let overridden = company.submitted("5000").await;
    company
        .does(
            crate::test_support::VIK,
            overridden,
            override_approve("Mia is at sea"),
        )
        .await;
    company.does(FAY, overridden, approve()).await;
    orders.push(("approved, Vik having decided in Mia's place", overridden));
    orders.push(("approved", company.approved().await));
    let rejected = company.submitted("900").await;
    company.does(MIA, rejected, reject("No")).await;
    orders.push(("rejected", rejected));
    let processing = company.approved().await;
    company.does(PAT, processing, start_processing()).await;
    orders.push(("processing", processing));
    let completed = company.approved().await;
    company.does(PAT, completed, start_processing()).await;
    company.does(PAT, completed, receive(&[(1, "1")])).await;
    company.does(PAT, completed, complete()).await;
    orders.push(("completed", completed));
    let cancelled = company.raise("900").await;
    company.does(SAM, cancelled, cancel(None)).await;
    orders.push(("cancelled as a draft", cancelled));
    let cancelled = company.approved().await;
    company.does(PAT, cancelled, cancel(Some("No"))).await;
    orders.push(("cancelled once approved", cancelled));
    let reopened = company.approved().await;
    company.does(PAT, reopened, reopen()).await;
    orders.push(("reopened once approved", reopened));
    let withdrawn = company.submitted("5000").await;
    company.does(MIA, withdrawn, approve()).await;
    company.does(SAM, withdrawn, withdraw()).await;
    orders.push(("withdrawn from level 2", withdrawn));
    orders
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_sees_an_order_and_may_do_what_to_it_in_every_state(pool: PgPool) {
    let company = Company::new(pool).await;
    let mut matrix = String::new();
    for (state, id) in in_every_state(&company).await {
        writeln!(matrix, "{state}").unwrap();
        for who in EVERYONE {
            let who = actor(who);
            let answer = match record(&company.engine, &who, id).await {
                Ok(view) => {
                    let actions: Vec<_> = view
                        .actions
                        .iter()
                        .map(|(kind, permission)| match permission {
                            Permission::Allowed(_) => kind.as_str().to_owned(),
                            Permission::Blocked(why) => format!("({}: {why})", kind.as_str()),
                            Permission::Hidden => unreachable!("left out"),
                        })
                        .collect();
                    format!("sees {}", actions.join(" "))
                }
                Err(Error::NotFound) => "-".to_owned(),
                Err(other) => panic!("{other:?}"),
            };
            writeln!(matrix, "  {}: {}", who.name, answer.trim_end()).unwrap();
        }
    }
    insta::assert_snapshot!(matrix);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn every_list_shows_only_orders_that_its_reader_may_open_and_all_of_them_between_them(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let orders = in_every_state(&company).await;
    for who in EVERYONE {
        let who = actor(who);
        let mut listed = Vec::new();
        for scope in scopes(&who) {
            let address = format!("scope={}", scope.as_str());
            let query = Query::parse(&ORDERS, &address, &TimeZone::UTC);
            let page = list::read::<ListRow>(&company.engine, &who, &query)
                .await
                .unwrap();
            assert_eq!(page.count, Some(i64::try_from(page.rows.len()).unwrap()));
            for row in page.rows {
                record(&company.engine, &who, row.id)
                    .await
                    .unwrap_or_else(|error| panic!("{} {scope:?} {}: {error}", who.name, row.id));
                listed.push(row.id);
            }
        }
        // Everything is in some list of those who see everything.
        if [FAY, CARLA, AUD].contains(&who.id) {
            assert!(
                orders.iter().all(|(_, id)| listed.contains(id)),
                "{}",
                who.name
            );
        }
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn managers_see_all_the_way_up_and_a_circle_of_managers_ends(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    let seen = record(&company.engine, &actor(DORA), id).await;
    assert!(seen.is_ok());
    // Sam -> Mia -> Dora -> Mia
    company
        .run("UPDATE people SET manager_id = 2 WHERE id = 3")
        .await;
    for (who, sees) in [(MIA, true), (DORA, true), (TESS, false)] {
        let seen = record(&company.engine, &actor(who), id).await;
        assert_eq!(seen.is_ok(), sees, "{who}");
    }
    company.does(SAM, id, Event::Submit).await;
}
