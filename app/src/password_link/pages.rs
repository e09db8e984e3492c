//! The page that asks who forgot their password, and the page of the link that sets one. Looking at them changes nothing.

use axum::http::StatusCode;
use engine::{
    Error,
    password_link::{Open, Purpose, look},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_axum::ResponseOptions;
use leptos_router::hooks::use_params_map;

use super::actions::{FORGOTTEN, ForgotPassword, SetPassword};
use crate::{
    form::PostForm,
    page::{PageContext, page},
    ui::{
        ButtonKind, ErrorSummary, FormActions, LinkButton, PageHeader, PasswordField, SubmitButton,
        TextField,
    },
};

/// `/login/forgotten`.
#[component]
pub fn ForgottenPage() -> impl IntoView {
    page(async |context| {
        let path = ForgotPassword::PATH;
        let errors = context.flash.errors_of(path);
        let email = context.flash.typed_text(path, "email");
        Ok(view! {
            <PageHeader title="Forgotten password" back=("/login", "Sign in")/>
            <ErrorSummary errors=errors.clone()/>
            <PostForm action=path class="form-narrow">
                <TextField name="email" label="Email" kind="email" autocomplete="username" value=email error=errors.of("email")
                    hint="You are sent a link that sets a new password."/>
                <FormActions><SubmitButton label="Send the link" kind=ButtonKind::Primary/></FormActions>
            </PostForm>
        }
        .into_any())
    })
}

/// `/reset/{token}`.
#[component]
pub fn SetPasswordPage() -> impl IntoView {
    let token = use_params_map()
        .with_untracked(|params| params.get("token"))
        .unwrap_or_default();
    let response = expect_context::<ResponseOptions>();
    page(async move |context| {
        let from = context.request.client_address;
        match look(context.engine(), &token, from).await {
            Ok(Some(open)) => Ok(form(&context, &token, &open)),
            Ok(None) => {
                response.set_status(StatusCode::GONE);
                Ok(gone())
            }
            Err(Error::NotFound) => {
                response.set_status(StatusCode::NOT_FOUND);
                Ok(gone())
            }
            Err(error) => Err(error),
        }
    })
}

fn form(context: &PageContext, token: &str, open: &Open) -> AnyView {
    let errors = context.flash.errors_of(SetPassword::PATH);
    let (title, says) = match open.purpose {
        Purpose::Invitation => (
            "Choose your password",
            format!("Welcome, {}. You sign in as {}.", open.name, open.email),
        ),
        Purpose::Reset => (
            "Set a new password",
            format!("For {}. You will be signed out everywhere.", open.email),
        ),
    };
    let rule = format!("At least {} characters.", engine::password::MIN_LENGTH);
    let (token, username) = (token.to_owned(), open.email.clone());
    view! {
        <PageHeader title=title/>
        <ErrorSummary errors=errors.clone()/>
        <p class="form-says">{says}</p>
        <PostForm action=SetPassword::PATH class="form-narrow">
            <input type="hidden" name="token" value=token/>
            <input type="hidden" name="username" autocomplete="username" value=username/>
            <PasswordField name="new_password" label="New password" autocomplete="new-password" hint=rule
                error=errors.of("new_password")/>
            <PasswordField name="repeat_password" label="New password again" autocomplete="new-password"
                error=errors.of("repeat_password")/>
            <FormActions><SubmitButton label="Set password" kind=ButtonKind::Primary/></FormActions>
        </PostForm>
    }
    .into_any()
}

/// The same for every link that does nothing: who holds one learns nothing of anybody.
fn gone() -> AnyView {
    view! {
        <PageHeader title="This link does not work any more"/>
        <p class="form-says">
            "It works once and for a limited time, and only while the account stays as it was. Ask for a new one; if you were invited, ask "
            "the administrator who invited you."
        </p>
        <FormActions>
            <LinkButton href="/login" label="Sign in"/>
            <LinkButton href=FORGOTTEN label="Ask for a new link"/>
        </FormActions>
    }
    .into_any()
}
