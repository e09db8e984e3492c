//! The form of a person: what was typed, and how it is shown again.

use domain::{
    field::FieldError,
    ids::{DepartmentId, PersonId},
    role::Role,
};
use engine::{
    Error, directory,
    person::{self, Person, Profile},
};
use leptos::prelude::*;

use crate::{
    account::pages::zones,
    form::Fields,
    page::PageContext,
    ui::{CheckboxField, Choice, FieldGroup, FormErrors, SelectField, TextField},
};

/// The form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    name: String,
    email: String,
    roles: Vec<String>,
    manager: String,
    department: String,
    time_zone: String,
    phone: String,
}

impl Typed {
    /// A new person's, before anything is typed.
    pub fn blank() -> Self {
        Self {
            time_zone: "UTC".to_owned(),
            ..Self::default()
        }
    }

    /// From the fields of the form.
    pub fn read(form: &Fields) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            name: text("name"),
            email: text("email"),
            roles: form.all("roles").to_vec(),
            manager: text("manager"),
            department: text("department"),
            time_zone: text("time_zone"),
            phone: text("phone"),
        }
    }

    /// What the engine checks; or what no list of ours offers.
    pub fn profile(&self) -> Result<Profile, Error> {
        let mut faults = Vec::new();
        let mut chosen = |field: &str, value: &str| match value.trim() {
            "" => None,
            id => id.parse::<i64>().map_or_else(
                |_| {
                    faults.push(FieldError::new(
                        field,
                        format!("Choose a {field} from the list."),
                    ));
                    None
                },
                Some,
            ),
        };
        let manager = chosen("manager", &self.manager).map(PersonId);
        let department = chosen("department", &self.department).map(DepartmentId);
        let roles: Vec<Role> = self
            .roles
            .iter()
            .filter_map(|name| Role::parse(name))
            .collect();
        if roles.len() < self.roles.len() {
            faults.push(FieldError::new("roles", "Choose roles from the list."));
        }
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        Ok(Profile {
            name: self.name.clone(),
            email: self.email.clone(),
            roles,
            manager,
            department,
            time_zone: self.time_zone.clone(),
            phone: self.phone.clone(),
        })
    }
}

impl From<&Person> for Typed {
    fn from(person: &Person) -> Self {
        Self {
            name: person.name.clone(),
            email: person.email.clone(),
            roles: person
                .roles
                .iter()
                .map(|role| role.as_str().to_owned())
                .collect(),
            manager: person
                .manager
                .as_ref()
                .map_or_else(String::new, |(id, _)| id.to_string()),
            department: person
                .department
                .as_ref()
                .map_or_else(String::new, |(id, _)| id.to_string()),
            time_zone: person.time_zone.clone(),
            phone: person.phone.clone().unwrap_or_default(),
        }
    }
}

/// The fields both forms share. `person` is nobody while they are new.
pub async fn fields(
    context: &PageContext,
    typed: Typed,
    errors: &FormErrors,
    person: Option<&Person>,
) -> Result<AnyView, Error> {
    let managers = managers(context, person).await?;
    let mut db = context.engine().pool().acquire().await?;
    let theirs = person.and_then(|person| person.department.as_ref());
    let departments = directory::departments(&mut db, theirs.map(|(id, _)| *id)).await?;
    drop(db);
    let departments = departments
        .into_iter()
        .map(|(id, name)| Choice::new(id.to_string(), name))
        .collect();
    Ok(view! {
        <div class="form-grid">
            <TextField name="name" label="Name" value=typed.name autocomplete="off" error=errors.of("name")/>
            <TextField name="email" label="Email" kind="email" value=typed.email autocomplete="off"
                hint="They sign in with it." error=errors.of("email")/>
            <TextField name="phone" label="Mobile phone" kind="tel" value=typed.phone autocomplete="off"
                hint="For text messages about urgent decisions." error=errors.of("phone")/>
            <SelectField name="manager" label="Manager" prompt="Nobody" value=typed.manager choices=managers
                hint="Decides first on what they raise." error=errors.of("manager")/>
            <SelectField name="department" label="Department" prompt="None" value=typed.department choices=departments
                error=errors.of("department")/>
            <SelectField name="time_zone" label="Time zone" value=typed.time_zone choices=zones()
                error=errors.of("time_zone")/>
        </div>
        {roles(&typed.roles, errors.of("roles"))}
    }
    .into_any())
}

/// Everyone active but the person; and whom they report to now, even when that one has left.
async fn managers(context: &PageContext, person: Option<&Person>) -> Result<Vec<Choice>, Error> {
    let offered = person::choices(context.engine()).await?;
    let mut choices: Vec<Choice> = offered
        .into_iter()
        .filter(|choice| person.is_none_or(|person| person.id != choice.id))
        .map(|choice| {
            Choice::new(
                choice.id.to_string(),
                format!("{} ({})", choice.name, choice.email),
            )
        })
        .collect();
    if let Some((id, name)) = person.and_then(|person| person.manager.clone()) {
        let value = id.to_string();
        if choices.iter().all(|choice| choice.value != value) {
            choices.push(Choice::new(value, format!("{name} (deactivated)")));
        }
    }
    Ok(choices)
}

fn roles(held: &[String], error: Option<String>) -> AnyView {
    let boxes = role_boxes(held);
    view! {
        <FieldGroup legend="Roles">
            <p class="field-hint">"Everyone is staff. Who has reports is a manager."</p>
            {error.map(|text| view! { <p class="field-error">{text}</p> })}
            {boxes}
        </FieldGroup>
    }
    .into_any()
}

/// A box for every role, named `roles`.
pub fn role_boxes(held: &[String]) -> AnyView {
    let boxes = Role::ALL
        .iter()
        .zip(0..)
        .map(|(role, n): (&Role, usize)| {
            let checked = held.iter().any(|name| name == role.as_str());
            // The error summary leads to the first.
            let id = if n == 0 { "field-roles".to_owned() } else { format!("field-roles-{}", role.as_str()) };
            view! { <CheckboxField name="roles" label=role.title() value=role.as_str() checked=checked id=id/> }
        })
        .collect_view();
    view! { <div class="form-grid">{boxes}</div> }.into_any()
}
