//! Roles (spec README, "Who uses it"). Everyone is staff; *manager* is not a role but having reports.

use serde::{Deserialize, Serialize};

macro_rules! roles {
    ($($variant:ident $name:literal $title:literal),+ $(,)?) => {
        /// What a person may be entitled to by office. Several per person.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Role {
            $(
                #[doc = $title]
                $variant,
            )+
        }

        impl Role {
            /// Every role, in the order the spec names them.
            pub const ALL: &[Role] = &[$(Role::$variant),+];

            /// The name stored in `person_roles.role`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Role::$variant => $name),+ }
            }

            /// The name people read.
            pub const fn title(self) -> &'static str {
                match self { $(Role::$variant => $title),+ }
            }

            /// The role of a stored name.
            pub fn parse(name: &str) -> Option<Role> {
                match name { $($name => Some(Role::$variant),)+ _ => None }
            }
        }
    };
}

roles! {
    Purchasing "purchasing" "Purchasing",
    FinanceManager "finance_manager" "Finance manager",
    Director "director" "Director",
    Vp "vp" "VP",
    Executive "executive" "Executive",
    LegalReviewer "legal_reviewer" "Legal reviewer",
    TechnicalReviewer "technical_reviewer" "Technical reviewer",
    MarketingReviewer "marketing_reviewer" "Marketing reviewer",
    SupportAgent "support_agent" "Support agent",
    SupportLead "support_lead" "Support lead",
    Hr "hr" "HR",
    It "it" "IT",
    Operations "operations" "Operations",
    Auditor "auditor" "Auditor",
    Administrator "administrator" "Administrator",
}

impl Role {
    /// Any holder, in a sentence: "a finance manager", "somebody in purchasing".
    pub fn any_holder(self) -> String {
        let title = self.title();
        match self {
            Role::Hr | Role::It => format!("somebody in {title}"),
            Role::Purchasing | Role::Operations => format!("somebody in {}", title.to_lowercase()),
            Role::Vp => format!("a {title}"),
            Role::Executive | Role::Auditor | Role::Administrator => {
                format!("an {}", title.to_lowercase())
            }
            Role::FinanceManager
            | Role::Director
            | Role::LegalReviewer
            | Role::TechnicalReviewer
            | Role::MarketingReviewer
            | Role::SupportAgent
            | Role::SupportLead => format!("a {}", title.to_lowercase()),
        }
    }
}
