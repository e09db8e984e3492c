//! What one order's events leave in the database, step by step, as text that a person can check: only what is new or changed.

use std::{collections::BTreeSet, fmt::Write};

use domain::{
    ids::{PersonId, PurchaseOrderId},
    purchase_order::Event,
};

use crate::test_support::Company;

/// Follows one order.
pub struct Diary<'a> {
    company: &'a Company,
    id: PurchaseOrderId,
    last: BTreeSet<String>,
    text: String,
}

impl<'a> Diary<'a> {
    /// Begins with the order as it stands.
    pub async fn begin(company: &'a Company, id: PurchaseOrderId) -> Self {
        let mut diary = Diary {
            company,
            id,
            last: BTreeSet::new(),
            text: String::new(),
        };
        diary.note("as saved").await;
        diary
    }

    /// An hour later somebody does something; what it left behind is noted.
    pub async fn does(&mut self, who: PersonId, event: Event) {
        self.company.hour();
        let what = event.kind().as_str();
        self.company.does(who, self.id, event).await;
        self.note(what).await;
    }

    /// Notes what is not as it was; a line that is gone is said to be.
    async fn note(&mut self, what: &str) {
        let lines = self.lines().await;
        writeln!(self.text, "{what}").unwrap();
        for line in lines.iter().filter(|line| !self.last.contains(*line)) {
            writeln!(self.text, "  {line}").unwrap();
        }
        self.last = lines.into_iter().collect();
        if !self.last.iter().any(|line| line.starts_with("line")) {
            writeln!(self.text, "  no lines").unwrap();
        }
    }

    /// Everything kept of the order.
    async fn lines(&self) -> Vec<String> {
        let id = self.id;
        let mut lines = Vec::new();
        for sql in [
            format!(
            "SELECT format('order %s v%s round %s level %s of %s %s; waits for %s until %s; since %s by %s; submitted %s approved %s%s%s',
                 status, o.version, round, approval_level, coalesce(required_level::text, '-'), coalesce(priority, '-'), coalesce(a.name, '-'),
                 {}, {}, b.name, {}, {}, '; rejected: ' || rejection_category || ', ' || rejection_reason,
                 CASE WHEN content_hash IS NOT NULL THEN '; frozen under rules ' || rule_set_id END) AS line
             FROM purchase_orders o LEFT JOIN people a ON a.id = current_approver LEFT JOIN people b ON b.id = status_changed_by
             WHERE o.id = {id}",
            at("sla_due_at"), at("status_changed_at"), at("submitted_at"), at("approved_at"),
            ),
            format!(
            "SELECT format('line %s %s %s %s at %s (%s), received %s',
                 position, quantity, unit, description, unit_price, cost_centre, received_quantity) AS line
             FROM purchase_order_lines WHERE purchase_order_id = {id} ORDER BY position"
            ),
            format!(
            "SELECT format('archived round %s %s %s %s %s at %s (%s)',
                 round, position, quantity, unit, description, unit_price, cost_centre) AS line
             FROM rejected_items WHERE purchase_order_id = {id} ORDER BY round, position"
            ),
            format!(
            "SELECT format('decision round %s level %s: %s by %s, from %s until %s, %s', round, level, a.name, source, {}, {},
                 CASE WHEN verdict IS NULL THEN 'open' ELSE format('%s %s by %s %s', verdict, {}, coalesce(b.name, 'the system'), way) END) AS line
             FROM decisions d JOIN people a ON a.id = approver_id AND assignee_id = approver_id LEFT JOIN people b ON b.id = decided_by
             WHERE subject_id = {id} ORDER BY d.id",
            at("opened_at"), at("due_at"), at("decided_at"),
            ),
            format!(
            "SELECT format('history %s %s %s -> %s round %s level %s by %s %s at %s%s %s', seq, event, coalesce(from_state, '-'), to_state, round,
                 coalesce(level::text, '-'), coalesce(a.name, 'the system'), way, {}, ' \"' || note || '\"', nullif(data, '{{}}')) AS line
             FROM transitions LEFT JOIN people a ON a.id = actor_id
             WHERE subject_kind = 'purchase_order' AND subject_id = {id} ORDER BY seq",
            at("at"),
            ),
        ] {
            let rows = self.company.rows(&sql).await;
            lines.extend(rows.as_array().unwrap().iter().map(|row| row["line"].as_str().unwrap().trim_end().to_owned()));
        }
        lines
    }

    /// All of it.
    pub fn text(self) -> String {
        self.text
    }
}

/// A time as `03-02 09:00`.
fn at(column: &str) -> String {
    format!("coalesce(to_char({column} AT TIME ZONE 'UTC', 'MM-DD HH24:MI'), '-')")
}
