//! The lines of an order's form: an island, so that lines and totals change without a round trip. Without JavaScript the same
//! markup is a plain form whose buttons post.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::money::{
    Decimal, Quantity, UnitPrice, checked_line_total, checked_order_total, format_amount,
};
use domain::purchase_order::UNIT_OFFERED;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// One line as typed: description, quantity, unit, unit price, cost centre; and what is wrong with each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineFields {
    /// In the order above.
    pub values: [String; 5],
    /// Likewise.
    pub errors: [Option<String>; 5],
}

impl LineFields {
    /// A line as the form offers it; the same as `RawLine::blank`.
    fn blank() -> Self {
        let mut line = Self::default();
        UNIT_OFFERED.clone_into(&mut line.values[2]);
        line
    }
}

/// The route of every total from `from` on, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// The smallest total, as a decimal.
    pub from: String,
    /// "1,000.00 or more: Mia Moss, then Fay Finch."
    pub text: String,
}

/// A line on the page. Every value is followed, so that a line keeps its text when the ones before it are removed. Counted
/// signals: a fresh line made by removing the last one would otherwise end with what was removed.
#[derive(Clone)]
struct Row {
    key: usize,
    values: [ArcRwSignal<String>; 5],
    errors: [Option<String>; 5],
}

impl Row {
    fn new(key: usize, line: LineFields) -> Self {
        Self {
            key,
            values: line.values.map(ArcRwSignal::new),
            errors: line.errors,
        }
    }

    /// Quantity and price, once both can be read.
    fn priced(&self) -> Option<(Quantity, UnitPrice)> {
        let [_, quantity, _, unit_price, _] = &self.values;
        Some((
            Quantity::parse(&quantity.get()).ok()?,
            UnitPrice::parse(&unit_price.get()).ok()?,
        ))
    }
}

/// The fields of a line: name after `line_`, label, the keyboard a phone shows.
const FIELDS: [(&str, &str, &str); 5] = [
    ("description", "Description", "text"),
    ("quantity", "Quantity", "decimal"),
    ("unit", "Unit", "text"),
    ("unit_price", "Unit price", "decimal"),
    ("cost_centre", "Cost centre", "text"),
];

/// The lines, their totals, and the route the sum takes.
#[island]
pub fn OrderLines(
    /// At least one.
    lines: Vec<LineFields>,
    /// Chosen in the form.
    currency: String,
    /// Of each currency offered, ascending.
    bands: Vec<(String, Vec<Band>)>,
    /// What is wrong with the lines as a whole.
    error: Option<String>,
) -> impl IntoView {
    let next_key = StoredValue::new(lines.len());
    let rows = RwSignal::new(
        lines
            .into_iter()
            .enumerate()
            .map(|(key, line)| Row::new(key, line))
            .collect::<Vec<_>>(),
    );
    let total = move || checked_order_total(rows.get().iter().filter_map(Row::priced)).ok();
    let total_text = move || total().map_or_else(|| "too large".to_owned(), format_amount);
    let currency = RwSignal::new(currency);
    Effect::new(move |_| follow_currency(currency));
    let route = move || {
        let total = total()?;
        let currency = currency.get();
        let (_, bands) = bands.iter().find(|(code, _)| *code == currency)?;
        let reached = |band: &&Band| band.from.parse::<Decimal>().is_ok_and(|from| from <= total);
        bands
            .iter()
            .rev()
            .find(reached)
            .map(|band| band.text.clone())
    };
    let fresh = move || {
        let key = next_key.get_value();
        next_key.set_value(key + 1);
        Row::new(key, LineFields::blank())
    };
    let add = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        rows.update(|rows| rows.push(fresh()));
        let added = format!("field-line-{}-description", rows.with_untracked(Vec::len));
        request_animation_frame(move || focus(&added));
    };
    let remove = move |key: usize| {
        rows.update(|rows| {
            rows.retain(|row| row.key != key);
            if rows.is_empty() {
                rows.push(fresh());
            }
        });
    };
    view! {
        <div class="order-lines" id="field-lines" tabindex="-1">
            <h2>"Lines"</h2>
            {error.map(|text| view! { <p class="field-error">{text}</p> })}
            <For
                each=move || rows.get().into_iter().zip(1..)
                key=|(row, number): &(Row, usize)| (*number, row.key)
                children=move |(row, number)| line(number, row, remove)
            />
            <div class="order-lines-foot">
                <button type="submit" class="btn btn-plain btn-sm" name="intent" value="add_line" on:click=add>"Add line"</button>
                <p class="order-total">
                    "Total "<output class="amount" aria-label="Total">{total_text}</output>" "<span class="currency">{move || currency.get()}</span>
                </p>
            </div>
            <p class="route-preview" aria-live="polite">{route}</p>
        </div>
    }
}

/// The form's *Currency* is outside the island.
fn follow_currency(currency: RwSignal<String>) {
    use leptos::wasm_bindgen::JsCast;
    let listener = window_event_listener(leptos::ev::change, move |event| {
        let select = event
            .target()
            .and_then(|target| target.dyn_into::<leptos::web_sys::HtmlSelectElement>().ok());
        if let Some(select) = select.filter(|select| select.name() == "currency") {
            currency.set(select.value());
        }
    });
    on_cleanup(move || listener.remove());
}

fn focus(id: &str) {
    use leptos::wasm_bindgen::JsCast;
    if let Some(element) = document().get_element_by_id(id) {
        // Nothing to do where it can't be focused.
        let _ = element
            .unchecked_into::<leptos::web_sys::HtmlElement>()
            .focus();
    }
}

fn line(
    number: usize,
    row: Row,
    remove: impl Fn(usize) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let key = row.key;
    let total = {
        let row = row.clone();
        move || {
            row.priced()
                .and_then(|(quantity, price)| checked_line_total(quantity, price).ok())
                .map(format_amount)
        }
    };
    let fields: Vec<_> = FIELDS
        .into_iter()
        .zip(row.values)
        .zip(row.errors)
        .map(|(((name, label, mode), value), error)| {
            field(number, (name, label, mode), value, error)
        })
        .collect();
    let dropped = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        remove(key);
    };
    view! {
        <fieldset class="order-line">
            <legend>{format!("Line {number}")}</legend>
            {fields}
            <p class="line-total"><span>"Line total"</span>" "<output class="amount">{total}</output></p>
            <button type="submit" class="btn btn-ghost btn-sm line-remove" name="intent" value=format!("remove_line-{number}")
                on:click=dropped>{format!("Remove line {number}")}</button>
        </fieldset>
    }
}

fn field(
    number: usize,
    (name, label, mode): (&'static str, &'static str, &'static str),
    value: ArcRwSignal<String>,
    error: Option<String>,
) -> impl IntoView {
    let id = format!("field-line-{number}-{name}");
    let error_id = format!("error-line-{number}-{name}");
    let wrong = error.is_some();
    // The page around has the list of cost centres and says what is taken.
    let (list, described_by) = match name {
        "cost_centre" => (Some("cost-centres"), "hint-cost-centre"),
        _ => (None, ""),
    };
    let described_by = if wrong {
        format!("{error_id} {described_by}")
    } else {
        described_by.to_owned()
    };
    // Before the WebAssembly came alive nobody listened: what was typed until then, or kept by the browser, stands in the page.
    let input = NodeRef::<leptos::html::Input>::new();
    let before = value.clone();
    Effect::new(move || {
        let typed = input.get().map(|input| input.value());
        if let Some(typed) = typed.filter(|typed| before.with_untracked(|known| known != typed)) {
            before.set(typed);
        }
    });
    view! {
        <div class=if wrong { "field field-wrong" } else { "field" } data-field=name>
            <label for=id.clone()>{label}</label>
            <input class="input" node_ref=input id=id name=format!("line_{name}") value=value.get_untracked() inputmode=mode autocomplete="off"
                aria-invalid=wrong.then_some("true") aria-describedby=(!described_by.is_empty()).then_some(described_by)
                list=list
                on:input=move |event| value.set(event_target_value(&event))/>
            {error.map(|text| view! { <p class="field-error" id=error_id>{text}</p> })}
        </div>
    }
}
