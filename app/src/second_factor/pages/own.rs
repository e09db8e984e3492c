//! One's own second factor: setting it up, proving it, its recovery codes.

use domain::second_factor::Standing;
use engine::{
    Error, person,
    second_factor::{self as factor, ADDRESS, RECOVERY_CODES, SetUp},
};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    form::PostForm,
    page::{PageContext, page},
    second_factor::{
        actions::{ConfirmSecondFactor, RenewRecoveryCodes, TurnOnSecondFactor},
        qr::qr,
    },
    sign_in::local,
    ui::{
        ButtonKind, ErrorSummary, FormActions, FormErrors, LinkButton, Notice, NoticeKind,
        PageHeader, Section, SubmitButton, TextField, Timestamp,
    },
};

/// `/account/second-factor?next=/purchase-orders/1042`.
#[component]
pub fn SecondFactorPage() -> impl IntoView {
    page(async |context| {
        let actor = context.actor()?;
        let next = context.request.query("next").and_then(|next| local(&next));
        let content = match factor::set_up(context.engine(), actor.id).await? {
            None => setting_up(&context, next).await?,
            Some(_) if actor.second_factor.standing != Standing::Confirmed => {
                confirming(&context, next)
            }
            Some(set_up) => proved(&context, set_up, next).await?,
        };
        Ok(view! {
            <PageHeader title="Second factor" back=("/account", "Account")/>
            {content}
        }
        .into_any())
    })
}

/// Where a code is typed.
pub(super) fn code_field(errors: &FormErrors) -> AnyView {
    view! {
        <TextField name="code" label="Code" autocomplete="one-time-code" error=errors.of("code")
            hint="Six digits from your authenticator app, or a recovery code."/>
    }
    .into_any()
}

async fn setting_up(context: &PageContext, next: Option<String>) -> Result<AnyView, Error> {
    let actor = context.actor()?;
    let path = TurnOnSecondFactor::PATH;
    let errors = context.flash.errors_of(path);
    let scanned = context.flash.typed(path).map(|form| form.text("nonce"));
    let person = person::get(context.engine(), actor.id)
        .await?
        .ok_or(Error::NotFound)?;
    let offer = factor::offer(context.engine(), actor.id, &person.email, scanned)?;
    let missing = actor.second_factor.is_missing().then(|| {
        let text = "Your organisation requires a second factor of you. Set it up to go on.";
        view! { <Notice text=text kind=NoticeKind::Warning/> }
    });
    Ok(view! {
        {missing}
        <ErrorSummary errors=errors.clone()/>
        <p class="form-says">
            "Besides your password, signing in then asks for a code that changes every thirty seconds. Scan this with an authenticator app on "
            "your phone, then enter the code it shows."
        </p>
        <div class="qr-frame">{qr(&offer.address, "QR code for your authenticator app")}</div>
        <p class="form-says">"If you cannot scan it, type this into the app: "<code class="secret">{offer.secret}</code></p>
        <PostForm action=path class="form-narrow">
            <input type="hidden" name="nonce" value=offer.nonce/>
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            <TextField name="code" label="Code" autocomplete="one-time-code" inputmode="numeric" error=errors.of("code")
                hint="Six digits."/>
            <FormActions><SubmitButton label="Turn on" kind=ButtonKind::Primary/></FormActions>
        </PostForm>
    }
    .into_any())
}

fn confirming(context: &PageContext, next: Option<String>) -> AnyView {
    let path = ConfirmSecondFactor::PATH;
    let errors = context.flash.errors_of(path);
    let why = match next {
        Some(_) => "Enter a code to go on. It counts for ten minutes.",
        None => {
            "Your second factor is on. Enter a code to see your recovery codes or to turn it off."
        }
    };
    view! {
        <ErrorSummary errors=errors.clone()/>
        <p class="form-says">{why}</p>
        <PostForm action=path class="form-narrow">
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            {code_field(&errors)}
            <FormActions><SubmitButton label="Confirm" kind=ButtonKind::Primary/></FormActions>
        </PostForm>
    }
    .into_any()
}

async fn proved(
    context: &PageContext,
    set_up: SetUp,
    next: Option<String>,
) -> Result<AnyView, Error> {
    let codes = factor::recovery_codes(context.engine(), context.actor()?.id).await?;
    let rows = codes
        .into_iter()
        .map(|(code, used)| {
            let code = if used {
                view! { <s><code>{code}</code></s>" used" }.into_any()
            } else {
                view! { <code>{code}</code> }.into_any()
            };
            view! { <li>{code}</li> }
        })
        .collect_view();
    let left = format!(
        "Each works once, in place of a code, when your phone is not at hand. {} of {RECOVERY_CODES} are left.",
        set_up.recovery_left
    );
    let since = context.time.moment(set_up.at);
    let on = next.map(|next| {
        view! { <FormActions><LinkButton href=next label="Go on" kind=ButtonKind::Primary/></FormActions> }
    });
    Ok(view! {
        <p class="form-says">"Your second factor is on since "<Timestamp at=since/>"."</p>
        {on}
        <Section title="Recovery codes">
            <p class="form-says">{left}</p>
            <ul class="recovery-codes">{rows}</ul>
            <PostForm action=RenewRecoveryCodes::PATH>
                <FormActions><SubmitButton label="Make new codes"/></FormActions>
            </PostForm>
        </Section>
        <Section title="Turn off">
            <p class="form-says">"For another phone: turn it off, then set it up anew."</p>
            <FormActions><LinkButton href=format!("{ADDRESS}/off") label="Turn off" kind=ButtonKind::Danger/></FormActions>
        </Section>
    }
    .into_any())
}
