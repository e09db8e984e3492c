//! Purchase orders of the demo's Sam, made by the services, for tests of everything around them.

use domain::{
    ids::PurchaseOrderId,
    purchase_order::{Event, RawDraft, RawLine, State},
};
use engine::{
    Engine,
    purchase_order::{Command, DraftCommand, execute, record, save_draft},
};
use uuid::Uuid;

/// One line: one of it, for `total`.
pub fn raw(total: &str) -> RawDraft {
    RawDraft {
        vendor: "1".to_owned(),
        justification: "Desks for the new office".to_owned(),
        lines: vec![RawLine {
            description: "Desk".to_owned(),
            quantity: "1".to_owned(),
            unit: "each".to_owned(),
            unit_price: total.to_owned(),
            cost_centre: String::new(),
        }],
        ..RawDraft::default()
    }
}

/// One that waits for Mia.
pub async fn submitted(engine: &Engine, total: &str) -> PurchaseOrderId {
    let sam = engine::demo::actor(engine, "sam").await.unwrap();
    let command = DraftCommand {
        existing: None,
        request_id: Uuid::new_v4(),
        draft: raw(total).parse("2026-01-01".parse().unwrap()).unwrap(),
        submit: true,
    };
    save_draft(engine, &sam, &command).await.unwrap().0
}

/// Somebody agrees to it; returns where it stands.
pub async fn approved(engine: &Engine, id: PurchaseOrderId, who: &str) -> State {
    let event = Event::Approve {
        note: None,
        override_reason: None,
    };
    done(engine, id, who, event).await
}

/// Somebody does something to it, from a fresh page; returns where it stands.
pub async fn done(engine: &Engine, id: PurchaseOrderId, who: &str, event: Event) -> State {
    let actor = engine::demo::actor(engine, who).await.unwrap();
    let command = Command {
        id,
        version: record(engine, &actor, id).await.unwrap().version,
        request_id: Uuid::new_v4(),
        event,
    };
    execute(engine, &actor, &command).await.unwrap()
}
