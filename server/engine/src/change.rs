//! A form that changes a record without states of its own (a vendor, a department): carried out once, refused when somebody was
//! faster, kept as one row of the record's history.

use domain::actor::Actor;
use uuid::Uuid;

use crate::{
    Engine, Result, Tx,
    request::{self, Form},
    transition_log::{self, Entry, Subject},
};

/// One such form on its way. Dropped before its end, nothing has happened.
pub(crate) struct Change<'a> {
    engine: &'a Engine,
    by: &'a Actor,
    form: Form,
    /// Where everything is read and written.
    pub tx: Tx,
}

impl<'a> Change<'a> {
    /// Begins what a form of the page asks of a record that is there.
    ///
    /// # Errors
    /// `Repeated` when this form was carried out already.
    pub(crate) async fn begin(
        engine: &'a Engine,
        by: &'a Actor,
        form: Form,
        action: &str,
    ) -> Result<Self> {
        let mut tx = engine.begin().await?;
        request::claim(&mut tx, engine, by.id, form.request_id, action).await?;
        Ok(Self {
            engine,
            by,
            form,
            tx,
        })
    }

    /// Begins what a form about a new record asks.
    ///
    /// # Errors
    /// As [`Change::begin`].
    pub(crate) async fn begin_new(
        engine: &'a Engine,
        by: &'a Actor,
        request_id: Uuid,
        action: &str,
    ) -> Result<Self> {
        let form = Form {
            request_id,
            version: 0,
        };
        Self::begin(engine, by, form, action).await
    }

    /// Lets a form through that showed the record as it is: `name` at `version`.
    ///
    /// # Errors
    /// `Stale`, which says who was faster.
    pub(crate) async fn check(&mut self, subject: Subject, name: &str, version: i32) -> Result<()> {
        if version == self.form.version {
            return Ok(());
        }
        Err(request::stale(&mut self.tx, subject, name).await?)
    }

    /// Ends it with nothing to write.
    pub(crate) async fn nothing(mut self, address: &str) -> Result<()> {
        request::finish(&mut self.tx, self.by.id, self.form.request_id, address).await?;
        self.tx.commit().await?;
        Ok(())
    }

    /// Ends it with `entry` as a row of the record's history.
    pub(crate) async fn done(
        mut self,
        subject: Subject,
        address: &str,
        entry: Entry,
    ) -> Result<()> {
        transition_log::append(&mut self.tx, self.engine, subject, &[entry]).await?;
        self.nothing(address).await
    }
}
