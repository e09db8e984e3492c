//! The form of a rule set: what was typed, and how it is shown again.

use domain::{
    approval_rule::{ApproverRule, Level, Priority, RawLevel, RawRules, level_field},
    ids::PersonId,
    money::Currency,
    purchase_order::LEVELS,
    role::Role,
};
use engine::{Error, approval_rule, person};
use leptos::prelude::*;

use crate::{
    form::Fields,
    page::PageContext,
    ui::{Choice, FieldGroup, FormErrors, RadioGroup, SelectField, TextArea, TextField},
};

/// The levels of a form.
fn numbers() -> impl Iterator<Item = Level> {
    (1..=u8::MAX).map(Level).take(LEVELS)
}

/// From the fields of the form.
pub fn read(form: &Fields) -> RawRules {
    let text = |name: &str| form.text(name).to_owned();
    let level = |level: Level| {
        let field = |name: &str| text(&level_field(level, name));
        RawLevel {
            from_amount: field("from_amount"),
            approver: field("approver"),
            sla_hours: field("sla_hours"),
            priority: field("priority"),
        }
    };
    RawRules {
        department: text("department"),
        currency: text("currency"),
        levels: numbers().map(level).collect(),
        straight: form.text("route") == "straight",
        fallback: text("fallback"),
        fallback_alternate: text("fallback_alternate"),
        reason: text("reason"),
    }
}

/// What can be chosen on the form.
struct Offered {
    people: Vec<Choice>,
    approvers: Vec<Choice>,
}

async fn offered(context: &PageContext) -> Result<Offered, Error> {
    let choices = person::choices(context.engine()).await?;
    let label = |choice: &person::Choice| format!("{} ({})", choice.name, choice.email);
    let general = [
        (ApproverRule::Manager, "The submitter's manager"),
        (ApproverRule::DepartmentHead, "The head of the department"),
        (ApproverRule::Cfo, "The CFO"),
    ];
    let general = general
        .into_iter()
        .map(|(rule, words)| Choice::new(rule.form_value(), words));
    let roles = Role::ALL.iter().map(|role| {
        let words = format!("Role: {}", role.title());
        Choice::new(ApproverRule::Role(*role).form_value(), words)
    });
    let named = choices.iter().map(|choice| {
        let value = ApproverRule::Person(PersonId(choice.id.0)).form_value();
        Choice::new(value, label(choice))
    });
    Ok(Offered {
        approvers: general.chain(roles).chain(named).collect(),
        people: choices
            .iter()
            .map(|choice| Choice::new(choice.id.to_string(), label(choice)))
            .collect(),
    })
}

/// The fields. Whom the rules are for is chosen only while they are new.
pub async fn fields(
    context: &PageContext,
    typed: &RawRules,
    errors: &FormErrors,
    new: bool,
) -> Result<AnyView, Error> {
    let offered = offered(context).await?;
    let whose = if new {
        whose(context, typed, errors).await?
    } else {
        view! {
            <input type="hidden" name="department" value=typed.department.clone()/>
            <input type="hidden" name="currency" value=typed.currency.clone()/>
        }
        .into_any()
    };
    let levels = numbers()
        .zip(&typed.levels)
        .map(|(level, raw)| group(level, raw, &offered.approvers, errors))
        .collect_view();
    let ways = vec![
        Choice::new("climb", "One decision a level, from level 1 up"),
        Choice::new("straight", "Straight to the level of the total"),
    ];
    let way = if typed.straight { "straight" } else { "climb" };
    Ok(view! {
        {whose}
        {levels}
        <RadioGroup name="route" legend="Route" choices=ways value=way error=errors.of("route")/>
        <div class="form-grid">
            <SelectField name="fallback" label="Fallback" prompt="Nobody" value=typed.fallback.clone() choices=offered.people.clone()
                hint="Decides a level that nobody else can." error=errors.of("fallback")/>
            <SelectField name="fallback_alternate" label="Fallback alternate" prompt="Nobody" value=typed.fallback_alternate.clone()
                choices=offered.people hint="Decides for what the fallback raised." error=errors.of("fallback_alternate")/>
        </div>
        <TextArea name="reason" label="Reason" rows=3 value=typed.reason.clone() hint="Whoever confirms the change reads it, and so does its history."
            error=errors.of("reason")/>
    }
    .into_any())
}

async fn whose(
    context: &PageContext,
    typed: &RawRules,
    errors: &FormErrors,
) -> Result<AnyView, Error> {
    let mut db = context.engine().pool().acquire().await?;
    let departments = approval_rule::departments(&mut db).await?;
    let departments = departments
        .into_iter()
        .map(|(id, name)| Choice::new(id.to_string(), name))
        .collect();
    let currencies = Currency::CODES
        .iter()
        .map(|code| Choice::new(*code, *code))
        .collect();
    Ok(view! {
        <div class="form-grid">
            <SelectField name="department" label="Department" prompt="Every department" value=typed.department.clone()
                choices=departments error=errors.of("department")/>
            <SelectField name="currency" label="Currency" prompt="Every currency" value=typed.currency.clone()
                choices=currencies error=errors.of("currency")/>
        </div>
    }
    .into_any())
}

fn group(level: Level, raw: &RawLevel, approvers: &[Choice], errors: &FormErrors) -> AnyView {
    let name = |field: &str| level_field(level, field);
    let error = |field: &str| errors.of(&name(field));
    let priorities = Priority::ALL
        .iter()
        .map(|priority| Choice::new(priority.as_str(), priority.label()))
        .collect();
    let hint = if level.0 == 1 {
        "The smallest total, 0.00."
    } else {
        "The smallest total that needs it."
    };
    let fields = view! {
        <TextField name=name("from_amount") label="From amount" inputmode="decimal" autocomplete="off" value=raw.from_amount.clone()
            hint=hint error=error("from_amount")/>
        <SelectField name=name("approver") label="Decided by" value=raw.approver.clone() choices=approvers.to_vec()
            error=error("approver")/>
        <TextField name=name("sla_hours") label="Hours to decide" inputmode="numeric" autocomplete="off" value=raw.sla_hours.clone()
            error=error("sla_hours")/>
        <SelectField name=name("priority") label="Priority" value=raw.priority.clone() choices=priorities error=error("priority")/>
    }
    .into_any();
    view! { <FieldGroup legend=format!("Level {level}")>{fields}</FieldGroup> }.into_any()
}
