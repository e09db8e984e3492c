//! Lists as CSV: streamed while they are read, so that a million rows need no more memory than a thousand.

use app::{purchase_order::export, request::RequestContext};
use axum::{
    Extension,
    body::{Body, Bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::{
    Error, Result,
    list::Query,
    purchase_order::{Export, ORDERS},
};
use futures::stream::{Stream, try_unfold};
use jiff::tz::TimeZone;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Exports at once: each holds a connection until its reader has it all.
static EXPORTS: Semaphore = Semaphore::const_new(2);

/// `/purchase-orders.csv`: what the list of the same query shows, all of it.
pub(super) async fn purchase_orders(Extension(request): Extension<RequestContext>) -> Response {
    let Some(reader) = &request.signed_in else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(permit) = EXPORTS.try_acquire() else {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    };
    let zone = TimeZone::get(&reader.time_zone).unwrap_or(TimeZone::UTC);
    let query = Query::parse(&ORDERS, &request.query, &zone);
    match Export::begin(&request.engine, &reader.actor, &query).await {
        Ok(rows) => {
            let today = request.engine.clock().now().to_zoned(zone.clone()).date();
            download(
                &format!("purchase-orders-{today}.csv"),
                stream(rows, zone, permit),
            )
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
fn stream(
    rows: Export,
    zone: TimeZone,
    permit: SemaphorePermit<'static>,
) -> impl Stream<Item = Result<Bytes>> {
    let head = export::HEAD.map(str::to_owned);
    try_unfold(
        (rows, Some(head), permit),
        move |(mut rows, head, permit)| {
            let zone = zone.clone();
            async move {
                let batch = rows.next().await?;
                if batch.is_empty() && head.is_none() {
                    return Ok(None);
                }
                let records = batch.into_iter().map(|row| export::record(row, &zone));
                let piece = csv(head.into_iter().chain(records))?;
                Ok(Some((piece, (rows, None, permit))))
            }
        },
    )
}

fn csv<const N: usize>(records: impl Iterator<Item = [String; N]>) -> Result<Bytes> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer
            .write_record(record.map(defused))
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
        let row = ["=1+1", "+1", "-1", "@x", "plain", "a,\"b\"\nc"].map(str::to_owned);
        let text = csv([row].into_iter()).unwrap();
        assert_eq!(text, "'=1+1,'+1,'-1,'@x,plain,\"a,\"\"b\"\"\nc\"\n");
    }
}
