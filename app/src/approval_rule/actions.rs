//! What administrators do to approval rules: one server function each.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::{
    approval_rule::{Step, reason},
    ids::RuleSetId,
};
use engine::{
    Error,
    approval_rule::{self, LIST, address},
};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use super::form;
use crate::{
    action::{Action, Done},
    error::AppError,
    form::{Fields, Plain},
};

/// *Propose*.
#[server(prefix = "/fn", endpoint = "propose_rules", input = Post<Plain>)]
pub async fn propose_rules(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(ProposeRules::PATH, form);
    let base = action.form.number("id").map(RuleSetId);
    let outcome = propose(&action, base).await;
    let back = base.map_or_else(|| format!("{LIST}/new"), |id| event_address(id, "change"));
    action.finish(outcome, &back).await
}

async fn propose(action: &Action, base: Option<RuleSetId>) -> Result<Done, Error> {
    let (set, reason) = form::read(&action.form).parse().map_err(Error::Invalid)?;
    let (engine, actor) = (action.engine(), action.actor()?);
    let about = (action.request_id, base);
    let id = approval_rule::propose(engine, actor, about, (&set, &reason)).await?;
    let done =
        "Proposed. Nothing has changed yet: the proposal comes into force when it is confirmed.";
    Ok(Done::new(address(id), done))
}

/// *Propose to retire*.
#[server(prefix = "/fn", endpoint = "retire_rules", input = Post<Plain>)]
pub async fn retire_rules(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(RetireRules::PATH, form);
    let id = shown(&action);
    let outcome = retire(&action, id).await;
    action.finish(outcome, &event_address(id, "retire")).await
}

async fn retire(action: &Action, base: RuleSetId) -> Result<Done, Error> {
    let why = reason(action.form.text("reason")).map_err(|fault| Error::Invalid(vec![fault]))?;
    let form = action.record_form();
    let id = approval_rule::retire(action.engine(), action.actor()?, form, base, &why).await?;
    let done = "Proposed. The rules stay in force until the proposal is confirmed.";
    Ok(Done::new(address(id), done))
}

/// *Confirm*.
#[server(prefix = "/fn", endpoint = "confirm_rules", input = Post<Plain>)]
pub async fn confirm_rules(form: Fields) -> Result<(), AppError> {
    step(ConfirmRules::PATH, form, Step::Confirm).await
}

/// *Reject*.
#[server(prefix = "/fn", endpoint = "reject_rules", input = Post<Plain>)]
pub async fn reject_rules(form: Fields) -> Result<(), AppError> {
    step(RejectRules::PATH, form, Step::Reject).await
}

/// *Withdraw*.
#[server(prefix = "/fn", endpoint = "withdraw_rules", input = Post<Plain>)]
pub async fn withdraw_rules(form: Fields) -> Result<(), AppError> {
    step(WithdrawRules::PATH, form, Step::Withdraw).await
}

async fn step(path: &'static str, form: Fields, step: Step) -> Result<(), AppError> {
    let action = Action::begin(path, form);
    let id = shown(&action);
    let outcome = take(&action, id, step).await;
    let asks = step == Step::Reject && matches!(outcome, Err(Error::Invalid(_)));
    let back = if asks {
        event_address(id, "reject")
    } else {
        address(id)
    };
    action.finish(outcome, &back).await
}

async fn take(action: &Action, id: RuleSetId, step: Step) -> Result<Done, Error> {
    let (engine, by, form) = (action.engine(), action.actor()?, action.record_form());
    let done = match step {
        Step::Confirm => {
            let note = action.form.text("note");
            let note = domain::text::multi_line(note, domain::approval_rule::REASON_MAX)
                .map_err(|long| Error::field("note", long.to_string()))?;
            approval_rule::confirm(engine, by, form, id, &note).await?;
            "In force. What is submitted from now on falls under these rules; what is in approval keeps those it was submitted under."
        }
        Step::Reject => {
            approval_rule::reject(engine, by, form, id, action.form.text("reason")).await?;
            "Rejected. Nothing has changed."
        }
        Step::Withdraw => {
            approval_rule::withdraw(engine, by, form, id).await?;
            "Withdrawn. Nothing has changed."
        }
    };
    Ok(Done::new(address(id), done))
}

/// *Switch on*, *Switch off*.
#[server(prefix = "/fn", endpoint = "set_four_eyes", input = Post<Plain>)]
pub async fn set_four_eyes(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(SetFourEyes::PATH, form);
    let outcome = four_eyes(&action).await;
    action.finish(outcome, LIST).await
}

async fn four_eyes(action: &Action) -> Result<Done, Error> {
    let on = action.form.text("four_eyes") == "on";
    let form = action.record_form();
    approval_rule::set_four_eyes(action.engine(), action.actor()?, form, on).await?;
    let done = if on {
        "A second administrator confirms every change of rules from now on."
    } else {
        "Whoever proposes a change of rules may confirm it from now on."
    };
    Ok(Done::new(LIST, done))
}

/// The page of something that can be done with a set.
pub(super) fn event_address(id: RuleSetId, event: &str) -> String {
    format!("{}/{event}", address(id))
}

fn shown(action: &Action) -> RuleSetId {
    RuleSetId(action.form.number("id").unwrap_or_default())
}
