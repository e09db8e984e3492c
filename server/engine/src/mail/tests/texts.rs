//! Text messages against a Twilio over HTTP, which keeps what it takes and says what it is told to say.

use axum::{
    Router,
    extract::{Form, Query, State as Shared},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::fmt::rfc2822;
use serde_json::json;

use super::*;
use crate::{
    Engine,
    notification::choose,
    person::{self, Form as Shown},
};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const NUMBER: &str = "+12025550143";
/// An order that is urgent.
const URGENT: &str = "12000";

/// The fields of a form, as they came.
type Fields = Vec<(String, String)>;

/// What the fake does with the next text.
#[derive(Clone, Copy)]
enum Next {
    /// Does not take it.
    Says(u16, i64, &'static str),
    /// Takes it, but nobody hears so.
    Loses,
}

#[derive(Clone)]
struct FakeTwilio {
    engine: Engine,
    url: String,
    texts: Arc<Mutex<Vec<Fields>>>,
    next: Arc<Mutex<VecDeque<Next>>>,
}

impl FakeTwilio {
    async fn start(company: &Company, next: &[Next]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self {
            engine: company.engine.clone(),
            url: format!("http://{}/", listener.local_addr().unwrap()),
            texts: Arc::default(),
            next: Arc::new(Mutex::new(next.iter().copied().collect())),
        };
        let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
        let app = Router::new()
            .route(&path, get(list).post(take))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        fake
    }

    fn post(&self) -> Post {
        let from = TextSender::parse("+15550100000").unwrap();
        let base = Twilio::base(&self.url).unwrap();
        Post::default().by_twilio(Twilio::new(&base, ACCOUNT, "secret", from).unwrap())
    }

    fn texts(&self) -> Vec<Fields> {
        self.texts.lock().unwrap().clone()
    }

    fn answer(&self, body: &str) -> serde_json::Value {
        let now = self.engine.clock().now().to_zoned(jiff::tz::TimeZone::UTC);
        json!({ "sid": "SM1", "status": "queued", "body": body, "date_created": rfc2822::to_string(&now).unwrap() })
    }
}

fn is_signed(headers: &HeaderMap) -> bool {
    // ACCOUNT:secret
    let expected = "Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjpzZWNyZXQ=";
    headers.get("authorization").unwrap() == expected
}

async fn take(
    Shared(fake): Shared<FakeTwilio>,
    headers: HeaderMap,
    Form(text): Form<Fields>,
) -> Response {
    assert!(is_signed(&headers));
    let next = fake.next.lock().unwrap().pop_front();
    if let Some(Next::Says(status, code, message)) = next {
        let fault = json!({ "code": code, "message": message, "status": status });
        return (StatusCode::from_u16(status).unwrap(), fault.to_string()).into_response();
    }
    let answer = fake.answer(&text[2].1);
    fake.texts.lock().unwrap().push(text);
    match next {
        Some(_) => (StatusCode::BAD_GATEWAY, "lost").into_response(),
        None => (StatusCode::CREATED, answer.to_string()).into_response(),
    }
}

async fn list(
    Shared(fake): Shared<FakeTwilio>,
    headers: HeaderMap,
    uri: Uri,
    Query(asked): Query<Fields>,
) -> Response {
    assert!(is_signed(&headers), "{uri}");
    let to = &asked[0];
    let texts = fake.texts();
    let theirs = texts.iter().filter(|text| &text[0] == to);
    let messages: Vec<_> = theirs.map(|text| fake.answer(&text[2].1)).collect();
    json!({ "messages": messages }).to_string().into_response()
}

impl Company {
    async fn reached_at(&self, person: PersonId, number: &str) {
        let shown = person::get(&self.engine, person).await.unwrap().unwrap();
        let form = Shown {
            request_id: Uuid::new_v4(),
            version: shown.version,
        };
        person::set_phone(&self.engine, person, form, number)
            .await
            .unwrap();
    }

    /// A company whose first approver is reached at a number.
    async fn texting(pool: PgPool) -> Self {
        let company = Company::new(pool).await;
        company.engine.served_at("https://orders.example");
        company.reached_at(MIA, "+1 202 555-0143").await;
        company
    }

    /// The text messages among [`Company::deliveries`].
    async fn sent(&self) -> Vec<String> {
        let all = self.deliveries().await;
        all.into_iter()
            .filter(|said| said.starts_with('+'))
            .collect()
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_is_urgent_is_texted_to_whoever_gave_a_number_and_nothing_else(pool: PgPool) {
    let company = Company::texting(pool).await;
    let fake = FakeTwilio::start(&company, &[]).await;
    company.submitted("900").await;
    company.work(&fake.post()).await;
    assert_eq!(company.sent().await, [""; 0], "not urgent");
    let id = company.submitted(URGENT).await;
    company.work(&fake.post()).await;
    assert_eq!(
        company.sent().await,
        [format!("{NUMBER} sent 1 queued SM1")]
    );
    let [text] = fake.texts().try_into().unwrap();
    let body = format!(
        "Urgent: PO-{id} waits for your decision\nhttps://orders.example/purchase-orders/{id}"
    );
    let expected = [("To", NUMBER), ("From", "+15550100000"), ("Body", &body)];
    assert_eq!(
        text,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    company.work(&fake.post()).await;
    assert_eq!(fake.texts().len(), 1, "once");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_wants_no_texts_of_a_kind_or_takes_the_number_away_gets_none(pool: PgPool) {
    let company = Company::texting(pool).await;
    choose(&company.engine, MIA, Uuid::new_v4(), |_, way| {
        way != Way::Sms
    })
    .await
    .unwrap();
    company.submitted(URGENT).await;
    choose(&company.engine, MIA, Uuid::new_v4(), |_, _| true)
        .await
        .unwrap();
    company.reached_at(MIA, "").await;
    company.submitted(URGENT).await;
    assert_eq!(company.sent().await, [""; 0]);
    assert_eq!(company.deliveries().await.len(), 2, "the mails");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn each_way_without_settings_keeps_its_own_in_the_outbox(pool: PgPool) {
    let company = Company::texting(pool).await;
    let far = FarSide::start(&[]).await;
    let id = company.submitted(URGENT).await;
    company.work(&far.post()).await;
    let all = company.deliveries().await;
    assert!(
        all.contains(&"mia@example.com sent 1 250 2.0.0 taken as 4711".to_owned())
            && all.contains(&format!("{NUMBER} outbox 0 -")),
        "{all:?}"
    );
    let kept = company
        .number("SELECT id FROM deliveries WHERE way = 'sms'")
        .await;
    let kept = crate::mail::get(&company.engine, kept).await.unwrap();
    let text = kept.text.unwrap();
    assert!(text.ends_with(&format!("/purchase-orders/{id}")), "{text}");
    assert_eq!(kept.html, None);

    company.submitted(URGENT).await;
    let fake = FakeTwilio::start(&company, &[]).await;
    company.work(&fake.post()).await;
    let all = company.deliveries().await;
    assert!(
        all.contains(&"mia@example.com outbox 0 -".to_owned())
            && all.contains(&format!("{NUMBER} sent 1 queued SM1")),
        "{all:?}"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_twilio_does_not_take_now_is_tried_again_and_what_it_refuses_has_failed(pool: PgPool) {
    let company = Company::texting(pool).await;
    let says = [
        Next::Says(429, 20429, "Too many requests"),
        Next::Says(401, 20003, "Authenticate"),
        Next::Says(503, 20503, "Unavailable"),
        Next::Says(400, 21211, "The 'To' number is not valid"),
    ];
    let fake = FakeTwilio::start(&company, &says).await;
    company.submitted(URGENT).await;
    for said in [
        "pending 1 429 20429 Too many requests",
        "pending 2 401 20003 Authenticate",
        "pending 3 503 20503 Unavailable",
        "failed 4 400 21211 The 'To' number is not valid",
    ] {
        company.wait_for_retry().await;
        company.work(&fake.post()).await;
        assert_eq!(company.sent().await, [format!("{NUMBER} {said}")]);
    }
    assert_eq!(failed(&company.engine).await.unwrap(), 1);
    assert!(fake.texts().is_empty());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_text_that_twilio_took_unheard_is_not_sent_twice(pool: PgPool) {
    let company = Company::texting(pool).await;
    let fake = FakeTwilio::start(&company, &[Next::Loses]).await;
    company.submitted(URGENT).await;
    company.work(&fake.post()).await;
    assert_eq!(
        company.sent().await,
        [format!("{NUMBER} pending 1 502 Bad Gateway")]
    );
    company.wait_for_retry().await;
    company.work(&fake.post()).await;
    assert_eq!(
        company.sent().await,
        [format!("{NUMBER} sent 2 queued SM1")]
    );
    assert_eq!(fake.texts().len(), 1);
}
