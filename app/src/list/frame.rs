//! What stands around the rows of a list: scopes, search, chips, the panel of filters, saved views, pages, export.

use engine::{
    Engine, Error,
    list::{Cursor, Filter, Kind, Query, Set, direction, saved},
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{Face, actions::SaveView, export};
use crate::{
    form::PostForm,
    page::PageContext,
    ui::{
        ButtonKind, CheckboxField, Choice, DateField, ErrorSummary, FormErrors, LinkButton, Pager,
        Scope, Scopes, SelectField, SubmitButton, TextField, grouped,
    },
};

/// A list as its page shows it.
pub(super) struct Listing {
    /// What is asked.
    pub(super) query: Query,
    face: &'static Face,
    names: Vec<(&'static str, String)>,
    views: Vec<saved::View>,
    panel: Option<Vec<(&'static str, Vec<Choice>)>>,
    typed_name: String,
    wrong: FormErrors,
}

impl Listing {
    /// Reads what the frame shows beside the rows. The panel of filters is there when the address asks for it, and when
    /// something in it is wrong.
    pub(super) async fn load(
        context: &PageContext,
        query: Query,
        face: &'static Face,
    ) -> Result<Self, Error> {
        let engine = context.engine();
        let mut names = Vec::new();
        for set in &query.filters {
            names.push((set.filter.name, name(engine, set, face).await?));
        }
        let wrong = context.flash.errors_of(SaveView::PATH);
        let open = context.request.query("panel").is_some();
        let panel = if open || !wrong.is_empty() || !query.errors().is_empty() {
            Some(choices(engine, &query, face).await?)
        } else {
            None
        };
        Ok(Self {
            views: saved::views(engine, context.actor()?, query.spec).await?,
            typed_name: context.flash.typed_text(SaveView::PATH, "name"),
            wrong,
            query,
            face,
            names,
            panel,
        })
    }

    /// What stands above the rows.
    pub(super) fn above(&self, scopes: &[(&'static str, &'static str)], current: &str) -> AnyView {
        let scopes: Vec<Scope> = scopes
            .iter()
            .map(|(word, label)| Scope {
                label: (*label).to_owned(),
                href: self.query.in_scope(word).address(),
                count: None,
                current: *word == current,
            })
            .collect();
        view! {
            {(scopes.len() > 1).then(|| view! { <Scopes scopes=scopes/> })}
            {self.bar()}
            {self.chips()}
            {self.panel.clone().map(|choices| self.panel(choices))}
        }
        .into_any()
    }

    /// What stands below them: how many there are (`None`: over 1,000), and the way to the next page.
    pub(super) fn below(&self, count: Option<i64>, next: Option<Cursor>) -> AnyView {
        let (one, many) = self.face.noun;
        let summary = match count {
            Some(1) => format!("1 {one}"),
            Some(count) => format!("{} {many}", grouped(count)),
            None => format!("over 1,000 {many}"),
        };
        let query = &self.query;
        let first = query.after.is_some().then(|| query.first_page().address());
        let next = next.map(|next| query.page_after(Some(next)).address());
        view! { <Pager summary=summary first_href=first next_href=next/> }.into_any()
    }

    /// Search, the way to the filters, saved views, export.
    fn bar(&self) -> AnyView {
        let query = &self.query;
        let search = query.spec.words.is_some().then(|| {
            let rest = hidden(&query.without_search());
            view! {
                <form method="get" action=query.spec.path role="search" class="list-search">
                    {rest}
                    <input class="input" type="search" name="q" aria-label="Search this list" placeholder="Search this list" value=query.search.clone() maxlength="200"/>
                    <SubmitButton label="Search"/>
                </form>
            }
        });
        let toggle = if self.panel.is_some() {
            view! { <LinkButton href=query.address() label="Hide filters" kind=ButtonKind::Quiet/> }
        } else {
            view! { <LinkButton href=format!("{}#filters", with(query, "panel", "filters")) label="Filter and sort" kind=ButtonKind::Quiet/> }
        };
        let export = query.first_page().address_of(&export(query.spec));
        let export = query
            .errors()
            .is_empty()
            .then(|| view! { <a class="btn btn-ghost" href=export download=true>"Export CSV"</a> });
        view! { <div class="list-bar">{search}{self.views()}<span class="list-tools">{toggle}{export}</span></div> }.into_any()
    }

    fn views(&self) -> AnyView {
        if self.views.is_empty() {
            return ().into_any();
        }
        let here = self.query.first_page().encode();
        let links = self.views.iter().map(|view| {
            let href = format!("{}?{}", self.query.spec.path, view.query);
            let current = (view.query == here).then_some("page");
            view! { <li><a href=href aria-current=current>{view.name.clone()}</a></li> }
        });
        view! { <nav class="list-views" aria-label="Saved views"><ul>{links.collect_view()}</ul></nav> }.into_any()
    }

    /// What is left out, each with the way to take it back.
    fn chips(&self) -> AnyView {
        let query = &self.query;
        if !query.narrows() {
            return ().into_any();
        }
        let words = (!query.search.is_empty())
            .then(|| chip("Search", &query.search, query.without_search().address()));
        let filters = query.filters.iter().map(|set| {
            let name = self
                .names
                .iter()
                .find(|(filter, _)| *filter == set.filter.name);
            let name = name.map_or("", |(_, name)| name.as_str());
            chip(
                set.filter.label,
                name,
                query.without(set.filter.name).address(),
            )
        });
        view! {
            <ul class="chips" aria-label="Filters in use">
                {words}
                {filters.collect_view()}
                <li><a class="chip-clear" href=query.whole().address()>"Clear all"</a></li>
            </ul>
        }
        .into_any()
    }

    /// Every filter, the order of the rows, and the form that keeps them under a name.
    fn panel(&self, mut choices: Vec<(&'static str, Vec<Choice>)>) -> AnyView {
        let query = &self.query;
        let mut errors = query.errors();
        errors.extend(self.wrong.0.clone());
        let fields = query.spec.filters.iter().map(|filter| {
            let error = errors.iter().find(|error| error.field == filter.name);
            let error = error.map(|error| error.message.clone());
            let at = choices.iter().position(|(of, _)| *of == filter.name);
            let offered = at.map(|at| choices.swap_remove(at).1).unwrap_or_default();
            field(filter, query.typed(filter.name).to_owned(), offered, error)
        });
        let fields = fields.collect_view();
        let rest = Query {
            filters: Vec::new(),
            ..query.first_page()
        };
        let kept = rest
            .pairs()
            .into_iter()
            .filter(|(name, _)| !matches!(*name, "sort" | "dir"));
        let sorts = query
            .spec
            .sorts
            .iter()
            .map(|sort| Choice::new(sort.name, sort.label))
            .collect();
        let directions = vec![
            Choice::new("asc", "Smallest or earliest first"),
            Choice::new("desc", "Largest or latest first"),
        ];
        view! {
            <section class="list-panel" id="filters" aria-label="Filter and sort">
                {(!errors.is_empty()).then(|| view! { <ErrorSummary errors=FormErrors(errors)/> })}
                <form method="get" action=query.spec.path>
                    {kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
                    <div class="list-fields">
                        {fields}
                        <SelectField name="sort" label="Sort by" choices=sorts value=query.sort.name/>
                        <SelectField name="dir" label="Direction" choices=directions value=direction(query.descending)/>
                    </div>
                    <div class="form-actions">
                        <LinkButton href=query.whole().address() label="Clear all" kind=ButtonKind::Quiet/>
                        <SubmitButton label="Show" kind=ButtonKind::Primary/>
                    </div>
                </form>
                {self.keep()}
            </section>
        }
        .into_any()
    }

    /// Keeping what is shown under a name, and letting kept views go.
    fn keep(&self) -> AnyView {
        let query = self.query.first_page();
        let shown = || {
            let (list, query) = (query.spec.path, query.encode());
            view! {
                <input type="hidden" name="list" value=list/>
                <input type="hidden" name="query" value=query/>
            }
        };
        let kept: Vec<_> = self
            .views
            .iter()
            .map(|view| {
                let (id, name, shown) = (view.id, view.name.clone(), shown());
                let delete = format!("Delete view {name}");
                view! {
                    <li><PostForm action="/fn/delete_view" label=format!("View {name}")>
                        {shown}
                        <input type="hidden" name="view" value=id/>
                        {name}" "
                        <button type="submit" class="btn btn-ghost btn-sm" aria-label=delete>"Delete"</button>
                    </PostForm></li>
                }
            })
            .collect();
        let (shown, name, error) = (shown(), self.typed_name.clone(), self.wrong.of("name"));
        view! {
            <PostForm action="/fn/save_view" class="list-keep" label="Save this view">
                {shown}
                <TextField name="name" label="Save what is shown as" value=name error=error hint="Filters, words and order, for you alone. A view of the same name is replaced."/>
                <SubmitButton label="Save view"/>
            </PostForm>
            {(!kept.is_empty()).then(|| view! { <ul class="list-kept" aria-label="Your views">{kept}</ul> })}
        }
        .into_any()
    }
}

/// The field of a filter.
fn field(filter: &Filter, value: String, offered: Vec<Choice>, error: Option<String>) -> AnyView {
    let (name, label) = (filter.name, filter.label);
    if filter.test.is_flag() {
        return view! { <CheckboxField name=name label=label checked=!value.is_empty() error=error/> }.into_any();
    }
    match filter.test.kind() {
        Kind::Id(_) | Kind::OneOf(_) => {
            view! { <SelectField name=name label=label choices=offered prompt="Any" value=value error=error/> }.into_any()
        }
        Kind::Day | Kind::Moment => view! { <DateField name=name label=label value=value error=error/> }.into_any(),
        Kind::Amount | Kind::Number => {
            view! { <TextField name=name label=label value=value inputmode="decimal" error=error/> }.into_any()
        }
        Kind::Text => view! { <TextField name=name label=label value=value error=error/> }.into_any(),
    }
}

fn chip(label: &str, value: &str, without: String) -> impl IntoView {
    let text = if value.is_empty() {
        label.to_owned()
    } else {
        format!("{label}: {value}")
    };
    view! {
        <li class="chip">
            {text.clone()}" "
            <a href=without aria-label=format!("Remove filter {text}")><span aria-hidden="true">"×"</span></a>
        </li>
    }
}

fn hidden(query: &Query) -> AnyView {
    let pairs = query.pairs().into_iter();
    pairs
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view()
        .into_any()
}

fn with(query: &Query, name: &str, value: &str) -> String {
    let address = query.address();
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{name}={value}")
}

/// What a chip says of a filter: the name of a record, a word in words, what was typed.
async fn name(engine: &Engine, set: &Set, face: &Face) -> Result<String, Error> {
    if set.filter.test.is_flag() {
        return Ok(String::new());
    }
    Ok(match (set.filter.test.kind(), &set.value) {
        (Kind::Id(record), Ok(engine::list::Value::Id(id))) => {
            let name = record.name(engine, *id).await?;
            name.unwrap_or_else(|| set.typed.clone())
        }
        (Kind::OneOf(_), Ok(_)) => (face.in_words)(set.filter.name, &set.typed),
        _ => set.typed.clone(),
    })
}

/// What each select offers.
async fn choices(
    engine: &Engine,
    query: &Query,
    face: &Face,
) -> Result<Vec<(&'static str, Vec<Choice>)>, Error> {
    let mut choices = Vec::new();
    for filter in query.spec.filters {
        let offered: Vec<Choice> = match filter.test.kind() {
            Kind::Id(record) => {
                let records = record.choices(engine).await?.into_iter();
                records
                    .map(|(id, name)| Choice::new(id.to_string(), name))
                    .collect()
            }
            Kind::OneOf(words) => {
                let words = words.iter();
                words
                    .map(|word| Choice::new(*word, (face.in_words)(filter.name, word)))
                    .collect()
            }
            Kind::Number | Kind::Text | Kind::Day | Kind::Amount | Kind::Moment => continue,
        };
        choices.push((filter.name, offered));
    }
    Ok(choices)
}
