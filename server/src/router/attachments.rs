//! Files on their way in and out: taken and sent piece by piece, never held whole. What may be kept and who reads it is the
//! engine's to say.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use app::{
    action::{Done, Sent},
    attachment::ATTACH,
    form::Fields,
    request::RequestContext,
};
use axum::{
    Extension, Router,
    body::Body,
    extract::{
        DefaultBodyLimit, Multipart, Path, State,
        multipart::{Field, MultipartRejection},
    },
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use engine::{
    Error,
    attachment::{self, Download, NewFile},
    record,
};
use futures::StreamExt as _;
use uuid::Uuid;

use super::Shared;

/// Bytes of a field that is not the file.
const TEXT_MAX: usize = 1000;
/// Fields that can stand before the file.
const FIELDS_MAX: usize = 10;
/// How much of a file that is refused is read and dropped: a browser that is cut off shows an error of its own.
const DROPPED_MAX: usize = 500 * 1024 * 1024;

/// Nothing in it runs or is loaded, should a browser show it after all.
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
const NOT_KEPT: HeaderValue = HeaderValue::from_static("private, no-store");

pub(super) fn routes(shared: &Shared) -> Router {
    Router::new()
        // The engine counts the bytes of the file, the handler those of the rest.
        .route(ATTACH, post(add).layer(DefaultBodyLimit::disable()))
        .route("/attachments/{id}", get(send))
        .with_state(shared.clone())
}

/// *Attach file*.
async fn add(
    State(shared): State<Shared>,
    Extension(request): Extension<RequestContext>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let Ok(mut form) = form else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    let mut fields = Fields::default();
    for _ in 0..FIELDS_MAX {
        let field = match form.next_field().await {
            Ok(field) => field,
            Err(error) => {
                tracing::debug!(%error, "a form broke off");
                return StatusCode::BAD_REQUEST.into_response();
            }
        };
        let Some(field) = field else {
            return answer(&shared, &request, &fields, None).await;
        };
        match field.name() {
            Some("file") => return answer(&shared, &request, &fields, Some(field)).await,
            Some(name) => {
                let name = name.to_owned();
                let Some(value) = text(field).await else {
                    return StatusCode::BAD_REQUEST.into_response();
                };
                fields = fields.with(&name, vec![value]);
            }
            None => {}
        }
    }
    StatusCode::BAD_REQUEST.into_response()
}

/// A field's text; `None` when it is too long or breaks off.
async fn text(mut field: Field<'_>) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.ok()? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > TEXT_MAX {
            return None;
        }
    }
    Some(String::from_utf8_lossy(&bytes).replace('\0', ""))
}

/// Takes the file and leads back to its record, with what is wrong if anything is.
async fn answer(
    shared: &Shared,
    request: &RequestContext,
    fields: &Fields,
    file: Option<Field<'_>>,
) -> Response {
    let id = fields.number("id").unwrap_or_default();
    let Some(subject) = record::subject(fields.text("kind"), id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let request_id = fields.request_id();
    let new = NewFile {
        subject,
        request_id,
        name: file
            .as_ref()
            .and_then(|file| file.file_name())
            .unwrap_or_default()
            .to_owned(),
    };
    let outcome = match file {
        Some(file) => take(shared, request, &new, file).await,
        None => Err(Error::field("file", "Choose a file.")),
    };
    let sent = Sent {
        address: ATTACH,
        request_id,
        form: Fields::default(),
    };
    let back = record::address(subject);
    match sent.answer(request, outcome, &back).await {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn take(
    shared: &Shared,
    request: &RequestContext,
    new: &NewFile,
    mut file: Field<'_>,
) -> Result<Done, Error> {
    let signed_in = request.signed_in.as_ref().ok_or(Error::NotFound)?;
    let kept = attachment::attach(
        &shared.engine,
        &shared.files,
        &signed_in.actor,
        new,
        &mut file,
    )
    .await;
    let mut dropped = 0;
    while let Some(Ok(piece)) = file.next().await {
        dropped += piece.len();
        if dropped > DROPPED_MAX {
            break;
        }
    }
    Ok(Done::new(kept?, "File attached."))
}

/// A file, as a download with its own name.
async fn send(
    State(shared): State<Shared>,
    Extension(request): Extension<RequestContext>,
    Path(id): Path<String>,
) -> Response {
    match found(&shared, &request, &id).await {
        Ok(download) => download_of(download),
        Err(error) => {
            let status = app::error::status(&error);
            if status >= 500 {
                // Logs what it was.
                app::error::said(&error, &request.reference);
            }
            StatusCode::from_u16(status)
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
                .into_response()
        }
    }
}

async fn found(shared: &Shared, request: &RequestContext, id: &str) -> Result<Download, Error> {
    let signed_in = request.signed_in.as_ref().ok_or(Error::NotFound)?;
    let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?;
    attachment::open(&shared.engine, &shared.files, &signed_in.actor, id).await
}

fn download_of(download: Download) -> Response {
    let text =
        |text: &str| HeaderValue::from_str(text).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR);
    let told = text(&download.media_type)
        .and_then(|media_type| Ok((media_type, text(&disposition(&download.name))?)));
    let (media_type, disposition) = match told {
        Ok(told) => told,
        Err(status) => return status.into_response(),
    };
    let mut response = Body::from_stream(download.content).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, media_type);
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::CONTENT_LENGTH, download.size.into());
    headers.insert(header::CACHE_CONTROL, NOT_KEPT);
    headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
    response
}

/// A download with its name (RFC 6266): once for old programs, once in full (RFC 8187).
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            let safe = (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\' | '%');
            if safe { c } else { '_' }
        })
        .collect();
    let mut full = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            full.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(full, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}
