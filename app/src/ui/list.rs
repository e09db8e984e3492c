//! What stands around a list: its scopes, its pages, and what is shown when it is empty.

use leptos::prelude::*;

/// One way to look at a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// "Mine", "Waiting for me", "My team", "All".
    pub label: String,
    /// The list in that scope.
    pub href: String,
    /// How many are in it, if known.
    pub count: Option<String>,
    /// Whether it is the one shown.
    pub current: bool,
}

/// The scopes of a list, as links.
#[component]
pub fn Scopes(
    /// Left to right.
    scopes: Vec<Scope>,
) -> AnyView {
    let items = scopes
        .into_iter()
        .map(|scope| {
            let current = scope.current.then_some("page");
            view! {
                <li><a href=scope.href aria-current=current>
                    {scope.label}{scope.count.map(|count| view! { " "<span class="count">{count}</span> })}
                </a></li>
            }
        })
        .collect_view();
    view! { <nav class="scopes" aria-label="Scope"><ul>{items}</ul></nav> }.into_any()
}

/// The way to the next page and back to the first, and what is shown.
#[component]
pub fn Pager(
    /// What this page shows: "1,000 orders", "over 1,000 orders".
    #[prop(into)]
    summary: String,
    /// The first page, when this is a later one.
    #[prop(optional_no_strip, into)]
    first_href: Option<String>,
    /// The page after.
    #[prop(optional_no_strip, into)]
    next_href: Option<String>,
) -> AnyView {
    view! {
        <nav class="pager" aria-label="Pages">
            <span class="pager-summary">{summary}</span>
            {first_href.map(|href| view! { <a class="btn btn-plain btn-sm" href=href>"First page"</a> })}
            {next_href.map(|href| view! { <a class="btn btn-plain btn-sm" rel="next" href=href>"Next page"</a> })}
        </nav>
    }
    .into_any()
}

/// A number with its thousands apart: "1,234,567".
pub fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a list shows when there is nothing in it: what that means and what to do.
#[component]
pub fn EmptyState(
    /// "Nothing waits for you."
    #[prop(into)]
    title: String,
    /// What to do, one sentence.
    #[prop(optional, into)]
    text: Option<String>,
    /// A button to do it.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    view! {
        <div class="empty">
            <p class="empty-title">{title}</p>
            {text.map(|text| view! { <p>{text}</p> })}
            {children.map(|children| view! { <div class="empty-action">{children()}</div> })}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        let shown = [0, 999, 1000, 12345, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }
}
