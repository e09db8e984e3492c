//! What has arrived, said in the table of the lines.

use domain::{
    ids::PurchaseOrderId,
    purchase_order::{EventKind, Line},
};
use engine::purchase_order::RecordView;
use leptos::{prelude::*, server_fn::ServerFn};

use super::details;
use crate::{
    flash::Flash,
    form::PostForm,
    page::PageContext,
    purchase_order::actions::ReceivePurchaseOrder,
    ui::{ButtonKind, ErrorSummary, FormActions, FormErrors, Section, SubmitButton, TextArea},
};

/// The lines, with what was received of each to be filled in; nothing for those who do not receive.
pub fn receive(context: &PageContext, record: &RecordView) -> Option<AnyView> {
    let mut actions = record.actions.iter();
    let (_, permission) = actions.find(|(kind, _)| *kind == EventKind::Receive)?;
    permission.is_allowed().then_some(())?;
    let path = ReceivePurchaseOrder::PATH;
    let errors = context.flash.errors_of(path);
    let (id, version): (PurchaseOrderId, i32) = (record.order.id, record.version);
    let note = context.flash.typed_text(path, "note");
    let cell = |line: &Line| input(line, &context.flash, &errors);
    let lines = details::current_lines(record, Some(&cell));
    Some(
        view! {
            <Section title="Lines">
                <ErrorSummary errors=errors.clone()/>
                <PostForm action=path record=(id.0, version) class="receive-form" warn_unsaved=true>
                    // The first button is the one Enter presses in a field: it takes what is typed.
                    <button type="submit" hidden=true tabindex="-1">"Receive"</button>
                    {lines}
                    <TextArea name="note" label="Note" rows=2 value=note error=errors.of("note") hint="Optional."/>
                    <FormActions>
                        <SubmitButton label="Receive everything" name="intent" value="everything"/>
                        <SubmitButton label="Receive" kind=ButtonKind::Secondary/>
                    </FormActions>
                </PostForm>
            </Section>
            {details::lines_of_rejected_rounds(record)}
        }
        .into_any(),
    )
}

/// How much of a line is there in all, of how much.
fn input(line: &Line, flash: &Flash, errors: &FormErrors) -> AnyView {
    let name = format!("received-{}", line.position);
    let typed = flash.typed(ReceivePurchaseOrder::PATH);
    let value = typed.map_or_else(
        || line.received.to_string(),
        |form| form.text(&name).to_owned(),
    );
    let error = errors.of(&name);
    let (of, wrong) = (format!("hint-{name}"), format!("error-{name}"));
    let described = error
        .as_ref()
        .map_or_else(|| of.clone(), |_| format!("{of} {wrong}"));
    let invalid = error.is_some().then_some("true");
    let ordered = line.quantity.map(|quantity| quantity.to_string());
    view! {
        <input class="input received" id=format!("field-{name}") name=name value=value inputmode="decimal" autocomplete="off"
            aria-label=format!("Received of line {}", line.position) aria-describedby=described aria-invalid=invalid/>
        <span class="cell-note" id=of>" of "{ordered}</span>
        {error.map(|text| view! { <p class="field-error" id=wrong>{text}</p> })}
    }
    .into_any()
}
