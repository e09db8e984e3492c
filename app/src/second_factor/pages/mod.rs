//! The pages of second factors.

mod code;
mod off;
mod own;
mod remove;
mod required;

pub use code::CodePage;
pub use off::TurnOffSecondFactorPage;
pub use own::SecondFactorPage;
pub use remove::RemoveSecondFactorPage;
pub use required::RequiredSecondFactorPage;
