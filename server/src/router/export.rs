//! Lists as CSV: streamed while they are read, so that a million rows need no more memory than a thousand.

use app::{list::Shown, request::RequestContext};
use axum::{
    Extension, Router,
    body::{Body, Bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use engine::{
    Error, Result,
    audit::Change,
    cost_centre::CostCentre,
    department::Department,
    list::{Export, Query},
    mail::Delivery,
    person, purchase_order, vendor,
};
use futures::stream::{Stream, try_unfold};
use jiff::tz::TimeZone;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Exports at once: each holds a connection until its reader has it all.
static EXPORTS: Semaphore = Semaphore::const_new(2);

/// Every list's file beside its page.
pub(super) fn routes() -> Router {
    Router::new()
        .merge(file::<purchase_order::ListRow>())
        .merge(file::<person::ListRow>())
        .merge(file::<vendor::ListRow>())
        .merge(file::<Department>())
        .merge(file::<CostCentre>())
        .merge(file::<Change>())
        .merge(file::<Delivery>())
}

fn file<R: Shown>() -> Router {
    Router::new().route(&app::list::export(R::spec()), get(export::<R>))
}

/// `/purchase-orders.csv`: what the list of the same query shows, all of it.
pub(super) async fn export<R: Shown>(Extension(request): Extension<RequestContext>) -> Response {
    let Some(reader) = &request.signed_in else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(permit) = EXPORTS.try_acquire() else {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    };
    let zone = TimeZone::get(&reader.time_zone).unwrap_or(TimeZone::UTC);
    let query = Query::parse(R::spec(), &request.query, &zone);
    // A file has no place to say what is wrong with a filter, and all rows are not what was asked for.
    if !query.errors().is_empty() {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    match Export::<R>::begin(&request.engine, &reader.actor, &query).await {
        Ok(rows) => {
            let today = request.engine.clock().now().to_zoned(zone.clone()).date();
            let list = R::spec().path.rsplit('/').next().unwrap_or_default();
            download(&format!("{list}-{today}.csv"), stream(rows, zone, permit))
        }
        Err(error) => {
            tracing::error!(%error, reference = request.reference, "an export could not begin");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn download(name: &str, body: impl Stream<Item = Result<Bytes>> + Send + 'static) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, Body::from_stream(body)).into_response()
}

/// The file piece by piece. An error on the way breaks the download off, so that nobody takes a part for the whole.
fn stream<R: Shown>(
    rows: Export<R>,
    zone: TimeZone,
    permit: SemaphorePermit<'static>,
) -> impl Stream<Item = Result<Bytes>> {
    let head: Vec<String> = R::face().head.iter().map(ToString::to_string).collect();
    try_unfold(
        (rows, Some(head), permit),
        move |(mut rows, head, permit)| {
            let zone = zone.clone();
            async move {
                let batch = rows.next().await?;
                if batch.is_empty() && head.is_none() {
                    return Ok(None);
                }
                let records = batch.into_iter().map(|row| row.record(&zone));
                let piece = csv(head.into_iter().chain(records))?;
                Ok(Some((piece, (rows, None, permit))))
            }
        },
    )
}

fn csv(records: impl Iterator<Item = Vec<String>>) -> Result<Bytes> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer
            .write_record(record.into_iter().map(defused))
            .map_err(Error::internal)?;
    }
    let bytes = writer.into_inner().map_err(Error::internal)?;
    Ok(bytes.into())
}

/// A text that a spreadsheet would take for a formula gets a mark before it (OWASP, "CSV injection").
fn defused(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text_in_the_file() {
        let row = ["=1+1", "+1", "-1", "@x", "plain", "a,\"b\"\nc"]
            .map(str::to_owned)
            .to_vec();
        let text = csv([row].into_iter()).unwrap();
        assert_eq!(text, "'=1+1,'+1,'-1,'@x,plain,\"a,\"\"b\"\"\nc\"\n");
    }
}
