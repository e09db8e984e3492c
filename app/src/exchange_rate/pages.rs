//! `/admin/rates`.

use domain::{
    exchange_rate::{GOOD_FOR_DAYS, Rate},
    money::Currency,
    permission::{Area, may_enter},
};
use engine::exchange_rate::{ADDRESS, Newest, newest, of_currency};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    exchange_rate::actions::ImportRates,
    form::PostForm,
    page::{PageContext, page},
    ui::{
        Cell, Column, DataTable, EmptyState, ErrorSummary, FormActions, PageHeader, Section,
        SubmitButton, TableRow, TextArea,
    },
};

/// The newest rate of each currency, or with `?currency=EUR` a currency's last hundred; the import for those who may.
#[component]
pub fn ExchangeRatesPage() -> impl IntoView {
    page(async |context| {
        let (own, newest) = newest(context.engine()).await?;
        let chosen = context.request.query("currency");
        let shown = match chosen.as_deref().and_then(Currency::parse) {
            Some(currency) => {
                let rates = of_currency(context.engine(), currency).await?;
                one(own, currency, &rates)
            }
            None => all(own, &newest),
        };
        let import =
            may_enter(Area::RulesWrite, Some(context.actor()?)).then(|| form(&context, own));
        let subtitle = format!(
            "What other currencies are worth in {own}. An order in one of them is compared with the limits of the rules at the newest \
             rate of the last {GOOD_FOR_DAYS} days when it is submitted, and keeps that rate."
        );
        Ok(view! {
            <PageHeader title="Exchange rates" subtitle=subtitle/>
            {shown}
            {import}
        }
        .into_any())
    })
}

fn all(own: Currency, newest: &[Newest]) -> AnyView {
    if newest.is_empty() {
        let text = format!(
            "Until there are rates, orders can be submitted in {own}, and in currencies with rules of their own."
        );
        return view! { <EmptyState title="No rates yet" text=text/> }.into_any();
    }
    let columns = vec![
        Column::text("Currency"),
        Column::number(format!("1 unit in {own}")),
        Column::text("Day"),
        Column::text("Orders"),
    ];
    let rows = newest.iter().map(|newest| {
        let code = newest.currency.to_string();
        let href = format!("{ADDRESS}?currency={code}");
        let (per_unit, day) = said(newest.rate);
        let late = !newest.good;
        let good = if late {
            "Too old: none can be submitted"
        } else {
            "Submitted at it"
        };
        view! {
            <TableRow late=late>
                <Cell label="Currency"><a href=href>{code}</a></Cell>
                <Cell label="1 unit" numeric=true>{per_unit}</Cell>
                <Cell label="Day">{day}</Cell>
                <Cell label="Orders">{good}</Cell>
            </TableRow>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Section title="Newest">
            <DataTable caption="The newest rate of each currency" columns=columns>{rows}</DataTable>
        </Section>
    }
    .into_any()
}

fn one(own: Currency, currency: Currency, rates: &[Rate]) -> AnyView {
    let columns = vec![
        Column::text("Day"),
        Column::number(format!("1 {currency} in {own}")),
    ];
    let rows = rates.iter().map(|rate| {
        let (per_unit, day) = said(*rate);
        view! {
            <TableRow>
                <Cell label="Day">{day}</Cell>
                <Cell label="Rate" numeric=true>{per_unit}</Cell>
            </TableRow>
        }
    });
    let rows = rows.collect_view();
    let table = if rates.is_empty() {
        view! { <p>"No rates yet."</p> }.into_any()
    } else {
        let caption = format!("The newest rates of {currency}");
        view! { <DataTable caption=caption columns=columns>{rows}</DataTable> }.into_any()
    };
    view! {
        <Section title=currency.to_string()>
            <p><a href=ADDRESS>"All currencies"</a></p>
            {table}
        </Section>
    }
    .into_any()
}

fn said(rate: Rate) -> (String, String) {
    (rate.per_unit.to_string(), rate.day.to_string())
}

fn form(context: &PageContext, own: Currency) -> AnyView {
    let path = ImportRates::PATH;
    let errors = context.flash.errors_of(path);
    let typed = context.flash.typed(path);
    let text = typed.map_or_else(String::new, |form| form.text("rates").to_owned());
    let hint = format!(
        "CSV, a line each: currency, day, what one unit is worth in {own}. Like EUR,2026-11-23,1.0843. A day's rate that is there already is replaced."
    );
    view! {
        <Section title="Import">
            <ErrorSummary errors=errors.clone()/>
            <PostForm action=path class="form-narrow" warn_unsaved=true>
                // With scripts a file fills the field; without them its lines are pasted.
                <div class="field" hidden=true data-fills="field-rates">
                    <label for="rates-file">"CSV file"</label>
                    <input type="file" id="rates-file" class="file" accept=".csv,text/csv,text/plain"/>
                </div>
                <TextArea name="rates" label="Rates" rows=8 value=text hint=hint error=errors.of("rates")/>
                <FormActions><SubmitButton label="Import"/></FormActions>
            </PostForm>
        </Section>
    }
    .into_any()
}
