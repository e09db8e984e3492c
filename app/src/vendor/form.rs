//! The form of a vendor: what was typed, and how it is shown again.

use domain::vendor::Profile;
use engine::{Error, vendor::Vendor};
use leptos::prelude::*;

use crate::{
    form::Fields,
    ui::{FormErrors, TextArea, TextField},
};

/// The form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    name: String,
    email: String,
    address: String,
}

impl Typed {
    /// From the fields of the form.
    pub fn read(form: &Fields) -> Self {
        Self {
            name: form.text("name").to_owned(),
            email: form.text("email").to_owned(),
            address: form.text("address").to_owned(),
        }
    }

    /// What it means, or every field at fault.
    pub fn profile(&self) -> Result<Profile, Error> {
        Profile::parse(&self.name, &self.email, &self.address).map_err(Error::Invalid)
    }
}

impl From<&Vendor> for Typed {
    fn from(vendor: &Vendor) -> Self {
        Self {
            name: vendor.name.clone(),
            email: vendor.email.clone().unwrap_or_default(),
            address: vendor.address.clone(),
        }
    }
}

/// The fields both forms share.
pub fn fields(typed: Typed, errors: &FormErrors) -> AnyView {
    view! {
        <div class="form-grid">
            <TextField name="name" label="Name" value=typed.name autocomplete="off" error=errors.of("name")/>
            <TextField name="email" label="Email" kind="email" value=typed.email autocomplete="off"
                hint="Where orders are sent. May stay empty." error=errors.of("email")/>
        </div>
        <TextArea name="address" label="Address" rows=4 value=typed.address error=errors.of("address")/>
    }
    .into_any()
}
