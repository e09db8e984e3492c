//! What the parts of a document mean, for those who do not see them: headings, paragraphs, a table's cells.

use std::num::{NonZeroU16, NonZeroU32};

use krilla::tagging::{Identifier, TableHeaderScope, Tag, TagGroup, TagTree};

/// What a part is.
#[derive(Clone, Debug)]
pub enum Role {
    Section,
    /// Its level, from 1, and what it says.
    Heading(NonZeroU16, String),
    Paragraph,
    Table,
    TableHead,
    TableBody,
    TableFoot,
    Row,
    ColumnHeader,
    /// How many columns it spans.
    RowHeader(NonZeroU32),
    Data,
}

/// A part of a [`Structure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part(usize);

struct Node {
    role: Role,
    parts: Vec<Part>,
}

/// All parts, in reading order.
#[derive(Default)]
pub struct Structure {
    nodes: Vec<Node>,
    tops: Vec<Part>,
}

impl Structure {
    /// Adds a part at the end of another, or of the document.
    pub fn add(&mut self, within: Option<Part>, role: Role) -> Part {
        let part = Part(self.nodes.len());
        let parts = Vec::new();
        self.nodes.push(Node { role, parts });
        match within.and_then(|Part(at)| self.nodes.get_mut(at)) {
            Some(parent) => parent.parts.push(part),
            None => self.tops.push(part),
        }
        part
    }

    /// The tree for the PDF, with what was drawn for each part.
    pub fn tree(&self, drawn: &Drawn) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
        for &top in &self.tops {
            if let Some(group) = self.group(top, drawn) {
                tree.push(group);
            }
        }
        tree
    }

    fn group(&self, part: Part, drawn: &Drawn) -> Option<TagGroup> {
        let node = self.nodes.get(part.0)?;
        let mut group = empty(&node.role);
        for &inner in &node.parts {
            group.push(self.group(inner, drawn)?);
        }
        for &identifier in drawn.0.get(part.0).into_iter().flatten() {
            group.push(identifier);
        }
        Some(group)
    }
}

fn empty(role: &Role) -> TagGroup {
    match role {
        Role::Section => TagGroup::new(Tag::Section),
        Role::Heading(level, title) => TagGroup::new(Tag::Hn(*level, Some(title.clone()))),
        Role::Paragraph => TagGroup::new(Tag::P),
        Role::Table => TagGroup::new(Tag::Table),
        Role::TableHead => TagGroup::new(Tag::THead),
        Role::TableBody => TagGroup::new(Tag::TBody),
        Role::TableFoot => TagGroup::new(Tag::TFoot),
        Role::Row => TagGroup::new(Tag::TR),
        Role::ColumnHeader => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
        Role::RowHeader(span) => {
            TagGroup::new(Tag::TH(TableHeaderScope::Row).with_col_span(Some(*span)))
        }
        Role::Data => TagGroup::new(Tag::TD),
    }
}

/// What was drawn for each part; on two pages, if the part is.
#[derive(Default)]
pub struct Drawn(Vec<Vec<Identifier>>);

impl Drawn {
    /// Notes a piece of a part.
    pub fn add(&mut self, part: Part, identifier: Identifier) {
        if self.0.len() <= part.0 {
            self.0.resize_with(part.0 + 1, Vec::new);
        }
        if let Some(pieces) = self.0.get_mut(part.0) {
            pieces.push(identifier);
        }
    }
}
