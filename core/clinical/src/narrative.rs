//! Narrative: the XHTML that may stand in a record (`core/spec/clinical.md`, CLIN-30 ff.; FHIR R4 txt-1, txt-2).
//!
//! Only FHIR's formatting elements and attributes pass; anything active is refused, never repaired, since received
//! bytes are signed. Apps show [`text`], the plain text, and never hand markup to a renderer.

use protocol::coded_error;

coded_error! {
    /// Why a narrative is refused.
    pub enum Error {
        Active = "narrative.active", "the narrative holds an element or attribute that is not plain formatting";
        Form = "narrative.form", "the narrative is not one well-formed div";
        Empty = "narrative.empty", "the narrative says nothing";
        TooDeep = "narrative.too_deep", "the narrative is nested too deeply";
    }
}

const MAX_DEPTH: usize = 64;

#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "a", "abbr", "acronym", "address", "b", "bdo", "big", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd",
    "del", "dfn", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p",
    "pre", "q", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul",
    "var",
];

#[rustfmt::skip]
const ATTRIBUTES: &[&str] = &[
    "abbr", "accesskey", "align", "alt", "axis", "bgcolor", "border", "cellhalign", "cellpadding", "cellspacing", "cellvalign",
    "char", "charoff", "cite", "class", "colspan", "dir", "frame", "headers", "height", "href", "id", "lang", "longdesc", "name",
    "nowrap", "rel", "rowspan", "rules", "scope", "span", "src", "start", "style", "summary", "tabindex", "title", "type",
    "valign", "value", "width", "xml:lang", "xmlns",
];

/// Elements after which the plain text begins a new line.
const BLOCKS: &[&str] = &[
    "br", "caption", "dd", "div", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "p", "pre", "tr",
];

/// Checks the `div` of a narrative.
///
/// # Errors
/// Any of [`Error`].
pub fn check(div: &str) -> Result<(), Error> {
    walk(div).and_then(|text| if text.said { Ok(()) } else { Err(Error::Empty) })
}

/// The plain text of a narrative, or nothing when the narrative is refused.
pub fn text(div: &str) -> Option<String> {
    let lines = walk(div).ok()?.out;
    let lines: Vec<String> = lines
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Writes plain text as a narrative: one paragraph a line, everything escaped.
///
/// # Errors
/// [`Error::Empty`] when there is nothing but white space.
pub fn write(plain: &str) -> Result<String, Error> {
    let mut out = String::from("<div xmlns=\"http://www.w3.org/1999/xhtml\">");
    let before = out.len();
    for line in plain.lines().map(str::trim).filter(|line| !line.is_empty()) {
        out.push_str("<p>");
        for c in line.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                // Characters that XML cannot carry say nothing in a text either.
                c if !is_xml(c) => {}
                c => out.push(c),
            }
        }
        out.push_str("</p>");
    }
    if out.len() == before {
        return Err(Error::Empty);
    }
    out.push_str("</div>");
    Ok(out)
}

#[derive(Default)]
struct Walked {
    out: String,
    said: bool,
}

/// Reads the markup once, front to back: tags must be known and nest, entities must be known.
fn walk(div: &str) -> Result<Walked, Error> {
    let mut walked = Walked::default();
    let mut open: Vec<&str> = Vec::new();
    let mut rest = div.trim();
    let mut roots = 0usize;
    while let Some(first) = rest.chars().next() {
        if first != '<' {
            let end = rest.find('<').unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            if open.is_empty() && !text.trim().is_empty() {
                return Err(Error::Form);
            }
            let plain = entities(text)?;
            walked.said |= !plain.trim().is_empty();
            walked.out.push_str(&plain);
            rest = after;
            continue;
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").ok_or(Error::Form)?.1;
            continue;
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            return Err(Error::Active);
        }
        let (tag, after) = tag(rest)?;
        rest = after;
        if tag.closing {
            if open.pop() != Some(tag.name) {
                return Err(Error::Form);
            }
        } else {
            if open.is_empty() {
                roots += 1;
                if tag.name != "div" || roots > 1 {
                    return Err(if ELEMENTS.contains(&tag.name) {
                        Error::Form
                    } else {
                        Error::Active
                    });
                }
            }
            walked.said |= tag.name == "img";
            if !tag.empty {
                open.push(tag.name);
                if open.len() > MAX_DEPTH {
                    return Err(Error::TooDeep);
                }
            }
        }
        if BLOCKS.contains(&tag.name) {
            walked.out.push('\n');
        } else if matches!(tag.name, "td" | "th") {
            walked.out.push(' ');
        }
    }
    if open.is_empty() && roots == 1 {
        Ok(walked)
    } else {
        Err(Error::Form)
    }
}

struct Tag<'a> {
    name: &'a str,
    closing: bool,
    empty: bool,
}

/// Reads one tag at the start of `text` and checks its name and attributes.
fn tag(text: &str) -> Result<(Tag<'_>, &str), Error> {
    let mut rest = text.strip_prefix('<').ok_or(Error::Form)?;
    let closing = rest.starts_with('/');
    rest = rest.strip_prefix('/').unwrap_or(rest);
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '.')))
        .ok_or(Error::Form)?;
    let (name, mut rest) = rest.split_at(end);
    if name.is_empty() {
        return Err(Error::Form);
    }
    if !ELEMENTS.contains(&name) {
        return Err(Error::Active);
    }
    let mut seen: Vec<&str> = Vec::new();
    loop {
        let spaced = rest.starts_with(char::is_whitespace);
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return Ok((
                Tag {
                    name,
                    closing,
                    empty: false,
                },
                after,
            ));
        }
        if let Some(after) = rest.strip_prefix("/>") {
            return if closing {
                Err(Error::Form)
            } else {
                Ok((
                    Tag {
                        name,
                        closing,
                        empty: true,
                    },
                    after,
                ))
            };
        }
        if closing || !spaced {
            return Err(Error::Form);
        }
        let (attribute, after) = rest.split_once('=').ok_or(Error::Form)?;
        let attribute = attribute.trim();
        if !ATTRIBUTES.contains(&attribute) {
            return Err(Error::Active);
        }
        if seen.contains(&attribute) {
            return Err(Error::Form);
        }
        seen.push(attribute);
        let after = after.trim_start();
        let quote = after
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
            .ok_or(Error::Form)?;
        let (value, after) = after
            .get(1..)
            .and_then(|after| after.split_once(quote))
            .ok_or(Error::Form)?;
        if value.contains('<') {
            return Err(Error::Form);
        }
        harmless(attribute, &entities(value)?)?;
        rest = after;
    }
}

/// Refuses links that run code and styles that fetch or compute.
fn harmless(attribute: &str, value: &str) -> Result<(), Error> {
    let bare: String = value
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .flat_map(char::to_lowercase)
        .collect();
    let scheme = bare
        .split_once(':')
        .map(|(scheme, _)| scheme)
        .filter(|scheme| !scheme.contains(['/', '#', '?']));
    let fine = match attribute {
        "href" | "cite" | "longdesc" => scheme.is_none_or(|s| matches!(s, "http" | "https" | "mailto" | "tel" | "urn")),
        "src" => scheme.is_none_or(|s| {
            matches!(s, "http" | "https")
                || ["png", "jpeg", "gif"]
                    .iter()
                    .any(|kind| bare.starts_with(&format!("data:image/{kind};")))
        }),
        "style" => ![
            "url(",
            "expression",
            "@import",
            "behavior",
            "-moz-binding",
            "\\",
            "javascript:",
        ]
        .iter()
        .any(|bad| bare.contains(bad)),
        "xmlns" => value == "http://www.w3.org/1999/xhtml",
        _ => true,
    };
    if fine { Ok(()) } else { Err(Error::Active) }
}

/// Replaces the entities that XHTML of a narrative uses.
fn entities(text: &str) -> Result<String, Error> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (name, after) = after
            .split_once(';')
            .filter(|(name, _)| name.len() <= 10)
            .ok_or(Error::Form)?;
        out.push(character(name).ok_or(Error::Form)?);
        rest = after;
    }
    out.push_str(rest);
    if out.chars().all(is_xml) {
        Ok(out)
    } else {
        Err(Error::Form)
    }
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "copy" => '©',
        "reg" => '®',
        "deg" => '°',
        "plusmn" => '±',
        "micro" => 'µ',
        "middot" => '·',
        "times" => '×',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "bull" => '•',
        "hellip" => '…',
        "le" => '≤',
        "ge" => '≥',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        "ntilde" => 'ñ',
        _ => return None,
    })
}

const fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}
