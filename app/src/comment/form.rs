//! The box to comment in.

use domain::comment::may_comment;
use engine::{Error, transition_log::Subject};
use leptos::{prelude::*, server_fn::ServerFn};

use super::actions::AddComment;
use crate::{
    form::PostForm,
    page::PageContext,
    ui::{ErrorSummary, FormActions, SubmitButton, TextArea},
};

/// The form, for those who may comment on what they see. `unsaved`: there is another form on the page that this one does not
/// save.
pub fn comment_form(
    context: &PageContext,
    subject: Subject,
    unsaved: bool,
) -> Result<Option<AnyView>, Error> {
    if !may_comment(context.actor()?) {
        return Ok(None);
    }
    let path = AddComment::PATH;
    let errors = context.flash.errors_of(path);
    let text = context.flash.typed_text(path, "comment");
    let hint = if unsaved {
        "@ and a name tells that person. Save the draft first: this sends the comment alone."
    } else {
        "@ and a name, like @mia or @Mia Moss, tells that person."
    };
    let form = view! {
        <ErrorSummary errors=errors.clone()/>
        <PostForm action=path class="comment-form" warn_unsaved=true>
            <input type="hidden" name="kind" value=subject.kind/>
            <input type="hidden" name="id" value=subject.id/>
            <TextArea name="comment" label="Comment" rows=2 value=text hint=hint error=errors.of("comment") shortcut="c"/>
            <FormActions><SubmitButton label="Add comment"/></FormActions>
        </PostForm>
    };
    Ok(Some(form.into_any()))
}
