//! Every address of the app: its page or action, and who may enter. A route without its row here is not served.

use axum::http::Method;
use domain::permission::Area;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    account::pages::AccountPage,
    approval_link::pages::{ApprovalLinkPage, RejectByLinkPage},
    approval_rule::pages::{
        BoundariesPage, FourEyesPage, NewRulesPage, RuleSetEventPage, RuleSetPage, RulesPage,
    },
    approvals::{ApprovalsPage, RejectManyPage},
    attachment::{ATTACH, RemoveAttachmentPage},
    audit::pages::AuditPage,
    away::{AwayPage, PersonAwayPage},
    clock::pages::{ClockPage, JumpClockPage},
    cost_centre::pages::{CostCentrePage, CostCentresPage, NewCostCentrePage},
    dashboard::ApprovalsDashboardPage,
    department::pages::{DepartmentPage, DepartmentsPage, NewDepartmentPage},
    exchange_rate::pages::ExchangeRatesPage,
    form::PostForm,
    my_work::MyWorkPage,
    notification::pages::NotificationsPage,
    outbox::pages::{MailPage, OutboxPage},
    page::problem_page,
    password_link::pages::{ForgottenPage, SetPasswordPage},
    people::pages::{DeactivatePersonPage, NewPersonPage, PeoplePage, PersonPage},
    purchase_order::{
        handover::{ForwardPurchaseOrderPage, ReassignPurchaseOrderPage},
        pages::{
            NewPurchaseOrderPage, PurchaseOrderEventPage, PurchaseOrderPage, PurchaseOrdersPage,
        },
    },
    request::RequestContext,
    second_factor::pages::{
        CodePage, RemoveSecondFactorPage, RequiredSecondFactorPage, SecondFactorPage,
        TurnOffSecondFactorPage,
    },
    sign_in::pages::SignInPage,
    ui::{Frame, MenuButton},
    vendor::pages::{NewVendorPage, VendorEventPage, VendorPage, VendorsPage},
    workflows::WorkflowPage,
};

/// One address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteRow {
    /// `GET` for pages, `POST` for server functions.
    pub method: &'static str,
    /// Segments; `{…}` stands for one of any text.
    pub pattern: &'static str,
    /// Who may enter. What a record allows is its own answer.
    pub area: Area,
}

const fn get(pattern: &'static str, area: Area) -> RouteRow {
    RouteRow {
        method: "GET",
        pattern,
        area,
    }
}

const fn post(pattern: &'static str, area: Area) -> RouteRow {
    RouteRow {
        method: "POST",
        pattern,
        area,
    }
}

/// The table. The first row that fits counts.
pub const ROUTES: &[RouteRow] = &[
    get("/", Area::SignedIn),
    get("/login", Area::Public),
    get("/login/forgotten", Area::Public),
    get("/login/code", Area::Public),
    get("/reset/{token}", Area::Public),
    get("/a/{token}", Area::Public),
    get("/a/{token}/reject", Area::Public),
    get("/approvals", Area::SignedIn),
    get("/approvals/reject", Area::SignedIn),
    get("/purchase-orders", Area::SignedIn),
    get("/purchase-orders/new", Area::SignedIn),
    get("/purchase-orders/{id}", Area::SignedIn),
    get("/purchase-orders/{id}/forward", Area::SignedIn),
    get("/purchase-orders/{id}/reassign", Area::SignedIn),
    get("/purchase-orders/{id}/{event}", Area::SignedIn),
    get("/workflows/{name}", Area::SignedIn),
    get("/dashboards/approvals", Area::Dashboards),
    get("/attachments/{id}/remove", Area::SignedIn),
    get("/account", Area::SignedIn),
    get("/account/away", Area::SignedIn),
    get("/account/second-factor", Area::OwnSecondFactor),
    get("/account/second-factor/off", Area::OwnSecondFactor),
    get("/notifications", Area::SignedIn),
    get("/admin/people", Area::PeopleRead),
    get("/admin/people/new", Area::PeopleWrite),
    get("/admin/people/{id}", Area::PeopleRead),
    get("/admin/people/{id}/deactivate", Area::PeopleWrite),
    get("/admin/people/{id}/away", Area::PeopleWrite),
    get("/admin/people/{id}/second-factor", Area::PeopleWrite),
    get("/admin/rates", Area::RulesRead),
    get("/admin/second-factor", Area::PeopleRead),
    get("/admin/vendors", Area::VendorsRead),
    get("/admin/vendors/new", Area::VendorsWrite),
    get("/admin/vendors/{id}", Area::VendorsRead),
    get("/admin/vendors/{id}/{event}", Area::VendorsWrite),
    get("/admin/departments", Area::PeopleRead),
    get("/admin/departments/new", Area::PeopleWrite),
    get("/admin/departments/{id}", Area::PeopleRead),
    get("/admin/cost-centres", Area::PeopleRead),
    get("/admin/cost-centres/new", Area::PeopleWrite),
    get("/admin/cost-centres/{id}", Area::PeopleRead),
    get("/admin/rules", Area::RulesRead),
    get("/admin/rules/new", Area::RulesWrite),
    get("/admin/rules/four-eyes", Area::RulesWrite),
    get("/admin/rules/{id}", Area::RulesRead),
    get("/admin/rules/{id}/boundaries", Area::RulesRead),
    get("/admin/rules/{id}/{event}", Area::RulesWrite),
    get("/admin/audit", Area::Audit),
    get("/admin/clock", Area::DemoClock),
    get("/admin/clock/jump", Area::DemoClock),
    get("/admin/outbox", Area::Outbox),
    get("/admin/outbox/{id}", Area::Outbox),
    post("/fn/sign_in", Area::Public),
    post("/fn/enter_code", Area::Public),
    post("/fn/forgot_password", Area::Public),
    post("/fn/set_password", Area::Public),
    post("/fn/approve_by_link", Area::Public),
    post("/fn/reject_by_link", Area::Public),
    post("/fn/sign_out", Area::OwnSecondFactor),
    post("/fn/turn_on_second_factor", Area::OwnSecondFactor),
    post("/fn/confirm_second_factor", Area::OwnSecondFactor),
    post("/fn/renew_recovery_codes", Area::OwnSecondFactor),
    post("/fn/turn_off_second_factor", Area::OwnSecondFactor),
    post("/fn/require_second_factor", Area::PeopleWrite),
    post("/fn/import_rates", Area::RulesWrite),
    post("/fn/remove_second_factor", Area::PeopleWrite),
    post("/fn/save_purchase_order", Area::SignedIn),
    post("/fn/approve_purchase_order", Area::SignedIn),
    post("/fn/reject_purchase_order", Area::SignedIn),
    post("/fn/withdraw_purchase_order", Area::SignedIn),
    post("/fn/reopen_purchase_order", Area::SignedIn),
    post("/fn/start_processing_purchase_order", Area::SignedIn),
    post("/fn/receive_purchase_order", Area::SignedIn),
    post("/fn/complete_purchase_order", Area::SignedIn),
    post("/fn/cancel_purchase_order", Area::SignedIn),
    post("/fn/forward_purchase_order", Area::SignedIn),
    post("/fn/reassign_purchase_order", Area::SignedIn),
    post("/fn/decide_many", Area::SignedIn),
    post("/fn/save_view", Area::SignedIn),
    post("/fn/delete_view", Area::SignedIn),
    post("/fn/add_comment", Area::SignedIn),
    post("/fn/remove_attachment", Area::SignedIn),
    post("/fn/mark_mentions_seen", Area::SignedIn),
    post("/fn/open_notification", Area::SignedIn),
    post("/fn/mark_notification_read", Area::SignedIn),
    post("/fn/mark_notifications_read", Area::SignedIn),
    post("/fn/choose_notifications", Area::SignedIn),
    post("/fn/set_time_zone", Area::SignedIn),
    post("/fn/set_phone", Area::SignedIn),
    post("/fn/change_password", Area::SignedIn),
    post("/fn/sign_out_everywhere", Area::SignedIn),
    post("/fn/set_away", Area::SignedIn),
    post("/fn/cancel_away", Area::SignedIn),
    post("/fn/create_person", Area::PeopleWrite),
    post("/fn/update_person", Area::PeopleWrite),
    post("/fn/set_override", Area::PeopleWrite),
    post("/fn/invite_person", Area::PeopleWrite),
    post("/fn/deactivate_person", Area::PeopleWrite),
    post("/fn/reactivate_person", Area::PeopleWrite),
    post("/fn/verify_history", Area::Audit),
    post("/fn/jump_clock", Area::DemoClock),
    post("/fn/send_mail_again", Area::Outbox),
    post("/fn/create_vendor", Area::VendorsWrite),
    post("/fn/update_vendor", Area::VendorsWrite),
    post("/fn/hold_vendor", Area::VendorsWrite),
    post("/fn/release_vendor", Area::VendorsWrite),
    post("/fn/flag_vendor", Area::VendorsWrite),
    post("/fn/clear_vendor_flag", Area::VendorsWrite),
    post("/fn/create_department", Area::PeopleWrite),
    post("/fn/update_department", Area::PeopleWrite),
    post("/fn/create_cost_centre", Area::PeopleWrite),
    post("/fn/update_cost_centre", Area::PeopleWrite),
    post("/fn/propose_rules", Area::RulesWrite),
    post("/fn/retire_rules", Area::RulesWrite),
    post("/fn/confirm_rules", Area::RulesWrite),
    post("/fn/reject_rules", Area::RulesWrite),
    post("/fn/withdraw_rules", Area::RulesWrite),
    post("/fn/set_four_eyes", Area::RulesWrite),
];

/// What the server answers itself, without a page or a server function: bytes of files, and the live count of notifications.
pub const FILES: &[RouteRow] = &[
    get("/purchase-orders.csv", Area::SignedIn),
    get("/admin/people.csv", Area::PeopleRead),
    get("/admin/vendors.csv", Area::VendorsRead),
    get("/admin/departments.csv", Area::PeopleRead),
    get("/admin/cost-centres.csv", Area::PeopleRead),
    get("/admin/audit.csv", Area::Audit),
    get("/admin/outbox.csv", Area::Outbox),
    get("/notifications/stream", Area::SignedIn),
    post(ATTACH, Area::SignedIn),
    get("/attachments/{id}", Area::SignedIn),
];

/// The row of an address; `None`: there is no such route. `HEAD` counts as `GET`.
pub fn row(method: &Method, path: &str) -> Option<&'static RouteRow> {
    let method = if method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    ROUTES
        .iter()
        .chain(FILES)
        .find(|row| row.method == method && fits(row.pattern, path))
}

/// Who may enter an address; `None`: there is no such route.
pub fn access(method: &Method, path: &str) -> Option<Area> {
    row(method, path).map(|row| row.area)
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(p), Some(s)) if p == s || (p.starts_with('{') && !s.is_empty()) => {}
            _ => return false,
        }
    }
}

/// The application: the frame around the page of the address.
#[expect(clippy::too_many_lines, reason = "a table, one line a page")]
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let reference = use_context::<RequestContext>()
        .map(|request| request.reference)
        .unwrap_or_default();
    let sign_out =
        view! { <PostForm action="/fn/sign_out"><MenuButton label="Sign out"/></PostForm> };
    let missing = move || problem_page(404, "There is no page at this address.", &reference);
    view! {
        <Frame sign_out=sign_out.into_any()>
            <Router>
                <FlatRoutes fallback=missing>
                    <Route path=path!("/") view=MyWorkPage ssr=SsrMode::Async/>
                    <Route path=path!("/login") view=SignInPage ssr=SsrMode::Async/>
                    <Route path=path!("/login/forgotten") view=ForgottenPage ssr=SsrMode::Async/>
                    <Route path=path!("/login/code") view=CodePage ssr=SsrMode::Async/>
                    <Route path=path!("/reset/:token") view=SetPasswordPage ssr=SsrMode::Async/>
                    <Route path=path!("/a/:token") view=ApprovalLinkPage ssr=SsrMode::Async/>
                    <Route path=path!("/a/:token/reject") view=RejectByLinkPage ssr=SsrMode::Async/>
                    <Route path=path!("/approvals") view=ApprovalsPage ssr=SsrMode::Async/>
                    <Route path=path!("/approvals/reject") view=RejectManyPage ssr=SsrMode::Async/>
                    <Route path=path!("/purchase-orders") view=PurchaseOrdersPage ssr=SsrMode::Async/>
                    <Route path=path!("/purchase-orders/new") view=NewPurchaseOrderPage ssr=SsrMode::Async/>
                    <Route path=path!("/purchase-orders/:id") view=PurchaseOrderPage ssr=SsrMode::Async/>
                    <Route path=path!("/purchase-orders/:id/forward") view=ForwardPurchaseOrderPage ssr=SsrMode::Async/>
                    <Route path=path!("/purchase-orders/:id/reassign") view=ReassignPurchaseOrderPage ssr=SsrMode::Async/>
                    <Route path=path!("/purchase-orders/:id/:event") view=PurchaseOrderEventPage ssr=SsrMode::Async/>
                    <Route path=path!("/workflows/:name") view=WorkflowPage ssr=SsrMode::Async/>
                    <Route path=path!("/dashboards/approvals") view=ApprovalsDashboardPage ssr=SsrMode::Async/>
                    <Route path=path!("/attachments/:id/remove") view=RemoveAttachmentPage ssr=SsrMode::Async/>
                    <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/notifications") view=NotificationsPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/outbox") view=OutboxPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/outbox/:id") view=MailPage ssr=SsrMode::Async/>
                    <Route path=path!("/account/away") view=AwayPage ssr=SsrMode::Async/>
                    <Route path=path!("/account/second-factor") view=SecondFactorPage ssr=SsrMode::Async/>
                    <Route path=path!("/account/second-factor/off") view=TurnOffSecondFactorPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/people") view=PeoplePage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/people/new") view=NewPersonPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/people/:id") view=PersonPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/people/:id/deactivate") view=DeactivatePersonPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/people/:id/away") view=PersonAwayPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/people/:id/second-factor") view=RemoveSecondFactorPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/rates") view=ExchangeRatesPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/second-factor") view=RequiredSecondFactorPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/audit") view=AuditPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/clock") view=ClockPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/clock/jump") view=JumpClockPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/rules") view=RulesPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/rules/new") view=NewRulesPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/rules/four-eyes") view=FourEyesPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/rules/:id") view=RuleSetPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/rules/:id/boundaries") view=BoundariesPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/rules/:id/:event") view=RuleSetEventPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/vendors") view=VendorsPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/vendors/new") view=NewVendorPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/vendors/:id") view=VendorPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/vendors/:id/:event") view=VendorEventPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/departments") view=DepartmentsPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/departments/new") view=NewDepartmentPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/departments/:id") view=DepartmentPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/cost-centres") view=CostCentresPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/cost-centres/new") view=NewCostCentrePage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/cost-centres/:id") view=CostCentrePage ssr=SsrMode::Async/>
                </FlatRoutes>
            </Router>
        </Frame>
    }
}

#[cfg(test)]
mod tests;
