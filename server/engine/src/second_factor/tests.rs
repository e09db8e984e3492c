//! Second factors: signing in by a code, what a code is worth twice, recovery codes, whom one is required of, and what takes one.

use std::net::IpAddr;

use domain::{
    actor::Actor,
    ids::PersonId,
    role::Role,
    second_factor::{SecondFactor, Standing},
};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    SetUp, codes, confirm, enter, recovery_codes, remove, remove_by_command, renew_recovery_codes,
    required, set_required, set_up, store, turn_off, turn_on,
};
use crate::{
    AuditKey, Clock, Engine, Error, Result, approval_link,
    demo::PASSWORD,
    person,
    request::Form,
    sign_in::{CodeAsked, Entered, Identity, sign_in},
    test_support::{ADA, Company, FAY, MIA, SAM, VIK, actor, approve, at_once, start},
    testing,
};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));
const NONCE: [u8; 32] = [7; 32];

/// What the phone shows so many periods of thirty seconds from now.
fn shown(engine: &Engine, person: PersonId, periods: i64) -> String {
    let at: Timestamp = engine.clock().now() + SignedDuration::from_secs(30 * periods);
    codes::at(engine, person, &NONCE, at)
}

async fn turned_on(engine: &Engine, person: PersonId) {
    let code = shown(engine, person, -1);
    turn_on(engine, person, Uuid::new_v4(), &hex::encode(NONCE), &code)
        .await
        .unwrap();
}

/// The password was right.
async fn asked(engine: &Engine, email: &str) -> CodeAsked {
    match sign_in(engine, email, PASSWORD, HERE).await.unwrap() {
        Entered::CodeAsked(asked) => asked,
        Entered::In(_) => panic!("no code was asked for"),
    }
}

fn wrong(outcome: Result<Identity>) -> String {
    match outcome {
        Err(Error::Invalid(faults)) => {
            assert_eq!(faults[0].field, "code");
            faults[0].message.clone()
        }
        other => panic!("{other:?}"),
    }
}

fn proved(id: PersonId) -> Actor {
    Actor {
        second_factor: SecondFactor {
            required: false,
            standing: Standing::Confirmed,
        },
        ..actor(id)
    }
}

async fn mails(company: &Company) -> i64 {
    company.number("SELECT count(*) FROM deliveries").await
}

async fn sam(pool: &PgPool) -> (Engine, PersonId) {
    let engine = testing::company(pool).await;
    let sam = testing::actor(&engine, "sam").await.id;
    turned_on(&engine, sam).await;
    (engine, sam)
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_has_a_second_factor_signs_in_by_password_and_a_code_that_works_once(pool: PgPool) {
    let (engine, sam) = sam(&pool).await;
    let half = asked(&engine, "sam@example.com").await;
    let code = shown(&engine, sam, 0);
    assert!(wrong(enter(&engine, half, "000000").await).contains("not right"));
    let old = shown(&engine, sam, -1);
    assert!(wrong(enter(&engine, half, &old).await).contains("used already"));

    let grouped = format!(" {} {} ", &code[..3], &code[3..]);
    let identity = enter(&engine, half, &grouped).await.unwrap();

    assert!(identity.second_factor && identity.person == sam);
    assert!(wrong(enter(&engine, half, &code).await).contains("used already"));
    let early = shown(&engine, sam, 3);
    assert!(wrong(enter(&engine, half, &early).await).contains("not right"));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn of_one_code_sent_twice_at_once_one_signs_in(pool: PgPool) {
    let (engine, sam) = sam(&pool).await;
    let half = asked(&engine, "sam@example.com").await;
    let code = shown(&engine, sam, 0);
    let tries = (0..4).map(|_| {
        let (engine, code) = (engine.clone(), code.clone());
        async move { enter(&engine, half, &code).await.is_ok() }
    });
    let let_in = at_once(tries).await.into_iter().filter(|ok| *ok).count();
    assert_eq!(let_in, 1);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn guessing_codes_is_slowed_for_that_person_and_ended_by_a_right_one(pool: PgPool) {
    let (engine, sam) = sam(&pool).await;
    let half = asked(&engine, "sam@example.com").await;
    for _ in 0..5 {
        wrong(enter(&engine, half, "000000").await);
    }
    let code = shown(&engine, sam, 0);
    let slowed = enter(&engine, half, &code).await;
    assert!(matches!(slowed, Err(Error::TooMany { .. })), "{slowed:?}");
    engine.clock().advance(SignedDuration::from_secs(30));
    let code = shown(&engine, sam, 0);
    enter(&engine, half, &code).await.unwrap();
    // Counted from the beginning again.
    wrong(enter(&engine, half, "000000").await);
    wrong(enter(&engine, half, "000000").await);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_code_that_is_asked_for_is_worth_nothing_once_the_password_is_another_or_they_left(
    pool: PgPool,
) {
    let (engine, sam) = sam(&pool).await;
    let half = asked(&engine, "sam@example.com").await;
    let changes = [
        "UPDATE people SET credential_version = credential_version + 1",
        "UPDATE people SET credential_version = credential_version - 1, deactivated_at = now()",
    ];
    for change in changes {
        crate::test_support::run(&pool, change).await;
        let code = shown(&engine, sam, 0);
        let entered = enter(&engine, half, &code).await;
        assert!(matches!(entered, Err(Error::NotFound)), "{entered:?}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_recovery_code_works_once_in_place_of_a_code_and_its_person_is_told(pool: PgPool) {
    let company = Company::new(pool).await;
    let engine = &company.engine;
    turned_on(engine, SAM).await;
    let before = mails(&company).await;
    let codes = recovery_codes(engine, SAM).await.unwrap();
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|(code, used)| code.len() == 11 && !used));
    let typed = codes[3]
        .0
        .to_uppercase()
        .replace('-', " ")
        .replace('0', "O");

    confirm(engine, SAM, &typed).await.unwrap();

    assert_eq!(mails(&company).await, before + 1);
    let again = confirm(engine, SAM, &typed).await;
    assert!(matches!(again, Err(Error::Invalid(_))), "{again:?}");
    let SetUp { recovery_left, .. } = set_up(engine, SAM).await.unwrap().unwrap();
    assert_eq!(recovery_left, 9);
    assert!(recovery_codes(engine, SAM).await.unwrap()[3].1);

    renew_recovery_codes(engine, &proved(SAM), Uuid::new_v4())
        .await
        .unwrap();
    let old = confirm(engine, SAM, &codes[4].0).await;
    assert!(matches!(old, Err(Error::Invalid(_))), "{old:?}");
    let new = recovery_codes(engine, SAM).await.unwrap();
    assert!(new.iter().all(|(_, used)| !used));
    confirm(engine, SAM, &new[4].0).await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_the_database_keeps_makes_no_code_without_the_servers_key(pool: PgPool) {
    let company = Company::new(pool.clone()).await;
    turned_on(&company.engine, SAM).await;
    let kept = store::read(&pool, SAM).await.unwrap().unwrap();
    company
        .run("UPDATE organisation SET audit_key_check = NULL")
        .await;
    let other = AuditKey::new(vec![9; 32]).unwrap();
    let thief = Engine::open(pool, Clock::fixed(start()), other)
        .await
        .unwrap();
    let at = start() + SignedDuration::from_secs(30);
    assert_ne!(
        codes::at(&thief, SAM, &kept.nonce, at),
        codes::at(&company.engine, SAM, &kept.nonce, at)
    );
    assert_ne!(
        codes::recovery(&thief, SAM, &kept.recovery_nonce),
        codes::recovery(&company.engine, SAM, &kept.recovery_nonce)
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn it_is_set_up_once_by_the_code_that_was_scanned_and_turned_off_by_who_has_just_proved_it(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let engine = &company.engine;
    let nonce = hex::encode(NONCE);
    let wrong = turn_on(engine, SAM, Uuid::new_v4(), &nonce, "123").await;
    assert!(matches!(wrong, Err(Error::Invalid(_))), "{wrong:?}");
    assert_eq!(set_up(engine, SAM).await.unwrap(), None);
    turned_on(engine, SAM).await;
    let code = shown(engine, SAM, 0);
    let again = turn_on(engine, SAM, Uuid::new_v4(), &nonce, &code).await;
    assert!(matches!(again, Err(Error::Stale(_))), "{again:?}");

    let unproved = turn_off(engine, &actor(SAM), Uuid::new_v4()).await;
    assert!(matches!(unproved, Err(Error::Refused { .. })));
    let form = Uuid::new_v4();
    turn_off(engine, &proved(SAM), form).await.unwrap();
    let twice = turn_off(engine, &proved(SAM), form).await;
    assert!(matches!(twice, Err(Error::Repeated(_))), "{twice:?}");
    assert_eq!(set_up(engine, SAM).await.unwrap(), None);
    let events = company
        .text("SELECT string_agg(event, ' ' ORDER BY seq) FROM transitions WHERE subject_kind = 'person' AND subject_id = 1")
        .await;
    assert_eq!(events, "turn_on_second_factor turn_off_second_factor");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_administrator_takes_it_away_with_a_reason_and_never_their_own(pool: PgPool) {
    let company = Company::new(pool).await;
    let engine = &company.engine;
    turned_on(engine, SAM).await;
    turned_on(engine, ADA).await;
    let form = |version| Form {
        request_id: Uuid::new_v4(),
        version,
    };
    let version = i32::try_from(
        company
            .number("SELECT version FROM people WHERE id = 1")
            .await,
    );
    let version = version.unwrap();
    let own = remove(engine, &actor(ADA), form(version), ADA, "Lost").await;
    assert!(matches!(own, Err(Error::Forbidden(_))), "{own:?}");
    let fay = remove(engine, &actor(FAY), form(version), SAM, "Lost").await;
    assert!(matches!(fay, Err(Error::Forbidden(_))), "{fay:?}");
    let silent = remove(engine, &actor(ADA), form(version), SAM, " ").await;
    assert!(matches!(silent, Err(Error::Invalid(_))), "{silent:?}");
    let credential = "SELECT credential_version FROM people WHERE id = 1";
    let before = company.number(credential).await;

    remove(engine, &actor(ADA), form(version), SAM, "Came to my desk")
        .await
        .unwrap();

    assert_eq!(set_up(engine, SAM).await.unwrap(), None);
    assert_eq!(company.number(credential).await, before + 1, "signed out");
    let told =
        "SELECT count(*) FROM deliveries WHERE person_id = 1 AND headline LIKE '%taken away%'";
    assert_eq!(company.number(told).await, 1);
    let again = remove(engine, &actor(ADA), form(version), SAM, "Again").await;
    assert!(matches!(again, Err(Error::Stale(_))), "{again:?}");
    let email = company.text("SELECT email FROM people WHERE id = 6").await;
    assert_eq!(
        remove_by_command(engine, &email.to_uppercase())
            .await
            .unwrap(),
        "Ada Admin"
    );
    let none = remove_by_command(engine, &email).await;
    assert!(matches!(none, Err(Error::Stale(_))), "{none:?}");
}

async fn require(company: &Company, of: (bool, &[Role]), above: &str) -> Result<()> {
    let version = required(&company.engine).await.unwrap().version;
    let form = Form {
        request_id: Uuid::new_v4(),
        version,
    };
    set_required(&company.engine, &actor(ADA), form, of, above).await
}

async fn missing(company: &Company, id: PersonId) -> bool {
    let found = person::signed_in(&company.engine, id).await.unwrap();
    found.unwrap().actor.second_factor.is_missing()
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn it_is_required_of_whoever_holds_an_office_or_of_everyone(pool: PgPool) {
    let company = Company::new(pool).await;
    require(&company, (false, &[Role::FinanceManager]), "")
        .await
        .unwrap();
    assert!(missing(&company, FAY).await);
    assert!(!missing(&company, SAM).await);
    turned_on(&company.engine, FAY).await;
    assert!(!missing(&company, FAY).await);
    require(&company, (true, &[]), "").await.unwrap();
    assert!(missing(&company, SAM).await);
    let said = company
        .text("SELECT data::text FROM transitions WHERE subject_kind = 'organisation' ORDER BY seq DESC LIMIT 1")
        .await;
    assert!(
        said.contains("Finance manager") && said.contains("everyone"),
        "{said}"
    );

    let version = required(&company.engine).await.unwrap().version;
    require(&company, (true, &[]), "").await.unwrap();
    let same = required(&company.engine).await.unwrap().version;
    assert_eq!(same, version, "nothing changed");

    for wrong in ["-1", "1.001", "much"] {
        let refused = require(&company, (false, &[]), wrong).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{wrong}");
    }
    let form = Form {
        request_id: Uuid::new_v4(),
        version: required(&company.engine).await.unwrap().version,
    };
    let fay = set_required(&company.engine, &actor(FAY), form, (false, &[]), "").await;
    assert!(matches!(fay, Err(Error::Forbidden(_))), "{fay:?}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn approving_above_the_amount_takes_a_second_factor_just_proved_by_whichever_way(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    require(&company, (false, &[]), "500.00").await.unwrap();
    let at = company.submitted("500.00").await;
    company.act(MIA, at, approve()).await.unwrap();
    let above = company.submitted("500.01").await;
    let refused = company.act(MIA, above, approve()).await;
    assert!(
        matches!(&refused, Err(Error::Refused { message, .. }) if message.contains("500.00 USD")),
        "{refused:?}"
    );
    let overriding = crate::test_support::override_approve("Mia is ill");
    let refused = company.act(VIK, above, overriding).await;
    assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");

    let command = company.command(above, approve()).await;
    crate::purchase_order::execute(&company.engine, &proved(MIA), &command)
        .await
        .unwrap();
    assert_eq!(company.state(above).await, "approved");
}

async fn link(company: &Company, total: &str) -> String {
    let order = company.submitted(total).await;
    let decision = company
        .number(&format!(
            "SELECT max(id) FROM decisions WHERE subject_id = {order}"
        ))
        .await;
    let mut tx = company.engine.begin().await.unwrap();
    let link = approval_link::issue(&mut tx, &company.engine, decision, MIA).await;
    tx.commit().await.unwrap();
    link.unwrap().unwrap().token(&company.engine)
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_emailed_link_leads_to_signing_in_where_deciding_takes_a_second_factor(pool: PgPool) {
    let company = Company::new(pool).await;
    let cause = async |token: &str| match approval_link::look(&company.engine, token, HERE)
        .await
        .unwrap()
    {
        approval_link::Look::Open(_) => None,
        approval_link::Look::Dead(dead) => Some(dead.cause),
    };
    let dear = link(&company, "600.00").await;
    let cheap = link(&company, "400.00").await;
    require(&company, (false, &[]), "500.00").await.unwrap();
    assert_eq!(cause(&dear).await, Some(approval_link::Cause::SecondFactor));
    assert_eq!(cause(&cheap).await, None);
    require(&company, (true, &[]), "").await.unwrap();
    for token in [&dear, &cheap] {
        assert_eq!(cause(token).await, Some(approval_link::Cause::SecondFactor));
        let form = Form {
            request_id: Uuid::new_v4(),
            version: 2,
        };
        let decided = approval_link::decide(&company.engine, token, HERE, form, approve()).await;
        assert!(matches!(decided, Err(Error::Stale(_))), "{decided:?}");
    }
    // They work again once nothing is asked any more.
    require(&company, (false, &[]), "").await.unwrap();
    assert_eq!(cause(&dear).await, None);
}
