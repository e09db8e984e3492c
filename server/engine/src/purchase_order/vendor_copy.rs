//! The order on paper: once purchasing places it, a PDF is kept with it and mailed to its vendor (spec purchase-orders.md, "What
//! each transition does").

use bytes::Bytes;
use domain::{
    ids::{PersonId, PurchaseOrderId},
    money::{UnitPrice, format_amount},
    purchase_order::{Line, Order},
};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{KIND, store, subject};
use crate::{
    Engine, Error, Result, Tx,
    attachment::{Files, Made},
    job,
    mail::{self, Letter, Mail},
};

/// Makes the PDF of a placed order, keeps it and mails it to the vendor. Run again it does nothing: the file has its id already.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendToVendor {
    /// `purchase_orders.id`.
    order: i64,
    /// Who placed it.
    by: i64,
    /// The id of the file.
    file: Uuid,
}

impl TaskHandler for SendToVendor {
    const IDENTIFIER: &'static str = "send_to_vendor";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        let engine = job::engine(&ctx)?;
        let files = job::files(&ctx)?;
        self.send(&engine, &files)
            .await
            .map_err(|error| job::said(&error))
    }
}

/// Enqueues it, in the transaction that places the order.
pub(super) async fn enqueue(
    tx: &mut Tx,
    engine: &Engine,
    order: PurchaseOrderId,
    by: PersonId,
) -> Result<()> {
    if engine.is_quiet() {
        return Ok(());
    }
    let payload = SendToVendor {
        order: order.0,
        by: by.0,
        file: Uuid::new_v4(),
    };
    sqlx::query!(
        r#"SELECT id AS "id!" FROM graphile_worker.add_job(identifier => $1, payload => $2::jsonb::json)"#,
        SendToVendor::IDENTIFIER,
        serde_json::to_value(&payload).map_err(Error::internal)? as _,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

impl SendToVendor {
    /// What the job does. The bytes are written before the row that names them, the mail with that row.
    pub(super) async fn send(&self, engine: &Engine, files: &Files) -> Result<()> {
        let id = PurchaseOrderId(self.order);
        let mut db = engine.one_moment().await?;
        let stored = store::read(&mut db, id).await?.ok_or(Error::NotFound)?;
        let facts = facts(&mut db, &stored.order).await?;
        db.commit().await?;
        let paper = on_paper(&stored.order, &facts);
        let content = tokio::task::spawn_blocking(move || paper::render(&paper))
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)?;
        let made = Made {
            id: self.file,
            subject: subject(id),
            by: PersonId(self.by),
            name: format!("PO-{id}.pdf"),
            content: Bytes::from(content),
        };
        made.write(files).await?;
        let mut tx = engine.begin().await?;
        if made.keep(&mut tx, engine).await?
            && let Some(address) = facts.vendor_email.clone()
        {
            let mail = Mail {
                person: None,
                address,
                letter: letter(&stored.order, &facts),
                thread: None,
                password_link: None,
                attachment: Some(self.file),
            };
            mail::enqueue(&mut tx, engine, &mail).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// What an order's paper says besides the order.
struct Facts {
    organisation: String,
    raised_by: String,
    approved_by: Vec<String>,
    placed_at: Timestamp,
    vendor: String,
    vendor_address: String,
    vendor_email: Option<String>,
}

async fn facts(db: &mut PgConnection, order: &Order) -> Result<Facts> {
    let vendor = order.vendor.as_ref().ok_or(Error::NotFound)?;
    let row = sqlx::query!(
        r#"SELECT g.name AS organisation, p.name AS raised_by, v.name AS vendor, v.address, v.email, o.status_changed_at,
               array(SELECT a.name FROM decisions d JOIN people a ON a.id = d.decided_by
                   WHERE d.subject_kind = $2 AND d.subject_id = o.id AND d.round = o.round AND d.verdict = 'approved'
                   ORDER BY d.level) AS "approved_by!"
           FROM purchase_orders o JOIN people p ON p.id = o.submitter_id JOIN vendors v ON v.id = $3 CROSS JOIN organisation g
           WHERE o.id = $1"#,
        order.id.0,
        KIND,
        vendor.id.0,
    )
    .fetch_one(db)
    .await?;
    Ok(Facts {
        organisation: row.organisation,
        raised_by: row.raised_by,
        approved_by: row.approved_by,
        placed_at: row.status_changed_at.to_jiff(),
        vendor: row.vendor,
        vendor_address: row.address,
        vendor_email: row.email,
    })
}

fn on_paper(order: &Order, facts: &Facts) -> paper::Order {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let address = facts.vendor_address.lines().map(str::to_owned);
    paper::Order {
        number: format!("PO-{}", order.id),
        date: day(facts.placed_at.to_zoned(TimeZone::UTC).date()),
        buyer: paper::Party {
            name: facts.organisation.clone(),
            lines: Vec::new(),
        },
        vendor: paper::Party {
            name: facts.vendor.clone(),
            lines: address.chain(facts.vendor_email.clone()).collect(),
        },
        deliver_to: some(&order.ship_to),
        needed_by: order.needed_by.map(day),
        raised_by: facts.raised_by.clone(),
        approved_by: facts.approved_by.clone(),
        currency: order.currency.to_string(),
        lines: order.lines.iter().map(printed).collect(),
        total: format_amount(order.total),
        // The justification is for those who approve, not for the vendor.
        notes: None,
    }
}

fn printed(line: &Line) -> paper::Line {
    paper::Line {
        description: line.description.clone(),
        quantity: line.quantity.map(|q| q.to_string()).unwrap_or_default(),
        unit: line.unit.clone(),
        unit_price: line
            .unit_price
            .map(UnitPrice::with_cents)
            .unwrap_or_default(),
        amount: line.total().map(format_amount).unwrap_or_default(),
    }
}

fn day(date: jiff::civil::Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

fn letter(order: &Order, facts: &Facts) -> Letter {
    let mut told = vec![(
        "Total".to_owned(),
        format!("{} {}", format_amount(order.total), order.currency),
    )];
    told.extend(order.needed_by.map(|at| ("Needed by".to_owned(), day(at))));
    Letter {
        headline: format!("Purchase order PO-{} from {}", order.id, facts.organisation),
        paragraphs: vec![
            format!("To {},", facts.vendor),
            "please find our purchase order attached. Name its number on your confirmation, delivery note and invoice.".to_owned(),
        ],
        facts: told,
        because: format!("You get this because {} ordered from you.", facts.organisation),
        ..Letter::default()
    }
}
