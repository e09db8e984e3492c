//! The form of a rule change: what is typed, and what it means.

use rust_decimal::Decimal;

use super::{ApproverRule, Level, LevelRule, Priority, RuleSet};
use crate::{
    field::{self, FieldError},
    ids::{DepartmentId, PersonId, RuleSetId},
    money::{AmountError, Currency, UnitPrice, UnknownCurrency},
    role::Role,
    text,
};

/// Characters of the reason (`approval_rule_sets_reason_length`).
pub const REASON_MAX: usize = 1000;
/// The longest time a level may have: a year.
pub const SLA_HOURS_MAX: u16 = 8760;

/// One level as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawLevel {
    /// The smallest total that requires it.
    pub from_amount: String,
    /// `manager`, `cfo`, `department_head`, `role:finance_manager` or `person:7`.
    pub approver: String,
    /// Elapsed hours to decide.
    pub sla_hours: String,
    /// By its stored name.
    pub priority: String,
}

/// A rule set as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRules {
    /// The department it is for; empty: everyone.
    pub department: String,
    /// The currency it is for; empty: all.
    pub currency: String,
    /// Lowest first.
    pub levels: Vec<RawLevel>,
    /// `straight` or `climb`.
    pub straight: bool,
    /// A person, or empty.
    pub fallback: String,
    /// A person, or empty.
    pub fallback_alternate: String,
    /// Why it changes.
    pub reason: String,
}

/// The name of a level's field in the form: `level-2-from_amount`.
pub fn level_field(level: Level, field: &str) -> String {
    format!("level-{level}-{field}")
}

impl ApproverRule {
    /// What the form sends for it.
    pub fn form_value(self) -> String {
        match self {
            ApproverRule::Manager => "manager".to_owned(),
            ApproverRule::Cfo => "cfo".to_owned(),
            ApproverRule::DepartmentHead => "department_head".to_owned(),
            ApproverRule::Role(role) => format!("role:{}", role.as_str()),
            ApproverRule::Person(person) => format!("person:{person}"),
        }
    }

    fn of_form(value: &str) -> Option<ApproverRule> {
        match value.trim().split_once(':') {
            None => match value.trim() {
                "manager" => Some(ApproverRule::Manager),
                "cfo" => Some(ApproverRule::Cfo),
                "department_head" => Some(ApproverRule::DepartmentHead),
                _ => None,
            },
            Some(("role", name)) => Role::parse(name).map(ApproverRule::Role),
            Some(("person", id)) => {
                let id = field::record_id(id, "person").ok().flatten();
                id.map(|id| ApproverRule::Person(PersonId(id)))
            }
            Some(_) => None,
        }
    }
}

impl RawRules {
    /// What was typed, and why; or every field at fault. The set has no id and no version yet.
    pub fn parse(&self) -> Result<(RuleSet, String), Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut keep = |fault: FieldError| faults.push(fault);
        let person = |name: &str, value: &str| {
            field::record_id(value, "person").map_err(|e| FieldError::new(name, e))
        };
        let department = field::record_id(&self.department, "department")
            .map_err(|e| FieldError::new("department", e));
        let department = department.unwrap_or_else(|fault| {
            keep(fault);
            None
        });
        let code = self.currency.trim();
        let currency = Currency::parse(code);
        if currency.is_none() && !code.is_empty() {
            keep(FieldError::new("currency", UnknownCurrency));
        }
        let mut levels = Vec::new();
        for (raw, level) in self.levels.iter().zip((1..=u8::MAX).map(Level)) {
            match raw.parse(level) {
                Ok(rule) => levels.push(rule),
                Err(wrong) => wrong.into_iter().for_each(&mut keep),
            }
        }
        let [fallback, fallback_alternate] = [
            ("fallback", &self.fallback),
            ("fallback_alternate", &self.fallback_alternate),
        ]
        .map(|(name, value)| {
            person(name, value).unwrap_or_else(|fault| {
                keep(fault);
                None
            })
        });
        let reason = reason(&self.reason).unwrap_or_else(|fault| {
            keep(fault);
            String::new()
        });
        if !faults.is_empty() {
            return Err(faults);
        }
        let set = RuleSet {
            id: RuleSetId(0),
            version: 0,
            department: department.map(DepartmentId),
            currency,
            straight: self.straight,
            levels,
            fallback: fallback.map(PersonId),
            fallback_alternate: fallback_alternate.map(PersonId),
        };
        Ok((set, reason))
    }
}

/// Why a rule changes, or is confirmed or rejected.
pub fn reason(typed: &str) -> Result<String, FieldError> {
    let said =
        text::multi_line(typed, REASON_MAX).map_err(|long| FieldError::new("reason", long))?;
    if said.is_empty() {
        return Err(FieldError::new("reason", "Say why."));
    }
    Ok(said)
}

impl RawLevel {
    fn parse(&self, level: Level) -> Result<LevelRule, Vec<FieldError>> {
        let beside = |name: &str, text: String| FieldError::new(level_field(level, name), text);
        let from = cents(&self.from_amount).map_err(|e| beside("from_amount", e.to_string()));
        let approver = ApproverRule::of_form(&self.approver)
            .ok_or_else(|| beside("approver", "Choose who decides from the list.".to_owned()));
        let hours = self.sla_hours.trim().parse::<u16>().ok();
        let hours = hours.filter(|hours| (1..=SLA_HOURS_MAX).contains(hours));
        let hours = hours.ok_or_else(|| {
            let text = format!("Enter whole hours, from 1 to {SLA_HOURS_MAX}.");
            beside("sla_hours", text)
        });
        let priority = Priority::parse(&self.priority)
            .ok_or_else(|| beside("priority", "Choose a priority from the list.".to_owned()));
        match (from, approver, hours, priority) {
            (Ok(from_amount), Ok(approver), Ok(sla_hours), Ok(priority)) => Ok(LevelRule {
                level,
                from_amount,
                approver,
                sla_hours,
                priority,
            }),
            (from, approver, hours, priority) => {
                Err([from.err(), approver.err(), hours.err(), priority.err()]
                    .into_iter()
                    .flatten()
                    .collect())
            }
        }
    }
}

fn cents(typed: &str) -> Result<Decimal, AmountError> {
    let amount = UnitPrice::parse(typed)?.decimal();
    if amount.scale() > 2 {
        return Err(AmountError::TooManyDecimals(2));
    }
    Ok(amount)
}

impl From<&RuleSet> for RawRules {
    fn from(set: &RuleSet) -> Self {
        let person = |id: Option<PersonId>| id.map_or_else(String::new, |id| id.to_string());
        let levels = set.levels.iter().map(|rule| RawLevel {
            from_amount: crate::money::format_amount(rule.from_amount),
            approver: rule.approver.form_value(),
            sla_hours: rule.sla_hours.to_string(),
            priority: rule.priority.as_str().to_owned(),
        });
        Self {
            department: set.department.map_or_else(String::new, |id| id.to_string()),
            currency: set
                .currency
                .map_or_else(String::new, |currency| currency.to_string()),
            levels: levels.collect(),
            straight: set.straight,
            fallback: person(set.fallback),
            fallback_alternate: person(set.fallback_alternate),
            reason: String::new(),
        }
    }
}
