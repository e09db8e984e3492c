//! The few icons of the frame. Decoration only: the words beside them carry the meaning.

use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    /// My work.
    Home,
    /// Approvals.
    Inbox,
    /// Purchase orders.
    Order,
    /// Dashboards.
    Dashboard,
    /// People.
    People,
    /// Departments.
    Department,
    /// Cost centres.
    CostCentre,
    /// Approval rules.
    Rules,
    /// Exchange rates.
    Rate,
    /// Second factors.
    Key,
    /// Audit.
    Audit,
    /// The demo's clock.
    Clock,
    /// Vendors.
    Vendor,
    /// Mails.
    Outbox,
    /// Notifications.
    Bell,
    /// The menu of the phone.
    Menu,
    /// Something opens below.
    Chevron,
    /// Done.
    Check,
    /// An error.
    Alert,
}

impl IconName {
    /// The strokes, on a grid of 16 by 16.
    const fn path(self) -> &'static str {
        match self {
            IconName::Home => {
                "M2.5 7 8 2.5 13.5 7v6a.5.5 0 0 1-.5.5h-3V10H6v3.5H3a.5.5 0 0 1-.5-.5z"
            }
            IconName::Inbox => {
                "M2.5 9.5 4.3 3h7.4l1.8 6.5v3a.5.5 0 0 1-.5.5H3a.5.5 0 0 1-.5-.5zm0 0H6a2 2 0 0 0 4 0h3.5"
            }
            IconName::Order => "M3.5 2.5h9v11l-1.5-1-1.5 1-1.5-1-1.5 1-1.5-1-1.5 1zM6 6h4M6 9h4",
            IconName::Dashboard => "M2.5 13.5h11M4.5 11V8M8 11V3M11.5 11V6",
            IconName::People => {
                "M6 7.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6zm-4.2 5.6c.3-2.2 2-3.6 4.2-3.6s3.9 1.4 4.2 3.6M10.6 3.1a2.3 2.3 0 0 1 0 4.3M12 9.8c1.2.5 2 1.7 2.2 3.3"
            }
            IconName::Department => {
                "M6 2.5h4v3.5H6zM1.5 10.5h4V14h-4zM10.5 10.5h4V14h-4zM8 6v2.2M3.5 10.5V8.2h9v2.3"
            }
            IconName::CostCentre => {
                "M8 2.5 2.5 5 8 7.5 13.5 5zM2.5 8 8 10.5 13.5 8M2.5 11 8 13.5 13.5 11"
            }
            IconName::Rules => "M3 13.5V9.5h3.3v4M6.3 13.5v-7h3.4v7M9.7 13.5v-11H13v11M1.5 13.5h13",
            IconName::Rate => "M2.5 5.5h10L10 3M13.5 10.5h-10L6 13",
            IconName::Key => {
                "M5.5 13.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM7.6 8.4l5.9-5.9M11 5l2 2M9.3 6.7l1.4 1.4"
            }
            IconName::Audit => {
                "M8 1.8 13 4v4c0 3-2.2 5.3-5 6.2C5.2 13.3 3 11 3 8V4zM5.8 8l1.6 1.6 3-3.2"
            }
            IconName::Clock => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6",
            IconName::Vendor => {
                "M1.5 11.5v-8h8v8M9.5 6h2.8l2.2 2.7v2.8h-1.2M3 11.5H1.5M10.7 11.5H5.8M5.8 12a1.4 1.4 0 1 1-2.8 0 1.4 1.4 0 0 1 2.8 0zM13.4 12a1.4 1.4 0 1 1-2.8 0 1.4 1.4 0 0 1 2.8 0z"
            }
            IconName::Outbox => "M2.5 4h11v8h-11zM2.5 4.5 8 9l5.5-4.5",
            IconName::Bell => {
                "M4.5 7a3.5 3.5 0 0 1 7 0c0 3 1.2 3.7 1.5 4.5H3C3.3 10.7 4.5 10 4.5 7zM6.7 13.5h2.6"
            }
            IconName::Menu => "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
            IconName::Chevron => "m4.5 6.5 3.5 3.5 3.5-3.5",
            IconName::Check => "m3 8.5 3.5 3.5L13 4.5",
            IconName::Alert => "M8 4.5v4M8 11.2v.3M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z",
        }
    }
}

/// One icon, the size of the text beside it, hidden from assistive technology.
#[component]
pub fn Icon(
    /// Which one.
    name: IconName,
) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.5"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
            <path d=name.path()></path>
        </svg>
    }
    .into_any()
}
