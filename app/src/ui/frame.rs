//! What stands around every page: the way in, the menu, the reader's own menu.

use domain::permission::Area;
use leptos::prelude::*;

use super::{Icon, IconName, Notice, NoticeKind};

/// Who reads the page, as far as the frame must know. Given as context; without it the page is for someone signed out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    /// Full name.
    pub name: String,
    /// How many decisions wait for them, counted to 100.
    pub waiting: i64,
    /// How many notifications they have not read, counted to 100.
    pub unread: i64,
    /// Which areas they may enter: what the menu shows of *Admin*.
    pub areas: Vec<Area>,
    /// Whether the database is a demo.
    pub demo: bool,
    /// The request's path, to mark where the reader is.
    pub current_path: String,
}

impl Viewer {
    fn initials(&self) -> String {
        self.name
            .split_whitespace()
            .filter_map(|word| word.chars().next())
            .take(2)
            .collect()
    }

    fn current(&self, href: &str) -> Option<&'static str> {
        let path = self.current_path.as_str();
        if path == href {
            Some("page")
        } else {
            (href != "/" && path.starts_with(href) && path[href.len()..].starts_with('/'))
                .then_some("true")
        }
    }
}

/// What every page says where the demo's clock was moved: by how much, and what time it is now. Given as context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedClock(pub String);

/// The frame of every page. Its children are the page's content, inside `<main id="main">`.
#[component]
pub fn Frame(
    /// The form that signs out, ending in a `MenuButton` named *Sign out*.
    #[prop(optional, into)]
    sign_out: Option<AnyView>,
    /// What stands in the top bar before the reader's name: search, the bell.
    #[prop(optional, into)]
    top: Option<AnyView>,
    /// The page.
    children: Children,
) -> AnyView {
    let viewer = use_context::<Viewer>();
    let moved = use_context::<MovedClock>()
        .map(|moved| view! { <Notice text=moved.0 kind=NoticeKind::Info/> });
    view! {
        <a class="skip-link" href="#main">"Skip to content"</a>
        {match viewer {
            Some(viewer) => view! {
                <div class="frame">
                    <TopBar viewer=viewer.clone() sign_out=sign_out top=top/>
                    <SideNav viewer=viewer/>
                    <main id="main" tabindex="-1">{moved}{children()}</main>
                </div>
            }.into_any(),
            None => view! {
                <div class="frame-plain">
                    <header class="plain-head"><Brand/></header>
                    <main id="main" tabindex="-1">{moved}{children()}</main>
                </div>
            }.into_any(),
        }}
    }
    .into_any()
}

#[component]
fn Brand() -> AnyView {
    view! {
        <a class="brand" href="/">
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false">
                <rect class="brand-box" width="24" height="24" rx="6"></rect>
                <path class="brand-mark" d="m5.5 10.5 3.2 3.2 5.6-6.7M10.2 13.7l.6.6 7.7-7.3M5.5 18h13"></path>
            </svg>
            "Countersign"
        </a>
    }
    .into_any()
}

#[component]
fn TopBar(viewer: Viewer, sign_out: Option<AnyView>, top: Option<AnyView>) -> AnyView {
    let initials = viewer.initials();
    view! {
        <header class="top-bar">
            <button type="button" class="icon-button nav-opener" popovertarget="nav" aria-label="Menu"><Icon name=IconName::Menu/></button>
            <div class="top-brand"><Brand/></div>
            <div class="top-slot">
                {top}
                {viewer.demo.then(|| view! { <p class="demo-note">"Demo: the company and its people are made up."</p> })}
            </div>
            <Bell unread=viewer.unread/>
            <button type="button" class="me" popovertarget="me">
                <span class="avatar" aria-hidden="true">{initials}</span>
                <span class="me-name">{viewer.name.clone()}</span>
                <Icon name=IconName::Chevron/>
            </button>
            <div class="menu" id="me" popover="auto">
                <p class="menu-title">{viewer.name}</p>
                <a class="menu-item" href="/account">"Account"</a>
                {sign_out}
            </div>
        </header>
    }
    .into_any()
}

/// The way to notifications, with how many are not read; `app.js` keeps it true while the page is open.
#[component]
fn Bell(unread: i64) -> AnyView {
    let label = match unread {
        0 => "Notifications".to_owned(),
        many => format!("Notifications, {} unread", shown(many)),
    };
    view! {
        <a class="icon-button bell" href="/notifications" aria-label=label data-bell=true>
            <Icon name=IconName::Bell/>
            <span class="count" aria-hidden="true" hidden={unread == 0}>{shown(unread)}</span>
        </a>
    }
    .into_any()
}

/// The menu's *Admin*: who sees it, where it leads, its words.
const ADMIN: [(Area, &str, &str, IconName); 10] = [
    (
        Area::PeopleRead,
        "/admin/people",
        "People",
        IconName::People,
    ),
    (
        Area::PeopleRead,
        "/admin/departments",
        "Departments",
        IconName::Department,
    ),
    (
        Area::PeopleRead,
        "/admin/cost-centres",
        "Cost centres",
        IconName::CostCentre,
    ),
    (
        Area::VendorsRead,
        "/admin/vendors",
        "Vendors",
        IconName::Vendor,
    ),
    (
        Area::RulesRead,
        "/admin/rules",
        "Approval rules",
        IconName::Rules,
    ),
    (
        Area::RulesRead,
        "/admin/rates",
        "Exchange rates",
        IconName::Rate,
    ),
    (
        Area::PeopleRead,
        "/admin/second-factor",
        "Second factor",
        IconName::Key,
    ),
    (Area::Outbox, "/admin/outbox", "Outbox", IconName::Outbox),
    (Area::Audit, "/admin/audit", "Audit", IconName::Audit),
    (Area::DemoClock, "/admin/clock", "Clock", IconName::Clock),
];

#[component]
fn SideNav(viewer: Viewer) -> AnyView {
    let item = |href: &'static str, label: &'static str, icon: IconName, count: i64| {
        let badge = (count > 0).then(|| view! { " "<span class="count">{shown(count)}<span class="sr-only">" waiting"</span></span> });
        view! {
            <li><a href=href aria-current=viewer.current(href)><Icon name=icon/><span>{label}</span>{badge}</a></li>
        }
    };
    let admin: Vec<_> = ADMIN
        .iter()
        .filter(|(area, ..)| viewer.areas.contains(area))
        .map(|(_, href, label, icon)| item(href, label, *icon, 0))
        .collect();
    view! {
        <nav class="side-nav" id="nav" popover="auto" aria-label="Main">
            <div class="nav-brand"><Brand/></div>
            <ul>
                {item("/", "My work", IconName::Home, 0)}
                {item("/approvals", "Approvals", IconName::Inbox, viewer.waiting)}
                {item("/purchase-orders", "Purchase orders", IconName::Order, 0)}
                {viewer.areas.contains(&Area::Dashboards).then(|| item("/dashboards/approvals", "Dashboard", IconName::Dashboard, 0))}
            </ul>
            {(!admin.is_empty()).then(|| view! {
                <p class="nav-group">"Admin"</p>
                <ul>{admin}</ul>
            })}
        </nav>
    }
    .into_any()
}

/// Counted to 100.
fn shown(count: i64) -> String {
    if count < 100 {
        count.to_string()
    } else {
        "99+".to_owned()
    }
}
