//! The cluster on disk: made whole or not at all, and the database in it.

use std::{fs, path::Path};

use sqlx::{Postgres, migrate::MigrateDatabase};

use super::{Error, NAME, Places, binaries::Binaries, folder, user, user::DatabaseUser};

/// Whether there is a cluster.
pub(super) fn exists(cluster: &Path) -> bool {
    cluster.join("PG_VERSION").is_file()
}

/// Makes the cluster beside its place and moves it there when it is whole: a run cut short leaves nothing half-made.
pub(super) async fn make(
    places: &Places,
    binaries: &Binaries,
    user: Option<&DatabaseUser>,
) -> Result<(), Error> {
    let part = places.cluster.with_extension("part");
    folder::remove(&part)?;
    folder::make_private(&part, user)?;
    let program = binaries.initdb();
    // Order by bytes, letters by Unicode: the same order on every system, and upper and lower case of every alphabet.
    let made = [
        ["--locale=C", "--lc-ctype=C.UTF-8"],
        ["--locale=C", "--lc-ctype=C"],
    ];
    let mut said = String::new();
    for locale in made {
        let output = user::command(&program, user)
            .arg("--pgdata")
            .arg(&part)
            .args(["--username", NAME, "--auth=trust", "--encoding=UTF8"])
            .args(["--no-instructions"])
            .args(locale)
            // It would override the locale that is asked for.
            .env_remove("LC_ALL")
            .kill_on_drop(true)
            .output()
            .await
            .map_err(Error::at(&program))?;
        if output.status.success() {
            return fs::rename(&part, &places.cluster).map_err(Error::at(&places.cluster));
        }
        said = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    folder::remove(&part)?;
    Err(Error::Program {
        program,
        said: said.trim().to_owned(),
    })
}

/// Makes our database in a running cluster unless it is there.
pub(super) async fn make_database(url: &str) -> Result<(), Error> {
    if !Postgres::database_exists(url).await? {
        Postgres::create_database(url).await?;
    }
    Ok(())
}
