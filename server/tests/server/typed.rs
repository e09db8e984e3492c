//! What the fields of a page's forms hold, read from its HTML as a browser does.

/// The values of every field of that name, in the order of the page.
pub fn typed(html: &str, name: &str) -> Vec<String> {
    let mark = format!(" name=\"{name}\"");
    let places = html.match_indices(&mark).map(|(at, _)| at);
    places
        .filter_map(|at| value(html, html[..at].rfind('<')?))
        .collect()
}

/// The value of the field whose tag begins at `at`.
fn value(html: &str, at: usize) -> Option<String> {
    let (tag, rest) = tag(&html[at..]);
    let kind = tag[1..].split(' ').next()?;
    match kind {
        "input" => Some(attribute(tag, "value").unwrap_or_default()),
        // A line break at its beginning is none (HTML, "The textarea element").
        "textarea" => {
            let inside = rest.split("</textarea>").next()?;
            Some(text(inside.strip_prefix('\n').unwrap_or(inside)))
        }
        "select" => {
            let inside = rest.split("</select>").next()?;
            let options = inside.match_indices("<option");
            let mut tags = options.map(|(at, _)| self::tag(&inside[at..]).0);
            let chosen = tags.find(|tag| tag.contains(" selected"));
            Some(chosen.map_or_else(String::new, |tag| {
                attribute(tag, "value").unwrap_or_default()
            }))
        }
        _ => None,
    }
}

/// The opening tag at the beginning of `html`, whose attributes may hold `>`, and what follows it.
fn tag(html: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = html.find(|c| {
        quoted ^= c == '"';
        c == '>' && !quoted
    });
    html.split_at(end.map_or(html.len(), |end| end + 1))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(text(rest.split('"').next()?))
}

/// What a page says, without its tags.
pub fn words(html: &str) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        words.push_str(&rest[..at]);
        rest = tag(&rest[at..]).1;
    }
    text(&(words + rest))
}

/// What HTML's text means.
fn text(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}
