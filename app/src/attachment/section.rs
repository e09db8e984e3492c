//! The files of a record, and the form to add one.

use domain::{attachment::SIZE_MAX, comment::may_comment};
use engine::{
    Error,
    attachment::{Attachment, address},
    transition_log::Subject,
};
use leptos::prelude::*;

use super::{ATTACH, size};
use crate::{
    form::PostForm,
    page::PageContext,
    ui::{ErrorSummary, FileField, FormActions, ReaderTime, Section, SubmitButton, Timestamp},
};

/// The files, and for those who may add one the form; nothing where there is neither.
pub fn attachments_section(
    context: &PageContext,
    subject: Subject,
    files: &[Attachment],
) -> Result<Option<AnyView>, Error> {
    let form = may_comment(context.actor()?).then(|| form(context, subject));
    if files.is_empty() && form.is_none() {
        return Ok(None);
    }
    let items = files
        .iter()
        .map(|file| item(file, &context.time))
        .collect_view();
    let list = (!files.is_empty())
        .then(|| view! { <ul class="files" aria-label="Attachments">{items}</ul> });
    let section = view! { <Section title="Attachments">{list}{form}</Section> };
    Ok(Some(section.into_any()))
}

fn item(file: &Attachment, time: &ReaderTime) -> AnyView {
    let file = file.clone();
    let (href, said) = (
        address(file.id),
        format!("{}, {}, ", size(file.size), file.by),
    );
    let remove = file.removable.then(|| {
        let (to, label) = (format!("{href}/remove"), format!("Remove {}", file.name));
        view! { " "<a class="file-remove" href=to aria-label=label>"Remove"</a> }
    });
    view! {
        <li>
            <a href=href>{file.name}</a>" "
            <span class="file-facts">{said}<Timestamp at=time.moment(file.at)/></span>
            {remove}
        </li>
    }
    .into_any()
}

fn form(context: &PageContext, subject: Subject) -> AnyView {
    let errors = context.flash.errors_of(ATTACH);
    let again = (!errors.is_empty()).then(|| {
        view! { <p class="form-says">"A page cannot keep a chosen file: choose it again."</p> }
    });
    let hint = format!("At most {} MB. No programs.", SIZE_MAX / 1024 / 1024);
    view! {
        <ErrorSummary errors=errors.clone()/>
        {again}
        <PostForm action=ATTACH class="file-form" multipart=true warn_unsaved=true>
            // Before the file: the server knows what it is for when its bytes begin to come.
            <input type="hidden" name="kind" value=subject.kind/>
            <input type="hidden" name="id" value=subject.id/>
            <FileField name="file" label="File" hint=hint error=errors.of("file")/>
            <FormActions><SubmitButton label="Attach file"/></FormActions>
        </PostForm>
    }
    .into_any()
}
