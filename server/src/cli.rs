//! The commands and their flags. What they do is in [`crate::command`].

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{
    command::{admin, audit, demo, migrate, serve, work},
    config::{LinkArgs, StorageArgs, WebArgs, WorkArgs},
    telemetry::LogArgs,
};

/// Approvals, tickets and background processes as state machines in one server and a Postgres database.
///
/// Settings are environment variables and flags of the same names. Without `DATABASE_URL` a private Postgres is started
/// from the installed programs and stopped with this one.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    log: LogArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the pages and works off the background jobs.
    Serve(Serve),
    /// Works off the background jobs only; any number of these share a database.
    Work(Work),
    /// Brings the database's schema up to date; safe from several servers at once.
    Migrate(Storage),
    /// Fills an empty database with a fictional company. Refuses one that holds anything else.
    Demo(Demo),
    /// Makes the demo company if the database is empty, then serves it and says who can sign in: what `make run` does.
    RunDemo(RunDemo),
    /// Manages administrators.
    #[command(subcommand)]
    Admin(Admin),
    /// Checks the history of everything that happened.
    #[command(subcommand)]
    Audit(Audit),
}

#[derive(Args, Debug)]
struct Storage {
    #[command(flatten)]
    storage: StorageArgs,
}

#[derive(Args, Debug)]
struct Serve {
    /// Leaves the background jobs to other processes (`countersign work`).
    #[arg(long)]
    no_worker: bool,
    /// Serves a demo database to others than this machine's users. Everyone knows its passwords.
    #[arg(long)]
    demo_public: bool,
    #[command(flatten)]
    web: WebArgs,
    #[command(flatten)]
    storage: StorageArgs,
}

#[derive(Args, Debug)]
struct Work {
    #[command(flatten)]
    work: WorkArgs,
    #[command(flatten)]
    storage: StorageArgs,
}

#[derive(Args, Debug)]
struct Demo {
    /// How many purchase orders to make besides the story's own, for benchmarks.
    #[arg(long, value_name = "NUMBER")]
    purchase_orders: Option<usize>,
    #[command(flatten)]
    storage: StorageArgs,
}

#[derive(Args, Debug)]
struct RunDemo {
    /// Serves the demo to others than this machine's users. Everyone knows its passwords.
    #[arg(long)]
    demo_public: bool,
    #[command(flatten)]
    web: WebArgs,
    #[command(flatten)]
    storage: StorageArgs,
}

#[derive(Debug, Subcommand)]
enum Admin {
    /// Makes an administrator. The password is asked for, or read from standard input, or from
    /// `COUNTERSIGN_ADMIN_PASSWORD`; never an argument, which others could see.
    Create(AdminCreate),
    /// Makes an administrator who chooses a password by a link: it is mailed to them and shown here, works once, for seven days.
    Invite(AdminInvite),
    /// Takes somebody's second factor away, for when they lost their phone and their recovery codes and no administrator can sign in.
    RemoveSecondFactor(AdminPerson),
}

#[derive(Args, Debug)]
struct AdminPerson {
    /// The email address they sign in with.
    #[arg(long)]
    email: String,
    #[command(flatten)]
    storage: StorageArgs,
}

#[derive(Args, Debug)]
struct AdminCreate {
    /// The person's full name.
    #[arg(long)]
    name: String,
    /// The email address they sign in with.
    #[arg(long)]
    email: String,
    #[command(flatten)]
    storage: StorageArgs,
}

#[derive(Args, Debug)]
struct AdminInvite {
    #[command(flatten)]
    create: AdminCreate,
    #[command(flatten)]
    links: LinkArgs,
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Reads the whole history back and names the first row that was changed, added or removed.
    Verify(AuditVerify),
}

#[derive(Args, Debug)]
struct AuditVerify {
    /// A seal exported before (`seals/2026-11-23.json` in the data directory, or a copy): must still be part of the history.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    #[command(flatten)]
    storage: StorageArgs,
}

impl Cli {
    /// Runs the command; returns when it is done or was asked to stop.
    pub async fn run(self) -> anyhow::Result<()> {
        self.log.start()?;
        match self.command {
            Command::Serve(args) => {
                let how = serve::How {
                    worker: !args.no_worker,
                    demo_public: args.demo_public,
                    make_demo: false,
                };
                serve::run(&args.storage.check()?, args.web.check()?, how).await
            }
            Command::RunDemo(args) => {
                let how = serve::How {
                    worker: true,
                    demo_public: args.demo_public,
                    make_demo: true,
                };
                serve::run(&args.storage.check()?, args.web.check()?, how).await
            }
            Command::Work(args) => work::run(&args.storage.check()?, args.work.check()?).await,
            Command::Migrate(args) => migrate::run(&args.storage.check()?).await,
            Command::Demo(args) => demo::run(&args.storage.check()?, args.purchase_orders).await,
            Command::Admin(Admin::Create(args)) => {
                admin::create(&args.storage.check()?, &args.name, &args.email).await
            }
            Command::Admin(Admin::Invite(args)) => {
                let AdminInvite { create, links } = args;
                let (storage, url) = (create.storage.check()?, links.check()?);
                admin::invite(&storage, &create.name, &create.email, url).await
            }
            Command::Admin(Admin::RemoveSecondFactor(args)) => {
                admin::remove_second_factor(&args.storage.check()?, &args.email).await
            }
            Command::Audit(Audit::Verify(args)) => {
                audit::verify(&args.storage.check()?, args.against.as_deref()).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_commands_and_flags_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_flag_says_what_it_does() {
        fn check(command: &clap::Command) {
            assert!(
                command.get_about().is_some(),
                "{} has no help",
                command.get_name()
            );
            for arg in command.get_arguments() {
                assert!(arg.get_help().is_some(), "{} has no help", arg.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
