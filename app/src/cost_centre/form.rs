//! The form of a cost centre: what was typed, and how it is shown again.

use domain::cost_centre::Profile;
use engine::{Error, cost_centre::CostCentre};
use leptos::prelude::*;

use crate::{
    form::Fields,
    ui::{CheckboxField, FormErrors, TextField},
};

/// The form as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    code: String,
    name: String,
    active: bool,
}

impl Typed {
    /// A new one, before anything is typed.
    pub fn blank() -> Self {
        Self {
            code: String::new(),
            name: String::new(),
            active: true,
        }
    }

    /// From the fields of the form.
    pub fn read(form: &Fields) -> Self {
        Self {
            code: form.text("code").to_owned(),
            name: form.text("name").to_owned(),
            active: form.text("active") == "true",
        }
    }

    /// What it means, or every field at fault.
    pub fn profile(&self) -> Result<Profile, Error> {
        Profile::parse(&self.code, &self.name, self.active).map_err(Error::Invalid)
    }
}

impl From<&CostCentre> for Typed {
    fn from(cost_centre: &CostCentre) -> Self {
        Self {
            code: cost_centre.code.clone(),
            name: cost_centre.name.clone(),
            active: cost_centre.active,
        }
    }
}

/// The fields both forms share.
pub fn fields(typed: Typed, errors: &FormErrors) -> AnyView {
    view! {
        <TextField name="code" label="Code" value=typed.code autocomplete="off"
            hint="What stands on the lines of orders." error=errors.of("code")/>
        <TextField name="name" label="Name" value=typed.name autocomplete="off" error=errors.of("name")/>
        <CheckboxField name="active" label="Active" checked=typed.active
            hint="An inactive cost centre is offered no more, and no order is submitted with it. Orders that have it keep it."/>
    }
    .into_any()
}
