//! Starts the program and says in one plain sentence why it could not.

use std::{io::Write as _, process::ExitCode};

use clap::Parser as _;
use server::{cli::Cli, config::Problem};

/// Gives back what a page took: the system's own kept 240 MB after the load of `make bench`, in an arena a thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = Cli::parse().run().await else {
        return ExitCode::SUCCESS;
    };
    // Nothing can be done about a closed standard error.
    let _ = writeln!(std::io::stderr(), "countersign: {}", sentence(&error));
    // 2 is what a wrong flag ends with, too.
    ExitCode::from(if error.is::<Problem>() { 2 } else { 1 })
}

/// The error with its causes, each said once.
fn sentence(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text = format!("{}: {cause}", text.trim_end_matches(['.', ':']));
        }
    }
    text
}
