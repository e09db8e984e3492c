//! The page of a link and the page that asks why somebody rejects by it. Looking at them changes nothing.

use axum::http::StatusCode;
use domain::{ids::PurchaseOrderId, purchase_order::RejectionCategory};
use engine::{
    Error,
    approval_link::{Cause, Dead, Look, Open, address, look},
    purchase_order,
};
use jiff::tz::TimeZone;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_axum::ResponseOptions;
use leptos_router::hooks::use_params_map;

use super::actions::{ApproveByLink, RejectByLink};
use crate::{
    form::PostForm,
    page::{PageContext, entered, page},
    purchase_order::{
        number,
        pages::{details, route::route},
        tone,
    },
    ui::{
        BlockedButton, ButtonKind, Choice, Columns, ErrorSummary, FormActions, LinkButton, Notice,
        NoticeKind, PageHeader, ReaderTime, RecordHeader, Section, SelectField, StateBadge,
        SubmitButton, TextArea,
    },
};

/// `/a/{token}`.
#[component]
pub fn ApprovalLinkPage() -> impl IntoView {
    of_link(confirm)
}

/// `/a/{token}/reject`.
#[component]
pub fn RejectByLinkPage() -> impl IntoView {
    of_link(reject)
}

/// A page of a link: what it opens, or why it opens nothing.
fn of_link(show: fn(&PageContext, &str, &Open) -> AnyView) -> impl IntoView {
    let token = use_params_map()
        .with_untracked(|params| params.get("token"))
        .unwrap_or_default();
    let response = expect_context::<ResponseOptions>();
    page(async move |context| {
        let from = context.request.client_address;
        match look(context.engine(), &token, from).await {
            Ok(Look::Open(open)) => Ok(show(&context, &token, &open)),
            Ok(Look::Dead(dead)) => {
                // One that was used is what it leads to once it has acted.
                if dead.cause != Cause::Used {
                    response.set_status(StatusCode::GONE);
                }
                Ok(gone(&context, &dead))
            }
            Err(Error::NotFound) => {
                response.set_status(StatusCode::NOT_FOUND);
                Ok(unknown(&context))
            }
            Err(error) => Err(error),
        }
    })
}

/// The order, and the question.
fn confirm(context: &PageContext, token: &str, open: &Open) -> AnyView {
    let record = &open.record;
    let order = &record.order;
    let time = reader(context, open);
    let state = view! { <StateBadge label=order.state.label() tone=tone(order.state)/> };
    let aside = view! {
        {route(record, None, &time)}
        {details::facts(record, None, &time)}
    };
    let changed = matches!(context.flash.status, 403 | 409).then(|| entered(&context.flash));
    let justification = order.justification.clone();
    let (decision, lines, rest) = (
        decision(context, token, open),
        details::lines(record),
        rest(context, open),
    );
    view! {
        <RecordHeader number=number(order.id) title=details::title(record) state=state.into_any() facts=details::headline(record, &time)/>
        {whose(context, open)}
        {details::duplicates(record, &time)}
        {changed}
        <Columns aside=aside.into_any()>
            {decision}
            {lines}
            {(!justification.is_empty()).then(|| view! { <Section title="Justification"><p class="prose">{justification}</p></Section> })}
            {rest}
        </Columns>
    }
    .into_any()
}

/// The link's person reads their own time.
fn reader(context: &PageContext, open: &Open) -> ReaderTime {
    ReaderTime {
        now: context.time.now,
        zone: TimeZone::get(&open.person.time_zone).unwrap_or(TimeZone::UTC),
    }
}

/// Whose link it is, to everyone but that person signed in.
fn whose(context: &PageContext, open: &Open) -> Option<AnyView> {
    let name = &open.person.actor.name;
    let (text, kind) = match &context.request.signed_in {
        Some(reader) if reader.actor.id == open.person.actor.id => return None,
        Some(reader) => (
            format!(
                "You are signed in as {}, but this link is {name}'s: what you do here is done as {name}.",
                reader.actor.name
            ),
            NoticeKind::Warning,
        ),
        None => (
            format!("This link is {name}'s: what you do here is done as {name}."),
            NoticeKind::Info,
        ),
    };
    Some(view! { <Notice text=text kind=kind/> }.into_any())
}

/// *Approve* with an optional note, and the way to *Reject*.
fn decision(context: &PageContext, token: &str, open: &Open) -> AnyView {
    let record = &open.record;
    let path = ApproveByLink::PATH;
    let errors = context.flash.errors_of(path);
    let note = context.flash.typed_text(path, "note");
    let form = (record.order.id.0, record.version);
    let rejecting = format!("{}/reject", address(token));
    let approve = match open.blocked.clone() {
        Some(reason) => view! { <BlockedButton label="Approve" reason=reason/> }.into_any(),
        // The button carries the token: where *Reject* leads with the note, it stands in the path already.
        None => {
            view! { <SubmitButton label="Approve" kind=ButtonKind::Primary name="token" value=token.to_owned() shortcut="a"/> }.into_any()
        }
    };
    let title = format!("Decide as {}", open.person.actor.name);
    let why = open.why.clone();
    view! {
        <Section title=title>
            <ErrorSummary errors=errors.clone()/>
            <p class="form-says">"Why you are asked: "{why}"."</p>
            <PostForm action=path record=form class="decision-form" warn_unsaved=true>
                <TextArea name="note" label="Note" rows=2 value=note error=errors.of("note") hint="Optional."/>
                <FormActions>
                    <SubmitButton label="Reject" kind=ButtonKind::Danger leads_to=rejecting shortcut="r"/>
                    {approve}
                </FormActions>
            </PostForm>
        </Section>
    }
    .into_any()
}

/// What the link does not show.
fn rest(context: &PageContext, open: &Open) -> AnyView {
    let files = match open.record.attachments.len() {
        0 => String::new(),
        1 => "One file is attached. ".to_owned(),
        many => format!("{many} files are attached. "),
    };
    let order = open.record.order.id;
    let says = match context.request.signed_in {
        Some(_) => "Files and comments are on the order's own page.",
        None => "Sign in to read files and comments.",
    };
    let way_in = way_in(context, order);
    view! {
        <Section title="More">
            <p class="form-says">{files}{says}</p>
            {way_in}
        </Section>
    }
    .into_any()
}

/// To the order: by signing in first, for who has not.
fn way_in(context: &PageContext, order: PurchaseOrderId) -> AnyView {
    let to = purchase_order::address(order);
    match context.request.signed_in {
        Some(_) => {
            view! { <LinkButton href=to label=format!("Open {}", number(order))/> }.into_any()
        }
        None => view! { <LinkButton href=format!("/login?next={to}") label="Sign in"/> }.into_any(),
    }
}

/// Asks for category and reason.
fn reject(context: &PageContext, token: &str, open: &Open) -> AnyView {
    let path = RejectByLink::PATH;
    // What was typed before an error; else the note beside *Reject*.
    let typed = |field: &str| match context.flash.typed(path) {
        Some(form) => form.text(field).to_owned(),
        None if field == "reason" => context.request.query("note").unwrap_or_default(),
        None => String::new(),
    };
    let errors = context.flash.errors_of(path);
    let record = &open.record;
    let categories = RejectionCategory::ALL
        .iter()
        .map(|category| Choice::new(category.as_str(), category.label()))
        .collect();
    let name = number(record.order.id);
    let form = (record.order.id.0, record.version);
    let (category, reason) = (typed("category"), typed("reason"));
    let (back, label) = (address(token), format!("Back to {name}"));
    let token = token.to_owned();
    view! {
        <PageHeader title=format!("Reject {name}") subtitle=details::title(record)/>
        {whose(context, open)}
        <ErrorSummary errors=errors.clone()/>
        <p class="form-says">"The order goes back to its submitter with your reason. They can revise and resubmit it."</p>
        <PostForm action=path record=form class="form-narrow">
            <SelectField name="category" label="Reason category" prompt="Choose a category" value=category choices=categories
                error=errors.of("category")/>
            <TextArea name="reason" label="Reason" value=reason error=errors.of("reason")/>
            <FormActions>
                <LinkButton href=back label=label kind=ButtonKind::Quiet/>
                <SubmitButton label="Reject" kind=ButtonKind::Danger name="token" value=token/>
            </FormActions>
        </PostForm>
    }
    .into_any()
}

/// What a link says that does nothing any more.
fn gone(context: &PageContext, dead: &Dead) -> AnyView {
    let title = match dead.cause {
        Cause::Used => "This link was used",
        Cause::Decided => "Decided already",
        Cause::TakenBack => "Nothing to decide any more",
        Cause::Expired => "This link has expired",
        Cause::SecondFactor => "Sign in to decide",
        Cause::NotTheirs => "Not this person's decision any more",
    };
    let at = dead
        .ended
        .as_ref()
        .map(|(.., at)| context.time.moment(*at).relative);
    let facts = format!(
        "{} is now: {}.",
        number(dead.order),
        dead.state.label().to_lowercase()
    );
    let decided = at
        .map(|at| format!("It was decided {at}. "))
        .unwrap_or_default();
    let way_in = way_in(context, dead.order);
    view! {
        <PageHeader title=title subtitle=number(dead.order)/>
        <p class="form-says">{dead.said()}</p>
        <p class="form-says">{decided}{facts}</p>
        {entered(&context.flash)}
        <FormActions>{way_in}</FormActions>
    }
    .into_any()
}

/// A token that no link has.
fn unknown(context: &PageContext) -> AnyView {
    let (to, label) = match context.request.signed_in {
        Some(_) => ("/approvals", "Open your approvals"),
        None => ("/login?next=/approvals", "Sign in"),
    };
    view! {
        <PageHeader title="This link is not known"/>
        <p class="form-says">"Check that the whole link was copied from the email. What waits for you is also in your approvals."</p>
        {entered(&context.flash)}
        <FormActions><LinkButton href=to label=label/></FormActions>
    }
    .into_any()
}
