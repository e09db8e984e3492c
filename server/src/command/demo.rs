//! `countersign demo`, and what is said of a demo that is served.

use engine::{
    Engine, Error,
    demo::{self, DemoSize},
};

use super::say;
use crate::{config::Storage, database};

/// Fills an empty database.
pub(crate) async fn run(storage: &Storage, purchase_orders: Option<usize>) -> anyhow::Result<()> {
    super::with_engine(storage, async |engine| {
        let size = purchase_orders.map_or_else(DemoSize::default, |purchase_orders| DemoSize {
            purchase_orders,
        });
        demo::make(engine, size).await.map_err(database::reason)
    })
    .await?;
    say(&format!(
        "The demo company is there. Everyone's password is {}.",
        demo::PASSWORD
    ));
    Ok(())
}

/// Makes the demo unless the database is one already.
pub(super) async fn make_once(engine: &Engine) -> anyhow::Result<()> {
    match demo::make(engine, DemoSize::default()).await {
        Err(Error::Refused { .. }) if is_demo(engine).await? => Ok(()),
        made => made.map_err(database::reason),
    }
}

/// Whether the database is a demo.
pub(super) async fn is_demo(engine: &Engine) -> anyhow::Result<bool> {
    demo::is_demo(engine).await.map_err(database::reason)
}

/// Says who can sign in.
pub(super) async fn say_who(engine: &Engine) -> anyhow::Result<()> {
    let members = demo::members(engine).await.map_err(database::reason)?;
    say(&format!(
        "\nThe demo company is made up. Everyone's password is {}\n",
        demo::PASSWORD
    ));
    for member in members {
        say(&format!(
            "  {:<22} {:<12} {}",
            member.email, member.name, member.role
        ));
    }
    say("\nCtrl-C stops it; nothing is lost.");
    Ok(())
}
