//! What an address asks of a list, and the address of what is asked. Whatever an address holds, a query comes of it.

use domain::field::FieldError;
use jiff::tz::TimeZone;

use super::{Filter, Sort, Spec, Value};

/// Characters of a search that count.
const SEARCH_MAX: usize = 200;

/// What is asked of a list.
#[derive(Clone, Debug)]
pub struct Query {
    /// The list.
    pub spec: &'static Spec,
    /// The word of the scope, as given.
    pub scope: Option<String>,
    /// What it is sorted by.
    pub sort: &'static Sort,
    /// Largest first.
    pub descending: bool,
    /// The filters that are set, in the list's order.
    pub filters: Vec<Set>,
    /// The words looked for.
    pub search: String,
    /// Where the page begins; `None`: at the beginning.
    pub after: Option<Cursor>,
}

/// A filter that is set.
#[derive(Clone, Debug)]
pub struct Set {
    /// Which one.
    pub filter: &'static Filter,
    /// What was typed.
    pub typed: String,
    /// What that means; what is wrong has no effect and is said beside its field.
    pub value: Result<Value, FieldError>,
}

/// The last row of the page before.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    /// What it is sorted by; `None` where it has no such value.
    pub value: Option<Value>,
    /// Its key.
    pub key: i64,
}

impl Query {
    /// What the query of an address asks of the list; `zone` is the reader's. What makes no sense is left out.
    pub fn parse(spec: &'static Spec, address: &str, zone: &TimeZone) -> Query {
        let given = |name: &str| {
            let values = form_urlencoded::parse(address.as_bytes());
            values
                .filter(|(key, _)| key == name)
                .last()
                .map(|(_, value)| value.replace('\0', "").trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let named = given("sort").and_then(|name| spec.sorts.iter().find(|s| s.name == name));
        let sort = named.unwrap_or(spec.plain_sort());
        let descending = match given("dir").as_deref() {
            Some("asc") => false,
            Some("desc") => true,
            _ => sort.descending,
        };
        let filters = spec.filters.iter().filter_map(|filter| {
            let typed = given(filter.name)?;
            let value = filter.value(&typed, zone);
            Some(Set {
                filter,
                typed,
                value,
            })
        });
        Query {
            spec,
            scope: given("scope"),
            sort,
            descending,
            filters: filters.collect(),
            search: given("q")
                .unwrap_or_default()
                .chars()
                .take(SEARCH_MAX)
                .collect(),
            after: given("after").and_then(|text| Cursor::parse(sort, &text)),
        }
    }

    /// How rows are ordered, and how those after another compare to it.
    pub(super) const fn direction(&self) -> (&'static str, &'static str) {
        if self.descending {
            (" DESC", " < ")
        } else {
            ("", " > ")
        }
    }

    /// Whether rows are left out.
    pub fn narrows(&self) -> bool {
        !self.filters.is_empty() || !self.search.is_empty()
    }

    /// What was typed for a filter.
    pub fn typed(&self, name: &str) -> &str {
        let set = self.filters.iter().find(|set| set.filter.name == name);
        set.map_or("", |set| &set.typed)
    }

    /// What is wrong with what was typed.
    pub fn errors(&self) -> Vec<FieldError> {
        let wrong = self
            .filters
            .iter()
            .filter_map(|set| set.value.as_ref().err());
        wrong.cloned().collect()
    }

    /// The same, sorted by this: from the other end when it is already.
    #[must_use]
    pub fn sorted_by(&self, sort: &'static Sort) -> Query {
        let same = std::ptr::eq(sort, self.sort);
        Query {
            sort,
            descending: if same {
                !self.descending
            } else {
                sort.descending
            },
            ..self.first_page()
        }
    }

    /// The same without a filter.
    #[must_use]
    pub fn without(&self, name: &str) -> Query {
        let mut query = self.first_page();
        query.filters.retain(|set| set.filter.name != name);
        query
    }

    /// The same without words.
    #[must_use]
    pub fn without_search(&self) -> Query {
        Query {
            search: String::new(),
            ..self.first_page()
        }
    }

    /// The same with nothing left out.
    #[must_use]
    pub fn whole(&self) -> Query {
        Query {
            filters: Vec::new(),
            ..self.without_search()
        }
    }

    /// The same in another scope.
    #[must_use]
    pub fn in_scope(&self, scope: &str) -> Query {
        Query {
            scope: Some(scope.to_owned()),
            ..self.first_page()
        }
    }

    /// The same from the beginning.
    #[must_use]
    pub fn first_page(&self) -> Query {
        self.page_after(None)
    }

    /// The same after this row.
    #[must_use]
    pub fn page_after(&self, after: Option<Cursor>) -> Query {
        Query {
            after,
            ..self.clone()
        }
    }

    /// What stands in the address that asks this, name by name; what the plain address asks anyway is left out.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        pairs.extend(self.scope.clone().map(|scope| ("scope", scope)));
        if !std::ptr::eq(self.sort, self.spec.plain_sort()) {
            pairs.push(("sort", self.sort.name.to_owned()));
        }
        if self.descending != self.sort.descending {
            pairs.push(("dir", direction(self.descending).to_owned()));
        }
        if !self.search.is_empty() {
            pairs.push(("q", self.search.clone()));
        }
        let filters = self.filters.iter();
        pairs.extend(filters.map(|set| (set.filter.name, set.typed.clone())));
        pairs.extend(self.after.iter().map(|after| ("after", after.encode())));
        pairs
    }

    /// The query of the address; empty when it is what the plain address asks.
    pub fn encode(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.pairs())
            .finish()
    }

    /// The address that asks this.
    pub fn address(&self) -> String {
        self.address_of(self.spec.path)
    }

    /// The same asked of another address: that of the export.
    pub fn address_of(&self, path: &str) -> String {
        let query = self.encode();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }
}

/// The word of a direction in the address.
pub const fn direction(descending: bool) -> &'static str {
    if descending { "desc" } else { "asc" }
}

impl Cursor {
    /// `1042`, or `1042~` and the value.
    fn encode(&self) -> String {
        let value = self.value.as_ref().map(Value::encode);
        value.map_or_else(
            || self.key.to_string(),
            |value| format!("{}~{value}", self.key),
        )
    }

    fn parse(sort: &Sort, text: &str) -> Option<Cursor> {
        let (key, value) = match text.split_once('~') {
            Some((key, value)) => (key, Some(Value::parse(sort.kind, value)?)),
            None if sort.nullable => (text, None),
            None => return None,
        };
        Some(Cursor {
            value,
            key: key.parse().ok()?,
        })
    }
}
