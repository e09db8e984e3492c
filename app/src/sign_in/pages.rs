//! The sign-in page. On a demo it lists who can sign in.

use engine::demo::{Member, members};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    Kept,
    actions::{SignIn, local},
};
use crate::{
    form::PostForm,
    page::page,
    password_link::actions::FORGOTTEN,
    ui::{
        ButtonKind, Cell, Column, DataTable, ErrorSummary, FormActions, FormErrors, LinkButton,
        Notice, NoticeKind, PageHeader, PasswordField, Section, SubmitButton, TableRow, TextField,
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
        let flash = &context.flash;
        let email = flash.typed_text(SignIn::PATH, "email");
        let errors = flash.errors_of(SignIn::PATH);
        let next = context.request.query("next").and_then(|next| local(&next));
        let kept = flash.typed(SignIn::PATH).and_then(Kept::read);
        let demo = (!people.is_empty()).then(|| demo_people(people));
        Ok(view! {
            <PageHeader title="Sign in"/>
            {kept.is_some().then(|| view! { <Notice text=STILL_KEPT kind=NoticeKind::Warning/> })}
            <SignInForm email=email errors=errors next=next kept=kept/>
            {demo}
        }
        .into_any())
    })
}

/// What the gate answers to a form of somebody who is not signed in any more: the sign-in form, which carries it along.
#[component]
pub fn SignInAgain(
    /// The page the form stood on.
    next: Option<String>,
    /// The form, where something was typed into it.
    kept: Option<Kept>,
) -> impl IntoView {
    let next = next.and_then(|next| local(&next));
    let text = if kept.is_some() {
        STILL_KEPT
    } else {
        NOTHING_DONE
    };
    view! {
        <PageHeader title="Sign in"/>
        <Notice text=text kind=NoticeKind::Warning/>
        <SignInForm email="" errors=FormErrors::default() next=next kept=kept/>
    }
}

const STILL_KEPT: &str = "You are not signed in any more, so what you sent was not saved. Sign in, and it is shown to you again.";

const NOTHING_DONE: &str =
    "You are not signed in any more, so nothing was done. Sign in, and do it again.";

#[component]
fn SignInForm(
    #[prop(into)] email: String,
    errors: FormErrors,
    next: Option<String>,
    kept: Option<Kept>,
) -> impl IntoView {
    view! {
        <ErrorSummary errors=errors.clone()/>
        <PostForm action=SignIn::PATH class="form-narrow">
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            {kept.map(Kept::fields)}
            <TextField name="email" label="Email" kind="email" autocomplete="username" value=email error=errors.of("email")/>
            <PasswordField name="password" label="Password" error=errors.of("password")/>
            <FormActions>
                <LinkButton href=FORGOTTEN label="Forgotten password" kind=ButtonKind::Quiet/>
                <SubmitButton label="Sign in" kind=ButtonKind::Primary/>
            </FormActions>
        </PostForm>
    }
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
