//! Where the reader was mentioned, on *My work*.

use domain::ids::PurchaseOrderId;
use engine::comment::Mention;
use leptos::{prelude::*, server_fn::ServerFn};

use super::actions::MarkMentionsSeen;
use crate::{
    form::PostForm,
    purchase_order::number,
    ui::{ReaderTime, Section, SubmitButton, Timestamp},
};

/// The mentions not seen yet, newest first, with the button that says they are; nothing when there are none. What was written
/// stands on the record only, for those who still see it.
pub fn mentioned_section(mentions: Vec<Mention>, time: &ReaderTime) -> Option<AnyView> {
    let newest = mentions.first()?.comment;
    let seen = view! {
        <PostForm action=MarkMentionsSeen::PATH>
            <input type="hidden" name="up_to" value=newest/>
            <SubmitButton label="Mark as seen"/>
        </PostForm>
    };
    let items = mentions
        .into_iter()
        .map(|mention| {
            let (href, at) = (mention.address(), time.moment(mention.at));
            let record = number(PurchaseOrderId(mention.subject.id));
            view! { <li>{mention.author}" mentioned you in "<a href=href>{record}</a>" "<Timestamp at=at/></li> }
        })
        .collect_view();
    Some(
        view! {
            <Section title="You were mentioned" action=seen.into_any()>
                <ul class="mentioned" aria-label="You were mentioned">{items}</ul>
            </Section>
        }
        .into_any(),
    )
}
