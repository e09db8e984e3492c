//! Mails as they leave the house: for administrators, who alone read what links in them could do.

pub mod actions;
pub mod pages;
