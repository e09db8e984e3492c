mod texts;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use domain::{notification::Way, purchase_order::Event};
use sqlx::PgPool;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

use super::{
    deliver::{ATTEMPTS, again, claim},
    *,
};
use crate::{
    approval_link,
    attachment::Made,
    purchase_order,
    test_support::{Company, MIA, SAM, approve, files, withdraw},
};

/// A mail server that says what it is told to say to the end of each mail, and keeps what it was sent.
#[derive(Clone)]
struct FarSide {
    address: SocketAddr,
    mails: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
}

impl FarSide {
    async fn start(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let far = Self {
            address: listener.local_addr().unwrap(),
            mails: Arc::default(),
            answers: Arc::new(Mutex::new(answers.iter().copied().collect())),
        };
        let server = far.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move { server.talk(stream).await });
            }
        });
        far
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 far.example ready\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let verb = line
                .split([' ', ':'])
                .next()
                .unwrap_or_default()
                .to_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-far.example\r\n250 8BITMIME",
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut mail = String::new();
                    while let Some(line) = lines.next_line().await? {
                        if line == "." {
                            break;
                        }
                        mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                        mail.push('\n');
                    }
                    self.mails.lock().unwrap().push(mail);
                    let answer = self.answers.lock().unwrap().pop_front();
                    answer.unwrap_or("250 2.0.0 taken as 4711")
                }
                "QUIT" => "221 bye",
                _ => "250 fine",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }

    fn post(&self) -> Post {
        let server = Post::server(&format!("smtp://{}", self.address)).unwrap();
        Post::default().by_smtp(
            server,
            Post::sender("Countersign <post@company.example>").unwrap(),
        )
    }

    fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }
}

impl Company {
    /// Sends what is due now.
    async fn work(&self, post: &Post) {
        deliver_due(&self.engine, &files(), post, &CancellationToken::new())
            .await
            .unwrap();
    }

    /// What failed before is due now.
    async fn wait_for_retry(&self) {
        self.run("UPDATE deliveries SET next_at = created_at WHERE state = 'pending'")
            .await;
    }

    /// Each delivery: to whom, how it stands, after how many attempts, what was answered.
    async fn deliveries(&self) -> Vec<String> {
        let rows = self
            .rows("SELECT address, state, attempts, coalesce(answer, '-') AS answer FROM deliveries ORDER BY id")
            .await;
        let row = |row: &serde_json::Value| {
            let [address, state, answer] =
                ["address", "state", "answer"].map(|name| row[name].as_str().unwrap().to_owned());
            format!("{address} {state} {} {answer}", row["attempts"])
        };
        rows.as_array().unwrap().iter().map(row).collect()
    }
}

fn header<'a>(mail: &'a str, name: &str) -> &'a str {
    let line = mail.lines().find(|line| line.starts_with(name));
    line.unwrap_or_else(|| panic!("no {name} in {mail}"))[name.len()..].trim()
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_mail_leaves_as_text_and_html_and_the_servers_answer_is_kept(pool: PgPool) {
    let company = Company::new(pool).await;
    company.engine.served_at("https://orders.example");
    let far = FarSide::start(&[]).await;
    let id = company.submitted("900").await;
    assert_eq!(
        company.deliveries().await,
        ["mia@example.com pending 0 -"],
        "nothing leaves before the job"
    );
    company.work(&far.post()).await;
    assert_eq!(
        company.deliveries().await,
        ["mia@example.com sent 1 250 2.0.0 taken as 4711"]
    );
    let [mail] = far.mails().try_into().unwrap();
    assert_eq!(header(&mail, "To:"), "mia@example.com");
    assert_eq!(header(&mail, "From:"), "Countersign <post@company.example>");
    assert_eq!(
        header(&mail, "Subject:"),
        format!("PO-{id} waits for your decision")
    );
    for part in [
        "multipart/alternative",
        "text/plain",
        "text/html",
        "Raised by: Sam Stone",
        "Line 1: Desk, 1 each at 900.00",
        &format!("https://orders.example/purchase-orders/{id}"),
    ] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    let kept = "SELECT count(*) FROM deliveries WHERE letter IS NOT NULL";
    assert_eq!(company.number(kept).await, 0, "what was sent is not kept");
    company.work(&far.post()).await;
    assert_eq!(far.mails().len(), 1);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn one_order_is_one_thread_and_no_two_mails_share_an_id(pool: PgPool) {
    let company = Company::new(pool).await;
    let far = FarSide::start(&[]).await;
    let id = company.submitted("900").await;
    company.does(MIA, id, approve()).await;
    company.submitted("900").await;
    company.work(&far.post()).await;
    let mails = far.mails();
    let thread = format!("<purchase_order-{id}@company.example>");
    let of: Vec<_> = mails
        .iter()
        .filter(|mail| header(mail, "References:") == thread)
        .collect();
    assert_eq!((mails.len(), of.len()), (4, 3));
    for mail in of {
        assert_eq!(header(mail, "In-Reply-To:"), thread);
    }
    let mut ids: Vec<_> = mails
        .iter()
        .map(|mail| header(mail, "Message-ID:").to_owned())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_the_server_does_not_take_now_is_tried_again_under_the_same_id(pool: PgPool) {
    let company = Company::new(pool).await;
    let far = FarSide::start(&["451 4.3.0 try later"]).await;
    company.submitted("900").await;
    company.work(&far.post()).await;
    let [said] = company.deliveries().await.try_into().unwrap();
    assert!(
        said.starts_with("mia@example.com pending 1") && said.contains("try later"),
        "{said}"
    );
    let pause = "SELECT extract(epoch FROM next_at - tried_at)::bigint FROM deliveries";
    assert_eq!(company.number(pause).await, 30, "seconds");
    company.work(&far.post()).await;
    assert_eq!(far.mails().len(), 1, "not before its time");
    company.wait_for_retry().await;
    company.work(&far.post()).await;
    assert_eq!(
        company.deliveries().await,
        ["mia@example.com sent 2 250 2.0.0 taken as 4711"]
    );
    let ids: Vec<_> = far
        .mails()
        .iter()
        .map(|mail| header(mail, "Message-ID:").to_owned())
        .collect();
    assert_eq!(ids[0], ids[1]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_the_server_refuses_for_good_has_failed_until_somebody_sends_it_again(pool: PgPool) {
    let company = Company::new(pool).await;
    let far = FarSide::start(&["550 5.1.1 no such mailbox"]).await;
    company.submitted("900").await;
    company.work(&far.post()).await;
    let [said] = company.deliveries().await.try_into().unwrap();
    assert!(
        said.starts_with("mia@example.com failed 1") && said.contains("no such mailbox"),
        "{said}"
    );
    company.work(&far.post()).await;
    assert_eq!(far.mails().len(), 1, "not tried by itself");
    let delivery = company.number("SELECT id FROM deliveries").await;
    let mut tx = company.engine.begin().await.unwrap();
    assert!(again(&mut tx, &company.engine, delivery).await.unwrap());
    assert!(
        !again(&mut tx, &company.engine, delivery).await.unwrap(),
        "once"
    );
    tx.commit().await.unwrap();
    company.work(&far.post()).await;
    assert_eq!(
        company.deliveries().await,
        ["mia@example.com sent 1 250 2.0.0 taken as 4711"]
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_server_that_is_not_there_is_tried_to_the_last_attempt_and_then_given_up(pool: PgPool) {
    let company = Company::new(pool).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("smtp://{}", listener.local_addr().unwrap());
    drop(listener);
    let post = Post::default().by_smtp(
        Post::server(&nobody).unwrap(),
        Post::sender("a@b.example").unwrap(),
    );
    company.submitted("900").await;
    for attempt in 1..=ATTEMPTS {
        company.wait_for_retry().await;
        company.work(&post).await;
        let [said] = company.deliveries().await.try_into().unwrap();
        let state = if attempt == ATTEMPTS {
            "failed"
        } else {
            "pending"
        };
        let start = format!("mia@example.com {state} {attempt} ");
        assert!(said.starts_with(&start), "{said}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn without_mail_settings_nothing_is_lost(pool: PgPool) {
    let company = Company::new(pool).await;
    company.submitted("900").await;
    company.work(&Post::default()).await;
    assert_eq!(company.deliveries().await, ["mia@example.com outbox 0 -"]);
    let text = company.text("SELECT letter::text FROM deliveries").await;
    assert!(text.contains("waits for your decision"), "{text}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_mail_by_itself_goes_to_an_address_that_is_nobodys(pool: PgPool) {
    let company = Company::new(pool).await;
    let far = FarSide::start(&[]).await;
    let mail = Mail {
        person: None,
        address: "orders@vendor.example".to_owned(),
        letter: Letter {
            headline: "An order & more".to_owned(),
            paragraphs: vec!["<b>Please</b>".to_owned()],
            ..Letter::default()
        },
        thread: None,
        password_link: None,
        attachment: None,
    };
    let mut tx = company.engine.begin().await.unwrap();
    enqueue(&mut tx, &company.engine, &mail).await.unwrap();
    tx.rollback().await.unwrap();
    company.work(&far.post()).await;
    assert!(far.mails().is_empty(), "what was not committed is not sent");
    let mut tx = company.engine.begin().await.unwrap();
    enqueue(&mut tx, &company.engine, &mail).await.unwrap();
    tx.commit().await.unwrap();
    company.work(&far.post()).await;
    let [mail] = far.mails().try_into().unwrap();
    // Long lines are folded.
    let mail = mail.replace("=\n", "");
    assert_eq!(header(&mail, "To:"), "orders@vendor.example");
    assert!(
        mail.contains("&lt;b&gt;Please") || mail.contains("&#60;b&#62;Please"),
        "{mail}"
    );
    assert!(!mail.contains("References:"), "{mail}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn three_hundred_people_told_at_once_are_each_mailed_once(pool: PgPool) {
    let company = Company::new(pool).await;
    company
        .run("INSERT INTO people (name, email, created_at) SELECT 'P ' || n, 'p' || n || '@example.com', now() FROM generate_series(1, 300) n;
              INSERT INTO person_roles SELECT id, 'purchasing' FROM people WHERE email LIKE 'p%@example.com' AND id > 100")
        .await;
    let far = FarSide::start(&[]).await;
    let id = company.submitted("900").await;
    company.does(MIA, id, approve()).await;
    let (one, other) = (far.post(), far.post());
    tokio::join!(company.work(&one), company.work(&other));
    assert_eq!(far.mails().len(), 303, "by two servers");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_mail_whose_server_died_while_sending_is_sent_by_another(pool: PgPool) {
    let company = Company::new(pool).await;
    let far = FarSide::start(&[]).await;
    company.submitted("900").await;
    claim(&company.engine, Way::Email).await.unwrap().unwrap();
    company.work(&far.post()).await;
    assert!(far.mails().is_empty(), "it may still be on its way");
    company.wait_for_retry().await;
    company.work(&far.post()).await;
    assert_eq!(
        company.deliveries().await,
        ["mia@example.com sent 2 250 2.0.0 taken as 4711"]
    );
}

/// The token of the link that a mail or its text says.
fn token(mail: &str) -> Option<String> {
    let mail = mail.replace("=\n", "");
    let (_, rest) = mail.split_once("/a/")?;
    let ends = |c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c);
    rest.split(ends).next().map(str::to_owned)
}

const HERE: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

async fn opens(company: &Company, token: &str) -> bool {
    let look = approval_link::look(&company.engine, token, HERE).await;
    matches!(look.unwrap(), approval_link::Look::Open(_))
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_is_asked_for_a_decision_can_make_it_from_the_mail(pool: PgPool) {
    let company = Company::new(pool).await;
    let far = FarSide::start(&["451 4.3.0 try later"]).await;
    let id = company.submitted("900").await;
    let links = "SELECT count(*) FROM approval_links";
    assert_eq!(company.number(links).await, 0, "made when it leaves");
    company.work(&far.post()).await;
    company.wait_for_retry().await;
    company.work(&far.post()).await;
    let [refused, sent] = far.mails().try_into().unwrap();
    let link = token(&sent).unwrap();
    assert_eq!(
        token(&refused).as_ref(),
        Some(&link),
        "one however often it is tried"
    );
    assert!(sent.contains("/reject"), "{sent}");
    assert!(opens(&company, &link).await);
    company.does(MIA, id, approve()).await;
    assert!(!opens(&company, &link).await);
    company.work(&far.post()).await;
    let told = &far.mails()[2..];
    assert!(
        told.len() == 2 && told.iter().all(|mail| token(mail).is_none()),
        "{told:?}"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_mail_that_leaves_after_the_decision_has_no_link_not_even_to_the_next_one(pool: PgPool) {
    let company = Company::new(pool).await;
    let far = FarSide::start(&[]).await;
    let id = company.submitted("900").await;
    company.does(SAM, id, withdraw()).await;
    company.does(SAM, id, Event::Submit).await;
    company.work(&far.post()).await;
    let asks = |mail: &&String| header(mail, "Subject:").contains("waits for your decision");
    let mails = far.mails();
    let links: Vec<_> = mails.iter().filter(asks).map(|mail| token(mail)).collect();
    assert_eq!(links.len(), 2);
    assert_eq!(links.iter().flatten().count(), 1, "{links:?}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_outbox_shows_the_link_of_a_mail_that_goes_nowhere_else(pool: PgPool) {
    let company = Company::new(pool).await;
    company.submitted("900").await;
    let id = company.number("SELECT id FROM deliveries").await;
    let text = async || get(&company.engine, id).await.unwrap().text.unwrap();
    assert_eq!(token(&text().await), None, "it may yet be sent");
    company.work(&Post::default()).await;
    let link = token(&text().await).unwrap();
    assert_eq!(token(&text().await), Some(link.clone()));
    assert!(opens(&company, &link).await);
    let kept = "SELECT string_agg(to_jsonb(d)::text, ' ') FROM deliveries d";
    assert!(!company.text(kept).await.contains(&link));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_file_of_a_mail_leaves_with_it_and_one_that_is_gone_holds_it_back(pool: PgPool) {
    let company = Company::new(pool).await;
    let (far, kept) = (FarSide::start(&[]).await, files());
    let id = company.raise("900").await;
    let made = Made {
        id: Uuid::new_v4(),
        subject: purchase_order::subject(id),
        by: SAM,
        name: "Order für Büro.pdf".to_owned(),
        content: Bytes::from_static(b"%PDF-1.7 of an order"),
    };
    let mut tx = company.engine.begin().await.unwrap();
    made.keep(&mut tx, &company.engine).await.unwrap();
    let mail = Mail {
        person: None,
        address: "orders@vendor.example".to_owned(),
        letter: Letter {
            headline: "An order".to_owned(),
            ..Letter::default()
        },
        thread: None,
        password_link: None,
        attachment: Some(made.id),
    };
    enqueue(&mut tx, &company.engine, &mail).await.unwrap();
    tx.commit().await.unwrap();

    let send = async || {
        let (engine, post) = (&company.engine, far.post());
        deliver_due(engine, &kept, &post, &CancellationToken::new())
            .await
            .unwrap();
    };
    send().await;
    assert!(
        far.mails().is_empty(),
        "its bytes are not there: it waits for them"
    );
    made.write(&kept).await.unwrap();
    company.wait_for_retry().await;
    send().await;
    let [mail] = far.mails().try_into().unwrap();
    assert!(
        header(&mail, "Content-Type:").starts_with("multipart/mixed"),
        "{mail}"
    );
    assert!(mail.contains("Content-Type: application/pdf"), "{mail}");
    assert!(mail.contains("Order%20f%C3%BCr%20B%C3%BCro.pdf"), "{mail}");
    assert!(mail.contains("%PDF-1.7 of an order"), "{mail}");
}
