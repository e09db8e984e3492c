//! The router as a client meets it, without a socket.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header, request::Builder},
    response::Response,
};
use engine::{
    AuditKey, Clock, Engine,
    attachment::Files,
    notification::Live,
    session_store::{self, PostgresStore},
    sign_in::Entered,
};
use http_body_util::BodyExt as _;
use server::{
    Served,
    assets::Site,
    config::{PublicUrl, TrustedProxies},
};
use sqlx::PgPool;
use tower::ServiceExt as _;
use tower_sessions::Session;

/// The demo's people with the router over them.
pub struct App {
    pub engine: Engine,
    router: Router,
    cookie: &'static str,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no header {name} in {:?}", self.headers))
            .to_str()
            .unwrap()
    }

    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl App {
    pub async fn new(pool: PgPool) -> Self {
        Self::with(pool, |_| {}).await
    }

    /// With what is served changed.
    pub async fn with(pool: PgPool, change: impl FnOnce(&mut Served)) -> Self {
        engine::job::migrate(&pool).await.unwrap();
        let key = AuditKey::new(vec![7; 32]).unwrap();
        let engine = Engine::open(pool, Clock::system(), key).await.unwrap();
        engine::demo::people_only(&engine).await.unwrap();
        let mut served = Served {
            live: Live::new(&engine),
            engine: engine.clone(),
            files: Files::in_folder(&tempfile::tempdir().unwrap().keep()).unwrap(),
            public_url: PublicUrl::parse("http://127.0.0.1:3000").unwrap(),
            trusted_proxies: TrustedProxies::default(),
            metrics_token: None,
            site: site(),
            demo: true,
        };
        change(&mut served);
        let https = served.public_url.is_https();
        Self {
            engine,
            router: server::router(served).unwrap(),
            cookie: if https {
                "__Host-countersign"
            } else {
                "countersign"
            },
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, mut body) = self.begin(request).await.into_parts();
        // Events have no end: what is there at once.
        let body = if parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/event-stream")
        {
            event(&mut body).await.unwrap_or_default().into()
        } else {
            to_bytes(body, usize::MAX).await.unwrap()
        };
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// An answer whose body was not read yet.
    pub async fn begin(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// The events of an address, to be read one by one with [`event`].
    pub async fn events(&self, path: &str, cookie: &str) -> Body {
        let request = with_cookie(page(path), Some(cookie));
        let answer = self.begin(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.into_body()
    }

    pub async fn get(&self, path: &str, cookie: Option<&str>) -> Answer {
        self.send(with_cookie(page(path), cookie).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post(&self, path: &str, cookie: Option<&str>, body: &str) -> Answer {
        let body = Body::from(body.to_owned());
        self.send(with_cookie(form(path), cookie).body(body).unwrap())
            .await
    }

    /// The cookie of someone of the demo who signed in: `sam`.
    pub async fn sign_in(&self, name: &str) -> String {
        let email = format!("{name}@example.com");
        let address = [127, 0, 0, 1].into();
        let entered =
            engine::sign_in::sign_in(&self.engine, &email, engine::demo::PASSWORD, address)
                .await
                .unwrap();
        let Entered::In(identity) = entered else {
            panic!("{name} has to enter a code")
        };
        let store = Arc::new(PostgresStore::new(self.engine.clone()));
        let session = Session::new(None, store, Some(session_store::expiry()));
        session_store::enter(&session, &self.engine, identity, "test")
            .await
            .unwrap();
        session.save().await.unwrap();
        format!("{}={}", self.cookie, session.id().unwrap())
    }
}

/// The next event of a stream, as it is sent; `None` at its end.
pub async fn event(body: &mut Body) -> Option<String> {
    let frame = body.frame().await?.unwrap();
    Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
}

/// What a browser sends when someone follows a link or types an address.
pub fn page(path: &str) -> Builder {
    from_this_machine(Request::get(path)).header(header::ACCEPT, "text/html,*/*;q=0.8")
}

/// What a browser sends with one of our own forms.
pub fn form(path: &str) -> Builder {
    from_this_machine(Request::post(path))
        .header(header::ACCEPT, "text/html,*/*;q=0.8")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "http://127.0.0.1:3000")
        .header("sec-fetch-site", "same-origin")
}

pub fn from_this_machine(request: Builder) -> Builder {
    from(request, "127.0.0.1:4711")
}

pub fn from(request: Builder, peer: &str) -> Builder {
    request
        .header(header::HOST, "127.0.0.1:3000")
        .extension(ConnectInfo(peer.parse::<SocketAddr>().unwrap()))
}

fn with_cookie(request: Builder, cookie: Option<&str>) -> Builder {
    match cookie {
        Some(cookie) => request.header(header::COOKIE, cookie),
        None => request,
    }
}

fn site() -> Site {
    let files = [
        "pkg/app.css",
        "pkg/app.js",
        "pkg/app_bg.wasm",
        "app.js",
        "favicon.svg",
    ];
    Site::from_files(files.map(|name| (name.to_owned(), name.as_bytes().into())))
}

/// A body whose length is not announced.
pub fn streamed(length: usize) -> Body {
    const PIECE: usize = 64 * 1024;
    let pieces = (0..length.div_ceil(PIECE)).map(move |at| {
        let left = (length - at * PIECE).min(PIECE);
        Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; left]))
    });
    Body::from_stream(futures::stream::iter(pieces))
}

/// Sends a form and follows where it leads, with the session it leaves.
pub async fn sent(app: &App, path: &str, cookie: &str, body: &str) -> (String, Answer) {
    let answer = app.post(path, Some(cookie), body).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{path}: {}",
        answer.body
    );
    let cookie = renewed(&answer).unwrap_or_else(|| cookie.to_owned());
    let to = answer.location().to_owned();
    let mut page = app.get(&to, Some(&cookie)).await;
    // What Leptos puts between pieces of text.
    page.body = page.body.replace("<!>", "");
    (to.split('?').next().unwrap_or_default().to_owned(), page)
}

/// The cookie an answer sets.
pub fn renewed(answer: &Answer) -> Option<String> {
    let set = answer.headers.get("set-cookie")?.to_str().unwrap();
    Some(set.split(';').next().unwrap_or_default().to_owned())
}
