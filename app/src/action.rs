//! The frame of every server function: who asks, and where the answer leads.
//!
//! Every answer is a redirect (303) to a page; what it has to say waits there as a flash under the form's request id.

use axum::http::StatusCode;
use domain::{actor::Actor, field::FieldError};
use engine::{Engine, Error};
use jiff::tz::TimeZone;
use leptos::prelude::*;
use leptos_axum::{ResponseOptions, redirect};
use uuid::Uuid;

use crate::{
    error::{self, AppError},
    flash::{self, Flash, Told},
    form::Fields,
    request::RequestContext,
    sign_in::Kept,
};

/// What went well: where it leads and what to say there.
pub struct Done {
    /// The address of the page to show.
    pub to: String,
    /// One sentence; may be empty.
    pub notice: String,
}

impl Done {
    /// Leads to `to` and says `notice` there.
    pub fn new(to: impl Into<String>, notice: impl Into<String>) -> Self {
        Self {
            to: to.into(),
            notice: notice.into(),
        }
    }
}

/// One call of a server function.
pub struct Action {
    /// The request.
    pub request: RequestContext,
    /// What was sent.
    pub form: Fields,
    /// The form's request id.
    pub request_id: Uuid,
    address: &'static str,
}

impl Action {
    /// Begins the call of the server function at `address` (its `PATH`).
    pub fn begin(address: &'static str, form: Fields) -> Self {
        let request = expect_context::<RequestContext>();
        Self {
            request,
            request_id: form.request_id(),
            form,
            address,
        }
    }

    /// Everything that is kept.
    pub fn engine(&self) -> &Engine {
        &self.request.engine
    }

    /// The signed-in person. The gate lets nobody else through to functions that ask.
    pub fn actor(&self) -> Result<&Actor, Error> {
        self.request
            .signed_in
            .as_ref()
            .map(|s| &s.actor)
            .ok_or(Error::NotFound)
    }

    /// The form's request id, and the version of the record that it showed.
    pub fn record_form(&self) -> engine::request::Form {
        engine::request::Form {
            request_id: self.request_id,
            version: self.form.number("version").unwrap_or_default(),
        }
    }

    /// Today, where the person lives.
    pub fn today(&self) -> jiff::civil::Date {
        let zone = self
            .request
            .signed_in
            .as_ref()
            .map_or("UTC", |s| s.time_zone.as_str());
        self.engine()
            .clock()
            .now()
            .to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
            .date()
    }

    fn sent(self) -> (RequestContext, Sent) {
        let sent = Sent {
            address: self.address,
            request_id: self.request_id,
            form: self.form,
        };
        (self.request, sent)
    }

    /// Leads `back` to the form to show what was typed again, changed by a button such as *Add line*. Nothing was saved.
    pub async fn show_again(self, back: &str) -> Result<(), AppError> {
        let flash = Flash {
            form: self.address.to_owned(),
            status: 200,
            values: self.form.clone(),
            ..Flash::default()
        };
        let (request, sent) = self.sent();
        lead(&sent.keep(&request, flash, back).await?);
        Ok(())
    }

    /// Leads `to` the page of another form, which was sent while nobody was signed in, to show what was typed into it.
    pub(crate) async fn show_kept(self, kept: Kept, to: &str) -> Result<(), AppError> {
        let flash = Flash {
            form: kept.action,
            status: 200,
            problem: Some(Kept::SHOWN_AGAIN.to_owned()),
            values: kept.form,
            ..Flash::default()
        };
        let (request, sent) = self.sent();
        lead(&sent.keep(&request, flash, to).await?);
        Ok(())
    }

    /// Leads on with what became of each of many; what was typed goes along where something was not done.
    pub async fn tell(self, done: Done, told: Vec<Told>) -> Result<(), AppError> {
        let failed = told.iter().any(|one| !one.good);
        let flash = Flash {
            form: self.address.to_owned(),
            status: 200,
            notice: (!done.notice.is_empty()).then_some(done.notice),
            values: if failed {
                self.form.clone()
            } else {
                Fields::default()
            },
            told,
            ..Flash::default()
        };
        let (request, sent) = self.sent();
        lead(&sent.keep(&request, flash, &done.to).await?);
        Ok(())
    }

    /// Leads on: to where `outcome` says, or `back` to the form with everything that was typed.
    pub async fn finish(self, outcome: Result<Done, Error>, back: &str) -> Result<(), AppError> {
        let (request, sent) = self.sent();
        lead(&sent.answer(&request, outcome, back).await?);
        Ok(())
    }
}

/// A form that was sent, to a server function or to a handler of the server's.
pub struct Sent {
    /// Where it was sent to.
    pub address: &'static str,
    /// Its request id.
    pub request_id: Uuid,
    /// What has to be shown again when something is wrong.
    pub form: Fields,
}

impl Sent {
    /// Where it leads: to where `outcome` says, or `back` to the form with everything that was typed.
    pub async fn answer(
        self,
        request: &RequestContext,
        outcome: Result<Done, Error>,
        back: &str,
    ) -> Result<String, AppError> {
        let mut flash = Flash {
            form: self.address.to_owned(),
            status: 200,
            ..Flash::default()
        };
        let to = match outcome {
            Ok(done) if done.notice.is_empty() => return Ok(done.to),
            Ok(done) => {
                flash.notice = Some(done.notice);
                done.to
            }
            // The first result is told again: its flash is kept under the same request id.
            Err(Error::Repeated(first)) => return Ok(with_flash(&first, self.request_id)),
            Err(error) => {
                flash.status = error::status(&error);
                flash.problem = Some(error::said(&error, &request.reference));
                flash.errors = fields(error);
                flash.values = self.form.clone();
                back.to_owned()
            }
        };
        self.keep(request, flash, &to).await
    }

    /// Keeps the flash. Returns the address of the page that shows it.
    async fn keep(
        self,
        request: &RequestContext,
        mut flash: Flash,
        to: &str,
    ) -> Result<String, AppError> {
        let (engine, session) = (&request.engine, &request.session);
        let mut kept = flash::put(engine, session, self.request_id, &flash).await;
        if matches!(kept, Ok(false)) {
            if flash.errors.is_empty() {
                let problem = flash.problem.take().unwrap_or_default();
                flash.problem = Some(format!("{problem} {TOO_LONG}").trim().to_owned());
            } else {
                // Said in their summary, instead of the problem.
                flash.errors.push(FieldError::new("", TOO_LONG));
            }
            flash.values = Fields::default();
            kept = flash::put(engine, session, self.request_id, &flash).await;
        }
        if let Err(error) = kept {
            let reference = request.reference.clone();
            tracing::error!(reference, %error, "a flash could not be kept");
            return Err(AppError::Internal { reference });
        }
        Ok(with_flash(to, self.request_id))
    }
}

/// Said when a form is too large for a flash.
const TOO_LONG: &str =
    "What you entered is too long to show again here: your browser's Back button still has it.";

fn fields(error: Error) -> Vec<FieldError> {
    match error {
        Error::Invalid(fields) | Error::Refused { fields, .. } => fields,
        _ => Vec::new(),
    }
}

fn with_flash(to: &str, request_id: Uuid) -> String {
    let (page, place) = to.find('#').map_or((to, ""), |at| to.split_at(at));
    let mark = if page.contains('?') { '&' } else { '?' };
    format!("{page}{mark}f={request_id}{place}")
}

/// Answers 303: `redirect` alone would be 302.
pub fn lead(to: &str) {
    redirect(to);
    expect_context::<ResponseOptions>().set_status(StatusCode::SEE_OTHER);
}
