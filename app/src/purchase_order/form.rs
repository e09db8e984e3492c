//! The form of an order: what was typed, and how it is shown again.

use domain::{
    ids::DepartmentId,
    money::{Currency, format_amount},
    purchase_order::{RawDraft, RawLine},
};
use engine::{
    Error, cost_centre, directory,
    purchase_order::{RouteEntry, RouteStatus, preview},
    vendor,
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    actions::SavePurchaseOrder,
    islands::{Band, LineFields, OrderLines},
};
use crate::{
    form::{Fields, PostForm},
    page::PageContext,
    shell::IslandLoader,
    ui::{
        ButtonKind, Choice, DateField, ErrorSummary, FormActions, FormErrors, SelectField,
        SubmitButton, TextArea,
    },
};

/// The fields of a line, by their names after `line_`.
const LINE_FIELDS: [&str; 5] = [
    "description",
    "quantity",
    "unit",
    "unit_price",
    "cost_centre",
];

/// The fields before the lines, in the order of the form.
const FIELDS: [&str; 6] = [
    "vendor",
    "department",
    "needed_by",
    "currency",
    "justification",
    "ship_to",
];

/// The form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(RawDraft);

impl Typed {
    /// From the fields of the form.
    pub fn read(form: &Fields) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        let columns = LINE_FIELDS.map(|field| form.all(&format!("line_{field}")));
        let count = columns
            .iter()
            .map(|column| column.len())
            .max()
            .unwrap_or_default();
        let cell =
            |column: usize, row: usize| columns[column].get(row).cloned().unwrap_or_default();
        let lines = (0..count).map(|row| RawLine {
            description: cell(0, row),
            quantity: cell(1, row),
            unit: cell(2, row),
            unit_price: cell(3, row),
            cost_centre: cell(4, row),
        });
        Self(RawDraft {
            vendor: text("vendor"),
            department: text("department"),
            needed_by: text("needed_by"),
            currency: text("currency"),
            justification: text("justification"),
            ship_to: text("ship_to"),
            lines: lines.collect(),
        })
    }

    /// Into the fields of the form.
    pub fn write(&self, form: Fields) -> Fields {
        let column = |of: fn(&RawLine) -> &String| {
            self.0
                .lines
                .iter()
                .map(|line| of(line).clone())
                .collect::<Vec<_>>()
        };
        form.with("line_description", column(|l| &l.description))
            .with("line_quantity", column(|l| &l.quantity))
            .with("line_unit", column(|l| &l.unit))
            .with("line_unit_price", column(|l| &l.unit_price))
            .with("line_cost_centre", column(|l| &l.cost_centre))
    }

    /// What the rules parse.
    pub fn raw(&self) -> &RawDraft {
        &self.0
    }

    /// Without lines in which nothing was typed, so that the numbers in messages are those of the form that comes back.
    #[must_use]
    pub fn without_empty_lines(self) -> Self {
        Self(self.0.without_empty_lines())
    }

    /// After *Add line* (`add_line`) or *Remove line 2* (`remove_line-2`); `None` for every other button.
    #[must_use]
    pub fn changed_lines(&self, intent: &str) -> Option<Self> {
        let mut typed = self.clone();
        if intent == "add_line" {
            typed.0.lines.push(RawLine::blank());
        } else {
            let line: usize = intent.strip_prefix("remove_line-")?.parse().ok()?;
            if (1..=typed.0.lines.len()).contains(&line) {
                typed.0.lines.remove(line - 1);
            }
        }
        Some(typed)
    }
}

impl From<RawDraft> for Typed {
    fn from(raw: RawDraft) -> Self {
        Self(raw)
    }
}

/// The form, filled with what was typed before an error, else with `saved`.
pub async fn order_form(
    context: &PageContext,
    saved: RawDraft,
    record: Option<(i64, i32)>,
) -> Result<AnyView, Error> {
    let flash = &context.flash;
    let typed = flash
        .typed(SavePurchaseOrder::PATH)
        .map_or(saved, |form| Typed::read(form).0);
    let errors = flash.errors_of(SavePurchaseOrder::PATH).in_order(&FIELDS);
    let engine = context.engine();
    let vendors = vendor::choices(engine).await?.into_iter().map(|vendor| {
        let label = vendor.blocked.map_or_else(
            || vendor.name.clone(),
            |why| format!("{} ({why})", vendor.name),
        );
        Choice::new(vendor.id.to_string(), label)
    });
    let mut db = engine.pool().acquire().await?;
    let department = typed.department.parse().ok().map(DepartmentId);
    let departments = directory::departments(&mut db, department)
        .await?
        .into_iter()
        .map(|(id, name)| Choice::new(id.to_string(), name));
    let (cost_centres, checked) = cost_centre::active_codes(&mut db).await?;
    drop(db);
    let routes = preview(engine, context.actor()?, department).await?;
    let bands = routes
        .iter()
        .map(|(currency, bands)| (currency.to_string(), bands.iter().map(band).collect()));
    Ok(fields(
        typed,
        errors,
        record,
        Offered {
            vendors: vendors.collect(),
            departments: departments.collect(),
            bands: bands.collect(),
            cost_centres: cost_centre_list(cost_centres, checked),
        },
    ))
}

struct Offered {
    vendors: Vec<Choice>,
    departments: Vec<Choice>,
    /// Of each currency offered, the organisation's first.
    bands: Vec<(String, Vec<Band>)>,
    cost_centres: AnyView,
}

/// What the lines' *Cost centre* offers, and what it takes: the fields refer to both by their ids.
fn cost_centre_list(active: Vec<(String, String)>, checked: bool) -> AnyView {
    let says = if checked {
        "Cost centre: one of the list, or none. A draft keeps any other, but it cannot be submitted."
    } else {
        "Cost centre: any code that you book on, or none."
    };
    let options = active
        .into_iter()
        .map(|(code, name)| view! { <option value=code>{name}</option> })
        .collect_view();
    view! {
        <p class="field-hint" id="hint-cost-centre">{says}</p>
        <datalist id="cost-centres">{options}</datalist>
    }
    .into_any()
}

fn fields(
    typed: RawDraft,
    errors: FormErrors,
    record: Option<(i64, i32)>,
    offered: Offered,
) -> AnyView {
    let mut codes: Vec<&str> = offered
        .bands
        .iter()
        .map(|(code, _)| code.as_str())
        .collect();
    let currency = if typed.currency.is_empty() {
        codes.first().copied().unwrap_or_default().to_owned()
    } else {
        typed.currency
    };
    // What was chosen while it had a rate stays chosen: submitting says what is wrong with it.
    if !codes.contains(&currency.as_str()) && Currency::parse(&currency).is_some() {
        codes.push(&currency);
    }
    let currencies = codes
        .into_iter()
        .map(|code| Choice::new(code, code))
        .collect();
    let lines = line_fields(&typed.lines, &errors);
    view! {
        <ErrorSummary errors=errors.clone()/>
        <PostForm action=SavePurchaseOrder::PATH record=record class="form-wide" warn_unsaved=true>
            // The first button is the one Enter presses in a field: it must be harmless.
            <button type="submit" name="intent" value="save_draft" hidden=true tabindex="-1">"Save draft"</button>
            <div class="form-grid">
                <SelectField name="vendor" label="Vendor" prompt="Choose a vendor" value=typed.vendor
                    choices=offered.vendors error=errors.of("vendor")/>
                <SelectField name="department" label="Department" prompt="Choose a department" value=typed.department
                    choices=offered.departments error=errors.of("department")/>
                <DateField name="needed_by" label="Needed by" value=typed.needed_by error=errors.of("needed_by")/>
                <SelectField name="currency" label="Currency" value=currency.clone() choices=currencies error=errors.of("currency")/>
            </div>
            <TextArea name="justification" label="Justification" rows=3 value=typed.justification
                hint="What it is for. The first line is the order's title." error=errors.of("justification")/>
            <TextArea name="ship_to" label="Ship to" rows=2 value=typed.ship_to error=errors.of("ship_to")/>
            {offered.cost_centres}
            <IslandLoader/>
            <OrderLines lines=lines currency=currency bands=offered.bands error=errors.of("lines")/>
            <FormActions>
                <SubmitButton label="Save draft" name="intent" value="save_draft"/>
                <SubmitButton label="Submit for approval" kind=ButtonKind::Primary name="intent" value="submit"/>
            </FormActions>
        </PostForm>
    }
    .into_any()
}

/// The lines with their errors; at least one.
fn line_fields(lines: &[RawLine], errors: &FormErrors) -> Vec<LineFields> {
    let blank = [RawLine::blank()];
    let lines = if lines.is_empty() { &blank[..] } else { lines };
    lines
        .iter()
        .zip(1..)
        .map(|(line, n): (&RawLine, usize)| LineFields {
            values: [
                &line.description,
                &line.quantity,
                &line.unit,
                &line.unit_price,
                &line.cost_centre,
            ]
            .map(Clone::clone),
            errors: LINE_FIELDS
                .map(|field| errors.of(&domain::purchase_order::line_field(n, field))),
        })
        .collect()
}

/// "1,000.00 or more: Mia Moss, then Fay Finch."
fn band((from, route): &(rust_decimal::Decimal, Vec<RouteEntry>)) -> Band {
    let mut names: Vec<String> = Vec::new();
    for step in route {
        match (&step.approver, &step.status) {
            (_, RouteStatus::Passes) => {}
            (Ok(name), _) => names.push(name.clone()),
            (Err(missing), _) => names.push(format!("nobody yet ({missing} is missing)")),
        }
    }
    let hours: u32 = route
        .iter()
        .filter(|s| s.status != RouteStatus::Passes)
        .map(|s| u32::from(s.sla_hours))
        .sum();
    let amount = if from.is_zero() {
        "Any amount".to_owned()
    } else {
        format!("{} or more", format_amount(*from))
    };
    Band {
        from: from.to_string(),
        text: format!(
            "{amount}: {}. At most {} by the deadlines.",
            names.join(", then "),
            days(hours)
        ),
    }
}

fn days(hours: u32) -> String {
    match (hours / 24, hours % 24) {
        (0, hours) => format!("{hours} h"),
        (1, 0) => "1 day".to_owned(),
        (days, 0) => format!("{days} days"),
        (days, hours) => format!("{days} days {hours} h"),
    }
}
