//! One rule set: what it says, what it would change, what can be done with it, its versions.

use domain::{
    approval_rule::{Proposal, SetState, Step, step_permission},
    ids::RuleSetId,
    permission::{Area, Permission, may_enter},
    purchase_order::Tried,
};
use engine::{
    Error,
    approval_rule::{View, address, check, get, settings, subject},
    transition_log,
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::tables;
use crate::{
    approval_rule::{
        actions::{ConfirmRules, event_address},
        words,
    },
    change_history,
    form::PostForm,
    page::{PageContext, page},
    ui::{
        BlockedButton, ButtonKind, Columns, DescriptionItem, DescriptionList, FormActions,
        LinkButton, Notice, NoticeKind, PageHeader, Section, StateBadge, SubmitButton, TextArea,
        Timestamp, grouped,
    },
};

/// Rows of history a page shows.
const HISTORY: i64 = 100;

/// `/admin/rules/{id}`.
#[component]
pub fn RuleSetPage() -> impl IntoView {
    page(async |context| {
        let id = RuleSetId(context.id()?);
        let view = get(context.engine(), id).await?;
        let rows = transition_log::history(context.engine(), subject(id), None, HISTORY).await?;
        let header = header(&context, &view).await?;
        let tried = if view.head.state == SetState::Proposed {
            tried(&context, &view).await?
        } else {
            None
        };
        let decide = decide(&context, &view).await?;
        let rules = view.set.as_ref().map(|set| {
            let base = view
                .base
                .as_ref()
                .filter(|_| view.head.state == SetState::Proposed);
            tables::rules(set, base, &view.people)
        });
        let dry_run = view
            .dry_run
            .as_ref()
            .map(|run| tables::dry_run(run, &context.time));
        let aside = view! {
            {facts(&context, &view)}
            {change_history::list(&rows, &context.time)}
        };
        let versions = tables::versions(&view, &context.time);
        Ok(view! {
            {header}
            {overtaken(&view)}
            <Columns aside=aside.into_any()>
                {rules}
                {tried}
                {dry_run}
                {decide}
                {versions}
            </Columns>
        }
        .into_any())
    })
}

async fn header(context: &PageContext, view: &View) -> Result<AnyView, Error> {
    let (id, state) = (view.head.id, view.head.state);
    let writes = may_enter(Area::RulesWrite, Some(context.actor()?));
    let link = |event: &str, label: &'static str, kind: ButtonKind| {
        view! { <LinkButton href=event_address(id, event) label=label kind=kind/> }.into_any()
    };
    let mut buttons = Vec::new();
    if view.set.is_some() {
        buttons.push(link("boundaries", "Boundaries", ButtonKind::Secondary));
    }
    if writes && state == SetState::InForce {
        let own = view.head.department.is_some() || view.head.currency.is_some();
        buttons.extend(own.then(|| link("retire", "Retire", ButtonKind::Danger)));
        buttons.push(link("change", "Change", ButtonKind::Primary));
    }
    let steps = steps(context, view).await?;
    for (step, event) in [(Step::Withdraw, "withdraw"), (Step::Reject, "reject")] {
        let may = steps
            .iter()
            .any(|(of, answer)| *of == step && answer.is_allowed());
        buttons.extend(may.then(|| link(event, step.label(), ButtonKind::Danger)));
    }
    let what = match (state, view.head.version) {
        (SetState::Proposed, _) => words::kind(&view.head).to_owned(),
        _ => words::version(&view.head),
    };
    let title = words::scope_of(&view.head);
    Ok(view! {
        <PageHeader title=title subtitle=what back=("/admin/rules", "All approval rules")>
            <StateBadge label=state.label() tone=words::tone(state)/>
            {buttons}
        </PageHeader>
    }
    .into_any())
}

type Steps = Vec<(Step, Permission<domain::approval_rule::StepRefusal, ()>)>;

async fn steps(context: &PageContext, view: &View) -> Result<Steps, Error> {
    let proposal = Proposal {
        state: view.head.state,
        author: view.head.author.as_ref().map(|(id, _)| *id),
        four_eyes: settings(context.engine()).await?.four_eyes,
    };
    let actor = context.actor()?;
    let answer = |step: &Step| (*step, step_permission(&proposal, *step, actor));
    Ok(Step::ALL.iter().map(answer).collect())
}

/// *Confirm* acts at once, its note beside it: the page is what is confirmed.
async fn decide(context: &PageContext, view: &View) -> Result<Option<AnyView>, Error> {
    let steps = steps(context, view).await?;
    let confirm = steps.into_iter().find(|(step, _)| *step == Step::Confirm);
    let Some((_, answer)) = confirm else {
        return Ok(None);
    };
    let path = ConfirmRules::PATH;
    Ok(match answer {
        Permission::Hidden => None,
        Permission::Blocked(refusal) => Some(
            view! {
                <Section title="Your decision">
                    <BlockedButton label=Step::Confirm.label() reason=refusal.to_string()/>
                </Section>
            }
            .into_any(),
        ),
        Permission::Allowed(()) => {
            let note = context.flash.typed_text(path, "note");
            let error = context.flash.errors_of(path).of("note");
            let record = (view.head.id.0, 1);
            Some(
                view! {
                    <Section title="Your decision">
                        <PostForm action=path record=record class="decision-form">
                            <TextArea name="note" label="Note" rows=2 value=note error=error hint="Optional."/>
                            <FormActions><SubmitButton label=Step::Confirm.label() kind=ButtonKind::Primary/></FormActions>
                        </PostForm>
                    </Section>
                }
                .into_any(),
            )
        }
    })
}

/// What the policy checker says of the proposal today.
async fn tried(context: &PageContext, view: &View) -> Result<Option<AnyView>, Error> {
    let Some(set) = &view.set else {
        return Ok(None);
    };
    let said = match check(context.engine(), set).await {
        Ok(tried) => view! { <Notice text=sound(&tried) kind=NoticeKind::Info/> }.into_any(),
        Err(Error::Refused { message, fields }) => {
            let stories = fields
                .into_iter()
                .map(|fault| view! { <li>{fault.message}</li> })
                .collect_view();
            view! { <Notice text=message kind=NoticeKind::Error><ul>{stories}</ul></Notice> }
                .into_any()
        }
        Err(other) => return Err(other),
    };
    Ok(Some(
        view! { <Section title="Policy check">{said}</Section> }.into_any(),
    ))
}

fn sound(tried: &Tried) -> String {
    let count = |number: usize| grouped(i64::try_from(number).unwrap_or(i64::MAX));
    format!(
        "Nothing is wrong. Tried: {} people who may raise an order, {} totals on both sides of every limit, every state, everyone who \
         may act there, a vendor that is clear, on hold or under review: {} questions. Every level has somebody to decide it, nobody \
         decides what they raised, nothing is approved without the levels its total needs, and every order can be brought to an end.",
        count(tried.submitters),
        count(tried.totals),
        count(tried.questions)
    )
}

/// Somebody else's change came first.
fn overtaken(view: &View) -> Option<AnyView> {
    let stale = view.head.state == SetState::Proposed && view.head.base != view.in_force;
    stale.then(|| {
        let link = view.in_force.map(|id| view! { <a href=address(id)>"What is in force now"</a> });
        view! {
            <Notice text="Another change of these rules came first, so this one cannot be confirmed any more." kind=NoticeKind::Warning>
                {link}
            </Notice>
        }
        .into_any()
    })
}

fn facts(context: &PageContext, view: &View) -> AnyView {
    let head = &view.head;
    let time = &context.time;
    let author = head
        .author
        .as_ref()
        .map_or("as delivered", |(_, name)| name.as_str());
    let proposed = view! { {author.to_owned()}", "<Timestamp at=time.moment(head.created_at)/> };
    let mut items = vec![
        DescriptionItem::new("Proposed by", proposed),
        DescriptionItem::new(
            "Reason",
            view! { <span class="prose">{head.reason.clone()}</span> },
        ),
    ];
    if let Some((by, at, note)) = head.decided.clone() {
        let label = match head.state {
            SetState::Rejected => "Rejected by",
            SetState::Withdrawn => "Withdrawn by",
            SetState::Proposed | SetState::InForce | SetState::Replaced | SetState::Retired => {
                "Confirmed by"
            }
        };
        let when = view! { {by}", "<Timestamp at=time.moment(at)/> };
        items.push(DescriptionItem::new(label, when));
        if !note.is_empty() {
            items.push(DescriptionItem::new(
                "Note",
                view! { <span class="prose">{note}</span> },
            ));
        }
    }
    if let Some(base) = head.base {
        let link = view! { <a href=address(base)>"The rules before"</a> };
        items.push(DescriptionItem::new("Made from", link));
    }
    view! { <Section title="Details"><DescriptionList items=items/></Section> }.into_any()
}
