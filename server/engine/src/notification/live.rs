//! Live counts: one connection of the process listens, and everyone who waits hears of what is theirs.

use std::{
    sync::{Arc, Once},
    time::Duration,
};

use domain::ids::PersonId;
use futures::stream::{Stream, unfold};
use sqlx::{PgPool, postgres::PgListener};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::{Instant, sleep, timeout_at},
};
use tokio_util::sync::CancellationToken;

use super::unread;
use crate::Engine;

/// What [`super::tell`] notifies.
const CHANNEL: &str = "notifications";
/// Who is slower than this many looks again at everything.
const BUFFER: usize = 256;
/// Between two tries to listen again.
const AGAIN: Duration = Duration::from_secs(2);
/// So long one stream lasts; then the browser asks again, and is asked again who it is.
const LASTS: Duration = Duration::from_mins(10);

/// Who has something new; `None`: perhaps everyone.
type News = Option<PersonId>;

/// Hears of notifications for everyone who has a page open here.
#[derive(Clone, Debug)]
pub struct Live {
    engine: Engine,
    news: broadcast::Sender<News>,
    stop: CancellationToken,
    listens: Arc<Once>,
}

impl Live {
    /// Listens from the first reader on.
    pub fn new(engine: &Engine) -> Self {
        Self {
            engine: engine.clone(),
            news: broadcast::Sender::new(BUFFER),
            stop: CancellationToken::new(),
            listens: Arc::new(Once::new()),
        }
    }

    /// Listens until it is stopped; goes on when the database was away.
    fn listen(&self) {
        let (news, stop) = (self.news.clone(), self.stop.clone());
        let pool = self.engine.pool().clone();
        tokio::spawn(stop.run_until_cancelled_owned(keep_listening(pool, news)));
    }

    /// Ends every stream, and listening.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// How many notifications somebody has not read: now, and whenever it may have changed.
    pub fn counts(&self, person: PersonId) -> impl Stream<Item = i64> + Send + use<> {
        let state = (self.news.subscribe(), self.engine.clone(), true);
        self.listens.call_once(|| self.listen());
        let ends = Instant::now() + LASTS;
        let stop = self.stop.clone();
        unfold(state, move |(mut news, engine, first)| {
            let stop = stop.clone();
            async move {
                if !first {
                    let heard = timeout_at(ends, hear(&mut news, person));
                    stop.run_until_cancelled(heard).await?.ok()??;
                }
                let count = unread(&engine, person).await.ok()?;
                Some((count, (news, engine, false)))
            }
        })
    }
}

/// Until there may be something new for `person`; `None` when nothing will come any more.
async fn hear(news: &mut broadcast::Receiver<News>, person: PersonId) -> Option<()> {
    loop {
        match news.recv().await {
            Ok(Some(other)) if other != person => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return Some(()),
            Err(RecvError::Closed) => return None,
        }
    }
}

async fn keep_listening(pool: PgPool, news: broadcast::Sender<News>) {
    while !pool.is_closed() {
        if let Err(error) = listen(&pool, &news).await {
            tracing::warn!(%error, "not listening for notifications; trying again");
        }
        sleep(AGAIN).await;
    }
}

async fn listen(pool: &PgPool, news: &broadcast::Sender<News>) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // What was told before it listened, or while the connection was away, nobody heard.
        let _ = news.send(None);
        while let Some(heard) = listener.try_recv().await? {
            if let Ok(id) = heard.payload().parse() {
                // Nobody has a page open: nobody to tell.
                let _ = news.send(Some(PersonId(id)));
            }
        }
    }
}
