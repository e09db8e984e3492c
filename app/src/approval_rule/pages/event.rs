//! The forms of a rule change: new rules, *Change*, *Retire*, *Reject*, *Withdraw*.

use domain::{
    approval_rule::{RawLevel, RawRules, SetState},
    ids::RuleSetId,
};
use engine::{
    Error,
    approval_rule::{View, address, get},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

use crate::{
    approval_rule::{
        actions::{ProposeRules, RejectRules, RetireRules, WithdrawRules},
        form::{fields, read},
        words,
    },
    form::{PostForm, RecordForm},
    page::{PageContext, page},
    ui::{ButtonKind, ErrorSummary, FormActions, LinkButton, PageHeader, SubmitButton, TextArea},
};

/// `/admin/rules/new`.
#[component]
pub fn NewRulesPage() -> impl IntoView {
    page(async |context| {
        let path = ProposeRules::PATH;
        let errors = context.flash.errors_of(path);
        let typed = context.flash.typed(path).map_or_else(blank, read);
        let fields = fields(&context, &typed, &errors, true).await?;
        Ok(view! {
            <PageHeader title="New rules" back=("/admin/rules", "All approval rules")
                subtitle="For the orders of one department, in one currency, or both. Nothing changes before they are confirmed."/>
            <RecordForm action=path errors=errors button="Propose">{fields}</RecordForm>
        }
        .into_any())
    })
}

/// New rules before anything is typed: the priorities and hours of the levels as delivered.
fn blank() -> RawRules {
    let level = |(from, hours, priority): (&str, &str, &str)| RawLevel {
        from_amount: from.to_owned(),
        approver: "manager".to_owned(),
        sla_hours: hours.to_owned(),
        priority: priority.to_owned(),
    };
    let levels = [
        ("0.00", "24", "normal"),
        ("", "48", "high"),
        ("", "72", "urgent"),
    ];
    RawRules {
        levels: levels.map(level).to_vec(),
        ..RawRules::default()
    }
}

/// `/admin/rules/{id}/change` and the like.
#[component]
pub fn RuleSetEventPage() -> impl IntoView {
    let word = use_params_map()
        .with_untracked(|params| params.get("event"))
        .unwrap_or_default();
    page(async move |context| {
        let id = RuleSetId(context.id()?);
        let view = get(context.engine(), id).await?;
        let begins = match word.as_str() {
            "change" | "retire" => SetState::InForce,
            "reject" | "withdraw" => SetState::Proposed,
            _ => return Err(Error::NotFound),
        };
        if view.head.state != begins {
            let state = view.head.state.label().to_lowercase();
            return Err(Error::Stale(format!("These rules are {state}.")));
        }
        match word.as_str() {
            "change" => change(&context, &view).await,
            "retire" => Ok(asks(&context, &view, &RETIRE)),
            "reject" => Ok(asks(&context, &view, &REJECT)),
            _ => Ok(asks(&context, &view, &WITHDRAW)),
        }
    })
}

async fn change(context: &PageContext, view: &View) -> Result<AnyView, Error> {
    let path = ProposeRules::PATH;
    let set = view.set.as_ref().ok_or(Error::NotFound)?;
    let errors = context.flash.errors_of(path);
    let typed = context.flash.typed(path);
    let typed = typed.map_or_else(|| RawRules::from(set), read);
    let fields = fields(context, &typed, &errors, false).await?;
    let record = (set.id.0, set.version);
    let title = format!("Change: {}", words::scope_of(&view.head));
    Ok(view! {
        <PageHeader title=title subtitle="Nothing changes before it is confirmed. You see first what it would have done."/>
        <RecordForm action=path record=record errors=errors button="Propose">{fields}</RecordForm>
    }
    .into_any())
}

/// A page that asks before something is done.
struct Asks {
    path: &'static str,
    title: &'static str,
    says: &'static str,
    button: &'static str,
    reason: bool,
}

static RETIRE: Asks = Asks {
    path: RetireRules::PATH,
    title: "Retire",
    says: "What is submitted once this is confirmed falls under the general rules. What is in approval keeps these.",
    button: "Propose to retire",
    reason: true,
};
static REJECT: Asks = Asks {
    path: RejectRules::PATH,
    title: "Reject",
    says: "The rules stay as they are. Whoever proposed the change reads your reason.",
    button: "Reject",
    reason: true,
};
static WITHDRAW: Asks = Asks {
    path: WithdrawRules::PATH,
    title: "Withdraw",
    says: "The rules stay as they are. The proposal stays in the history.",
    button: "Withdraw",
    reason: false,
};

fn asks(context: &PageContext, view: &View, asks: &'static Asks) -> AnyView {
    let errors = context.flash.errors_of(asks.path);
    let typed = context.flash.typed_text(asks.path, "reason");
    let record = (view.head.id.0, view.head.version.unwrap_or(1));
    let (subtitle, back) = (words::scope_of(&view.head), address(view.head.id));
    let reason = asks.reason.then(|| {
        view! { <TextArea name="reason" label="Reason" value=typed error=errors.of("reason")/> }
    });
    view! {
        <PageHeader title=asks.title subtitle=subtitle/>
        <ErrorSummary errors=errors.clone()/>
        <p class="form-says">{asks.says}</p>
        <PostForm action=asks.path record=record class="form-narrow">
            {reason}
            <FormActions>
                <LinkButton href=back label="Back" kind=ButtonKind::Quiet/>
                <SubmitButton label=asks.button kind=ButtonKind::Danger/>
            </FormActions>
        </PostForm>
    }
    .into_any()
}
