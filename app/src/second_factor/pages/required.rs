//! Of whom a second factor is required, and for what.

use domain::{
    money::format_amount,
    permission::{Area, may_enter},
};
use engine::second_factor::{Required, required};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    form::RecordForm,
    page::{PageContext, page},
    people::form::role_boxes,
    second_factor::actions::RequireSecondFactor,
    ui::{
        CheckboxField, DescriptionItem, DescriptionList, FieldGroup, PageHeader, Section, TextField,
    },
};

const SAYS: &str = "A code of an authenticator app besides the password. Whoever it is required of sets theirs up before anything else, \
                    and decides signed in, not by an emailed link.";

/// `/admin/second-factor`.
#[component]
pub fn RequiredSecondFactorPage() -> impl IntoView {
    page(async |context| {
        let now = required(context.engine()).await?;
        let content = if may_enter(Area::PeopleWrite, Some(context.actor()?)) {
            form(&context, &now)
        } else {
            facts(&now)
        };
        Ok(view! {
            <PageHeader title="Second factor" subtitle=SAYS/>
            {content}
        }
        .into_any())
    })
}

fn form(context: &PageContext, now: &Required) -> AnyView {
    let path = RequireSecondFactor::PATH;
    let errors = context.flash.errors_of(path);
    let (for_all, roles, above) = match context.flash.typed(path) {
        Some(form) => (
            form.text("for_all") == "true",
            form.all("roles").to_vec(),
            form.text("above").to_owned(),
        ),
        None => (
            now.for_all,
            now.roles
                .iter()
                .map(|role| role.as_str().to_owned())
                .collect(),
            now.above.map(format_amount).unwrap_or_default(),
        ),
    };
    let label = format!("Approvals above ({})", now.currency);
    view! {
        <RecordForm action=path record=(1, now.version) errors=errors.clone() button="Save">
            <FieldGroup legend="Required of">
                <CheckboxField name="for_all" label="Everyone" checked=for_all/>
                {role_boxes(&roles)}
            </FieldGroup>
            <TextField name="above" label=label value=above inputmode="decimal" error=errors.of("above")
                hint="Whoever approves more enters a code first. An order in another currency is compared at the rate it was submitted at; without one it always takes a code. Leave it empty for no such limit."/>
        </RecordForm>
    }
    .into_any()
}

fn facts(now: &Required) -> AnyView {
    let of = if now.for_all {
        "Everyone".to_owned()
    } else if now.roles.is_empty() {
        "Nobody".to_owned()
    } else {
        let titles: Vec<&str> = now.roles.iter().map(|role| role.title()).collect();
        titles.join(", ")
    };
    let above = now.above.map_or_else(
        || "No limit".to_owned(),
        |above| format!("{} {}", format_amount(above), now.currency),
    );
    let items = vec![
        DescriptionItem::new("Required of", of),
        DescriptionItem::new("Approvals above", above),
    ];
    view! { <Section title="What is required"><DescriptionList items=items/></Section> }.into_any()
}
