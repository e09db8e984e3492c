//! The sign-in page. On a demo it lists who can sign in.

use engine::demo::{Member, members};
use leptos::{prelude::*, server_fn::ServerFn};

use super::actions::{SignIn, local};
use crate::{
    form::PostForm,
    page::page,
    ui::{
        ButtonKind, Cell, Column, DataTable, ErrorSummary, FormActions, PageHeader, PasswordField,
        Section, SubmitButton, TableRow, TextField,
    },
};

/// The password of everyone in the demo (spec README, "The demo company").
const DEMO_PASSWORD: &str = "countersign";

/// `/login?next=/approvals`.
#[component]
pub fn SignInPage() -> impl IntoView {
    page(async |context| {
        let people = if context.request.demo {
            members(context.engine()).await?
        } else {
            Vec::new()
        };
        let email = context.flash.typed_text(SignIn::PATH, "email");
        let errors = context.flash.errors_of(SignIn::PATH);
        let next = context.request.query("next").and_then(|next| local(&next));
        let demo = (!people.is_empty()).then(|| demo_people(people));
        Ok(view! {
            <PageHeader title="Sign in"/>
            <ErrorSummary errors=errors.clone()/>
            <PostForm action=SignIn::PATH class="form-narrow">
                {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                <TextField name="email" label="Email" kind="email" autocomplete="username" value=email error=errors.of("email")/>
                <PasswordField name="password" label="Password" error=errors.of("password")/>
                <FormActions><SubmitButton label="Sign in" kind=ButtonKind::Primary/></FormActions>
            </PostForm>
            {demo}
        }
        .into_any())
    })
}

fn demo_people(people: Vec<Member>) -> AnyView {
    let rows = people
        .into_iter()
        .map(|person| {
            view! {
                <TableRow>
                    <Cell label="Name">{person.name}</Cell>
                    <Cell label="Email">{person.email}</Cell>
                    <Cell label="Role">{person.role}</Cell>
                </TableRow>
            }
        })
        .collect_view();
    let columns = ["Name", "Email", "Role"].map(Column::text).to_vec();
    view! {
        <Section title="Who can sign in">
            <p class="form-says">"This is a demo: its company is made up. The password of everyone is "<code>{DEMO_PASSWORD}</code>"."</p>
            <DataTable caption="People of the demo" columns=columns>{rows}</DataTable>
        </Section>
    }
    .into_any()
}
