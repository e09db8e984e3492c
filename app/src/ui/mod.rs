//! Shared pieces of pages: what a heading, a field, a table, a state or a history looks like, once.
//!
//! Owns markup and class names (drawn by `style/`) and nothing else: no queries, no permissions, no words of one workflow. Every
//! piece works without JavaScript, carries no inline style, and is reachable by keyboard and by its accessible name.

mod button;
mod chart;
mod choice;
mod diagram;
mod error_page;
mod field;
mod form;
mod frame;
mod history;
mod icon;
mod list;
mod page;
mod state;
mod stepper;
mod table;
mod time;

pub use button::{BlockedButton, ButtonKind, LinkButton, MenuButton, SubmitButton};
pub use chart::{Bar, Mark, UpDownChart};
pub use choice::{CheckboxField, Choice, RadioGroup, SelectField};
pub use diagram::{Edge, Node, NodeKind, StateDiagram};
pub use error_page::ErrorPage;
pub use field::{DateField, FieldGroup, FileField, PasswordField, TextArea, TextField};
pub(crate) use form::in_words;
pub use form::{ErrorSummary, FormActions, FormErrors, Notice, NoticeKind};
pub use frame::{Frame, MovedClock, Viewer};
pub use history::{ActivityList, CommentItem, HistoryEntry, HistoryItem, HistoryList};
pub use icon::{Icon, IconName};
pub use list::{EmptyState, Pager, Scope, Scopes, grouped};
pub use page::{Columns, DescriptionItem, DescriptionList, PageHeader, RecordHeader, Section};
pub use state::{ActiveTag, StateBadge, StateTag, Tone, active_label};
pub use stepper::{Step, StepStatus, Stepper};
pub use table::{Cell, Column, DataTable, LinkCell, Sorted, TableRow, TotalRow};
pub use time::{Amount, Moment, ReaderTime, Timestamp};

/// Text for the two elements in which Leptos writes text as it is, `<textarea>` and `<title>`: what people typed stays text.
fn raw_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
