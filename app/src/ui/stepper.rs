//! A route as steps: done, now, next.

use leptos::prelude::*;

/// Where a step of a route stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepStatus {
    /// Decided or done.
    Done,
    /// Waited for.
    Now,
    /// Comes later.
    Next,
    /// Not needed, or passed because its decider had decided already.
    Skipped,
    /// Refused.
    Refused,
}

impl StepStatus {
    /// The class, and the word that says the same.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            StepStatus::Done => ("step step-done", "Done"),
            StepStatus::Now => ("step step-now", "Now"),
            StepStatus::Next => ("step step-next", "Next"),
            StepStatus::Skipped => ("step step-skipped", "Skipped"),
            StepStatus::Refused => ("step step-refused", "Refused"),
        }
    }
}

/// One step of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Who or what: "Mia Moss".
    pub title: String,
    /// More about it: "Manager, level 1. Due in 5 h". May be empty.
    pub detail: String,
    /// Where it stands.
    pub status: StepStatus,
}

/// The steps of a route, in order; the present one is `aria-current="step"`.
#[component]
pub fn Stepper(
    /// The steps, first to last.
    steps: Vec<Step>,
    /// The list's accessible name.
    #[prop(default = "Route".to_owned(), into)]
    label: String,
) -> AnyView {
    let items = steps
        .into_iter()
        .map(|step| {
            let (class, word) = step.status.words();
            let current = (step.status == StepStatus::Now).then_some("step");
            view! {
                <li class=class aria-current=current>
                    <span class="step-title">{step.title}" "<span class="step-status">{word}</span></span>
                    {(!step.detail.is_empty()).then(|| view! { <span class="step-detail">{step.detail}</span> })}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="stepper" aria-label=label>{items}</ol> }.into_any()
}
