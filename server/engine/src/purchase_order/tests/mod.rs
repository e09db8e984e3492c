//! Purchase orders on a real Postgres: what each event leaves behind, what races leave behind, who sees what.

mod atomic;
mod dashboard;
mod decide;
mod diary;
mod draft;
mod duplicate;
mod filter;
mod flat;
mod handover;
mod list;
mod race;
mod race_vendor;
mod round;
mod rules;
mod see;
mod vendor_copy;
mod walk;
