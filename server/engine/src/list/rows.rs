//! The rows of a list: a page of them, or all of them batch by batch, exactly what is filtered as it stood at one moment.

use domain::actor::Actor;
use sqlx::PgConnection;

use super::{
    Asked, COUNT_LIMIT, Cursor, Ids, PAGE, Query, Scope, Spec, count, ids, statement::keeps_plans,
};
use crate::{Engine, Result, Tx};

/// Rows an export reads at once.
const BATCH: usize = 1000;

/// A row of a list.
pub trait Listed: Sized + Send + 'static {
    /// The list.
    fn spec() -> &'static Spec;

    /// Which rows the actor may have of what is asked. Who may not enter the list at all never gets here.
    fn scope(
        _db: &mut PgConnection,
        _actor: &Actor,
        _query: &Query,
    ) -> impl Future<Output = Result<Scope>> + Send {
        async { Ok(Scope::All) }
    }

    /// The rows of these keys, in this order.
    fn rows(db: &mut PgConnection, keys: &[i64]) -> impl Future<Output = Result<Vec<Self>>> + Send;
}

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<R> {
    /// At most 50, in the order asked for.
    pub rows: Vec<R>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// How many there are in all, exact to 1,000; `None`: over 1,000.
    pub count: Option<i64>,
}

/// A page of what is asked, of what the actor may have.
pub async fn read<R: Listed>(engine: &Engine, actor: &Actor, query: &Query) -> Result<Page<R>> {
    let now = engine.clock().now();
    let mut db = engine.pool().acquire().await?;
    let scope = R::scope(&mut db, actor, query).await?;
    if keeps_plans(query, &scope) {
        let asked = Asked::new(&mut db, query, &scope, now).await?;
        return page(&mut db, &asked).await;
    }
    drop(db);
    let mut tx = engine.one_asked_moment().await?;
    let asked = Asked::new(&mut tx, query, &scope, now).await?;
    let page = page(&mut tx, &asked).await?;
    tx.rollback().await?;
    Ok(page)
}

async fn page<R: Listed>(db: &mut PgConnection, asked: &Asked<'_>) -> Result<Page<R>> {
    let Ids { keys, next } = ids(db, asked, PAGE).await?;
    let count = match (&asked.query.after, &next) {
        (None, None) => i64::try_from(keys.len()).unwrap_or(COUNT_LIMIT),
        _ => count(db, asked).await?,
    };
    Ok(Page {
        rows: R::rows(db, &keys).await?,
        next,
        count: (count < COUNT_LIMIT).then_some(count),
    })
}

/// An export under way. Holds a connection and one moment of the database until it is dropped.
pub struct Export<R> {
    tx: Tx,
    scope: Scope,
    now: jiff::Timestamp,
    /// What is left; `None` at the end.
    query: Option<Query>,
    rows: std::marker::PhantomData<fn() -> R>,
}

impl<R: Listed> Export<R> {
    /// Begins to export what is asked, of what the actor may have.
    pub async fn begin(engine: &Engine, actor: &Actor, query: &Query) -> Result<Self> {
        let mut tx = engine.one_asked_moment().await?;
        // Whoever stops reading the file holds up the database's clearing away no longer than this.
        sqlx::query!("SELECT set_config('idle_in_transaction_session_timeout', '60s', true)")
            .fetch_one(&mut *tx)
            .await?;
        Ok(Self {
            scope: R::scope(&mut tx, actor, query).await?,
            tx,
            now: engine.clock().now(),
            query: Some(query.first_page()),
            rows: std::marker::PhantomData,
        })
    }

    /// The next rows; none at the end.
    pub async fn next(&mut self) -> Result<Vec<R>> {
        let Some(query) = self.query.take() else {
            return Ok(Vec::new());
        };
        let asked = Asked::new(&mut self.tx, &query, &self.scope, self.now).await?;
        let page = ids(&mut self.tx, &asked, BATCH).await?;
        self.query = page.next.map(|next| query.page_after(Some(next)));
        R::rows(&mut self.tx, &page.keys).await
    }
}
