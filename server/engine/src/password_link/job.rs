//! The job that mails a link to whoever forgot their password, if they are known. Nobody waits for it: whether there is such a
//! person shows neither in the answer nor in its time.

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Purpose, send, store};
use crate::{Engine, Result, Tx, job};

/// Mails a link that sets a new password. Run twice, it mails two, and each works until one was used.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SendPasswordReset {
    /// As it was entered, lower case.
    pub email: String,
}

impl TaskHandler for SendPasswordReset {
    const IDENTIFIER: &'static str = "send_password_reset";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        let engine = job::engine(&ctx)?;
        self.send(&engine).await.map_err(|error| job::said(&error))
    }
}

impl SendPasswordReset {
    /// What the job does.
    pub(super) async fn send(&self, engine: &Engine) -> Result<()> {
        let mut tx = engine.begin().await?;
        if let Some(person) = store::person_of(&mut tx, &self.email).await? {
            send(&mut tx, engine, person, Purpose::Reset).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Enqueues the job, in the caller's transaction.
pub(super) async fn enqueue(tx: &mut Tx, email: &str) -> Result<()> {
    sqlx::query!(
        r#"SELECT id AS "id!" FROM graphile_worker.add_job(
               identifier => $1, payload => json_build_object('email', $2::text))"#,
        SendPasswordReset::IDENTIFIER,
        email,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}
