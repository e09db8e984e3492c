//! The form of a department: what was typed, and how it is shown again.

use domain::department::Profile;
use engine::{Error, department::Department, person};
use leptos::prelude::*;

use crate::{
    form::Fields,
    page::PageContext,
    ui::{CheckboxField, Choice, FormErrors, SelectField, TextField},
};

/// The form as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    name: String,
    head: String,
    active: bool,
}

impl Typed {
    /// A new one, before anything is typed.
    pub fn blank() -> Self {
        Self {
            name: String::new(),
            head: String::new(),
            active: true,
        }
    }

    /// From the fields of the form.
    pub fn read(form: &Fields) -> Self {
        Self {
            name: form.text("name").to_owned(),
            head: form.text("head").to_owned(),
            active: form.text("active") == "true",
        }
    }

    /// What it means, or every field at fault.
    pub fn profile(&self) -> Result<Profile, Error> {
        Profile::parse(&self.name, &self.head, self.active).map_err(Error::Invalid)
    }
}

impl From<&Department> for Typed {
    fn from(department: &Department) -> Self {
        let head = department.head.as_ref();
        Self {
            name: department.name.clone(),
            head: head.map_or_else(String::new, |(id, _)| id.to_string()),
            active: department.active,
        }
    }
}

/// The fields both forms share. `department` is none while it is new.
pub async fn fields(
    context: &PageContext,
    typed: Typed,
    errors: &FormErrors,
    department: Option<&Department>,
) -> Result<AnyView, Error> {
    let offered = person::choices(context.engine()).await?;
    let mut heads: Vec<Choice> = offered
        .into_iter()
        .map(|choice| {
            Choice::new(
                choice.id.to_string(),
                format!("{} ({})", choice.name, choice.email),
            )
        })
        .collect();
    if let Some((id, name)) = department.and_then(|department| department.head.clone()) {
        let value = id.to_string();
        if heads.iter().all(|choice| choice.value != value) {
            heads.push(Choice::new(value, format!("{name} (deactivated)")));
        }
    }
    Ok(view! {
        <TextField name="name" label="Name" value=typed.name autocomplete="off" error=errors.of("name")/>
        <SelectField name="head" label="Head" prompt="Nobody" value=typed.head choices=heads
            hint="Approval rules can ask them." error=errors.of("head")/>
        <CheckboxField name="active" label="Active" checked=typed.active
            hint="An inactive department is offered no more. Its people and orders keep it."/>
    }
    .into_any())
}
