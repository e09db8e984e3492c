//! `countersign admin create`, `invite` and `remove-second-factor`.

use std::{env, io::IsTerminal as _};

use anyhow::{Context as _, bail};

use crate::{
    config::{PublicUrl, Storage},
    database,
};

/// The password for who starts this from a script.
const PASSWORD: &str = "COUNTERSIGN_ADMIN_PASSWORD";

/// Makes an administrator.
pub(crate) async fn create(storage: &Storage, name: &str, email: &str) -> anyhow::Result<()> {
    let password = tokio::task::spawn_blocking(password).await??;
    super::with_engine(storage, async |engine| {
        engine::person::create_administrator(engine, name, email, &password)
            .await
            .map_err(in_words)
    })
    .await?;
    super::say(&format!(
        "{name} can sign in as {email} and is an administrator."
    ));
    Ok(())
}

/// Makes an administrator who chooses their own password by a link.
pub(crate) async fn invite(
    storage: &Storage,
    name: &str,
    email: &str,
    url: Option<PublicUrl>,
) -> anyhow::Result<()> {
    let link = super::with_engine(storage, async |engine| {
        if let Some(url) = url {
            engine.served_at(url.origin());
        }
        engine::person::invite_administrator(engine, name, email)
            .await
            .map_err(in_words)
    })
    .await?;
    super::say(&format!(
        "{name} is an administrator. They are mailed this link to choose their password; you can give it them too. It works once, \
         for seven days:\n{link}"
    ));
    Ok(())
}

/// Takes somebody's second factor away.
pub(crate) async fn remove_second_factor(storage: &Storage, email: &str) -> anyhow::Result<()> {
    let name =
        super::with_engine(
            storage,
            async |engine| match engine::second_factor::remove_by_command(engine, email).await {
                Err(engine::Error::NotFound) => {
                    Err(anyhow::anyhow!("Nobody has the email {email}."))
                }
                removed => removed.map_err(in_words),
            },
        )
        .await?;
    super::say(&format!(
        "{name} signs in with their password only, until they set a second factor up again."
    ));
    Ok(())
}

/// The problems of single fields, which a page would show beside them.
fn in_words(error: engine::Error) -> anyhow::Error {
    match error {
        engine::Error::Invalid(fields) => {
            let said: Vec<String> = fields
                .into_iter()
                .map(|field| format!("{}: {}", field.field, field.message))
                .collect();
            anyhow::anyhow!(said.join(" "))
        }
        other => database::reason(other),
    }
}

/// From the environment, the terminal (twice, unseen), or the first line of standard input.
fn password() -> anyhow::Result<String> {
    if let Some(password) = env::var(PASSWORD).ok().filter(|value| !value.is_empty()) {
        return Ok(password);
    }
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        let password = line.trim_end_matches(['\r', '\n']);
        if password.is_empty() {
            bail!("No password came on standard input, and {PASSWORD} is not set.");
        }
        return Ok(password.to_owned());
    }
    let asked = rpassword::prompt_password("Password: ").context("The password was not read")?;
    let again =
        rpassword::prompt_password("The same again: ").context("The password was not read")?;
    if asked != again {
        bail!("These were two different passwords. Nothing was made.");
    }
    Ok(asked)
}
