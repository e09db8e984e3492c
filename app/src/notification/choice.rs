//! The section of the account page where people choose what they are told of.

use domain::notification::{Kind, Way};
use engine::notification::Preferences;
use leptos::{prelude::*, server_fn::ServerFn};

use super::actions::ChooseNotifications;
use crate::{
    form::PostForm,
    ui::{Cell, Column, DataTable, FormActions, Section, SubmitButton, TableRow},
};

/// A box for every kind and way.
pub fn choice(chosen: &Preferences) -> AnyView {
    let head = std::iter::once(Column::text("When"));
    let columns = head.chain(Way::ALL.iter().map(|way| Column::text(way.label())));
    let rows = Kind::ALL
        .iter()
        .map(|kind| {
            let boxes = Way::ALL
                .iter()
                .map(|way| cell(*kind, *way, chosen.wants(*kind, *way)));
            let boxes: Vec<AnyView> = boxes.collect();
            view! { <TableRow><Cell label="When">{kind.label()}</Cell>{boxes}</TableRow> }
        })
        .collect_view();
    view! {
        <Section title="Notifications">
            <p class="form-says">"Urgent decisions always show in the app. Only they come by SMS, to the number above."</p>
            <PostForm action=ChooseNotifications::PATH label="Notifications">
                <DataTable caption="What you are told of" columns=columns.collect()>{rows}</DataTable>
                <FormActions><SubmitButton label="Save notifications"/></FormActions>
            </PostForm>
        </Section>
    }
    .into_any()
}

fn cell(kind: Kind, way: Way, wanted: bool) -> AnyView {
    if !way.brings(kind) {
        return view! { <Cell label=way.label()>"—"</Cell> }.into_any();
    }
    let label = format!("{}: {}", kind.label(), way.label().to_lowercase());
    view! {
        <Cell label=way.label()>
            <input class="checkbox" type="checkbox" name=way.as_str() value=kind.as_str() aria-label=label
                checked=wanted/>
        </Cell>
    }
    .into_any()
}
