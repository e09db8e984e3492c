//! The second half of signing in: the code.

use engine::session_store;
use leptos::{prelude::*, server_fn::ServerFn};

use super::own::code_field;
use crate::{
    form::{Fields, PostForm},
    page::page,
    second_factor::actions::EnterCode,
    sign_in::{Kept, actions::SignIn, local},
    ui::{ButtonKind, ErrorSummary, FormActions, LinkButton, PageHeader, SubmitButton},
};

/// `/login/code`.
#[component]
pub fn CodePage() -> impl IntoView {
    page(async |context| {
        let (engine, session) = (context.engine(), &context.request.session);
        if session_store::code_asked(session, engine).await?.is_none() {
            return Ok(start_again());
        }
        let flash = &context.flash;
        // What the sign-in form carries along goes on.
        let carried = flash
            .typed(EnterCode::PATH)
            .or_else(|| flash.typed(SignIn::PATH));
        let next = carried.and_then(|form: &Fields| local(form.text("next")));
        let kept = carried.and_then(Kept::read);
        let errors = flash.errors_of(EnterCode::PATH);
        Ok(view! {
            <PageHeader title="Enter your code" back=("/login", "Sign in")/>
            <ErrorSummary errors=errors.clone()/>
            <p class="form-says">"Lost your phone and your recovery codes? Ask an administrator to take your second factor away."</p>
            <PostForm action=EnterCode::PATH class="form-narrow">
                {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                {kept.map(Kept::fields)}
                {code_field(&errors)}
                <FormActions><SubmitButton label="Sign in" kind=ButtonKind::Primary/></FormActions>
            </PostForm>
        }
        .into_any())
    })
}

fn start_again() -> AnyView {
    view! {
        <PageHeader title="Enter your password first"/>
        <p class="form-says">"A code is asked for after the password, for ten minutes."</p>
        <FormActions><LinkButton href="/login" label="Sign in" kind=ButtonKind::Primary/></FormActions>
    }
    .into_any()
}
