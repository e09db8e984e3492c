//! The pages of people: the list, a new one, one, and leaving.

mod deactivate;
mod list;
mod new;
mod person;

pub use deactivate::DeactivatePersonPage;
pub use list::PeoplePage;
pub use new::NewPersonPage;
pub use person::PersonPage;
