//! The canary paper: articles of every kind, with a word of its own in every place that stands below a paywall line.

use std::collections::BTreeSet;

/// In every locked paragraph of the Japanese article, beside the ordinary canaries.
const JAPANESE: &str = "金糸雀";
/// In every locked paragraph of the Arabic article.
const ARABIC: &str = "كناريالمخفي";

/// An article of the canary paper.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// Its id, its name in addresses, and the code in its canaries.
    pub(crate) code: &'static str,
    pub(crate) section: &'static str,
    pub(crate) access: &'static str,
    /// Its file.
    pub(crate) text: String,
    /// Everything that only a grant may show, in the page.
    pub(crate) canaries: Vec<String>,
    /// Whether a picture and a document are behind its line.
    pub(crate) rich: bool,
}

impl Sheet {
    pub(crate) fn path(&self) -> String {
        format!("/{}/{}", self.section, self.code)
    }

    pub(crate) fn reading(&self) -> String {
        format!("{}/reading", self.path())
    }
}

/// The canary with that number.
pub(crate) fn word(code: &str, number: u32) -> String {
    format!("qz{code}x{number}zq")
}

/// The codes of the canaries in lower-case text.
pub(crate) fn codes_in(text: &str) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for (place, _) in text.match_indices("qz") {
        let rest = &text[place + 2..];
        // Four places for a code, or three; then all that `word` writes. The beginning alone stands by chance in one of some ten thousand
        // random cookies, in one of the forms in which they are read.
        let code = [3, 4].into_iter().find_map(|length| {
            let (code, after) = rest.split_at_checked(length)?;
            let after = after.strip_prefix('x')?;
            let end = after.trim_start_matches(|c: char| c.is_ascii_digit());
            let is_word = end.len() < after.len() && end.starts_with("zq");
            (is_word && code.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(code)
        });
        codes.extend(code.map(str::to_owned));
    }
    if text.contains(JAPANESE) {
        codes.insert("japa".to_owned());
    }
    if text.contains(ARABIC) {
        codes.insert("arab".to_owned());
    }
    codes
}

/// Metered articles that nothing is special about, for counting.
pub(crate) const PLAIN: [&str; 12] =
    ["m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09", "m10", "m11", "m12"];

/// All articles.
pub(crate) fn sheets() -> Vec<Sheet> {
    let mut sheets = vec![
        sheet("free", "city", "free", "", true, ""),
        sheet("regi", "city", "registered", "", true, ""),
        sheet("subs", "harbour", "subscribers", "kicker = \"tides\"\n", true, ""),
        sheet("opin", "opinion", "metered", "genre = \"opinion\"\n", true, ""),
        sheet(
            "live",
            "city",
            "metered",
            "genre = \"live\"\nlive_since = 2026-09-16T09:00:00-03:00\n",
            false,
            &entries(),
        ),
        sheet("ser1", "harbour", "metered", "series = \"dredge\"\npart = 1\n", false, ""),
        sheet("ser2", "harbour", "metered", "series = \"dredge\"\npart = 2\n", false, ""),
        sheet("ser3", "harbour", "subscribers", "series = \"dredge\"\npart = 3\n", false, ""),
        sheet("japa", "city", "metered", "language = \"ja\"\n", false, JAPANESE),
        sheet("arab", "city", "metered", "language = \"ar\"\n", false, ARABIC),
        sheet("emba", "city", "metered", "kicker = \"tides\"\n", true, ""),
        sheet("goni", "city", "metered", "withdrawn_at = 2026-09-16T12:00:00-03:00\n", true, ""),
        sheet("corr", "city", "metered", "", false, CORRECTION),
    ];
    sheets.extend(PLAIN.map(|code| sheet(code, "harbour", "metered", "", code < "m03", "")));
    sheets
}

/// A correction that stands in the head: public, and marked as such.
const CORRECTION: &str = "correction";

pub(crate) fn sheet(
    code: &'static str,
    section: &'static str,
    access: &'static str,
    fields: &str,
    rich: bool,
    more: &str,
) -> Sheet {
    let published = match code {
        "emba" => "2026-09-16T15:30:00-03:00".to_owned(),
        // One hour apart, so that the order is known.
        _ => format!("2026-09-{:02}T08:{:02}:00-03:00", 10 + code.len(), number(code)),
    };
    // Some without a picture, with a long headline.
    let picture = if matches!(code, "m12" | "corr") { "" } else { PICTURE };
    let tables = if more == CORRECTION { CORRECTIONS } else { "" };
    let more = if more == CORRECTION { "" } else { more };
    let words = if code == "japa" {
        "公開された段落です。"
    } else if code == "arab" {
        "فقرة منشورة."
    } else {
        ""
    };
    let teaser = format!("{words} First paragraph pub{code}open.\n\nSecond paragraph.\n");
    let (body, canaries) = body(code, rich, more);
    let text = format!(
        "+++\nid = \"{code}\"\nheadline = \"Headline of {code}\"\nstandfirst = \"Standfirst of {code}\"\n\
         section = \"{section}\"\ntags = [\"shipping\"]\nauthors = [\"anna\"]\nfiled_from = \"Port Merrin\"\n\
         published_at = {published}\naccess = \"{access}\"\n{fields}{picture}{tables}+++\n{teaser}\n\
         <!-- paywall -->\n\n{body}"
    );
    Sheet { code, section, access, text, canaries, rich }
}

fn number(code: &str) -> u32 {
    code.bytes().map(u32::from).sum::<u32>() % 60
}

const PICTURE: &str = "\n[lead_image]\nfile = \"pictures/lead.svg\"\nalt = \"A public picture\"\n\
    caption = \"A public caption\"\ncredit = \"Graphics\"\n";
const CORRECTIONS: &str = "\n[[corrections]]\nat = 2026-09-16T11:00:00-03:00\n\
    text = \"An earlier version gave 13 berths. There are 12.\"\n";

/// The locked half, and the words in it that nobody else may see.
fn body(code: &str, rich: bool, more: &str) -> (String, Vec<String>) {
    let mut text = format!("Third paragraph {}. {more}\n\n", word(code, 1));
    if rich {
        text += &RICH.replace("CODE", code);
    } else if more.contains(":::") {
        text = format!("Third paragraph {}.\n\n{more}\n\n", word(code, 1));
    }
    text += &format!(
        "Last paragraph {}. {}\n",
        word(code, 99),
        if more.contains(":::") { "" } else { more }
    );
    let mut canaries = Vec::new();
    for (place, _) in text.match_indices("qz") {
        let end = text[place..].find("zq").map(|length| place + length + 2);
        canaries.extend(end.map(|end| text[place..end].to_owned()));
    }
    if matches!(code, "japa" | "arab") {
        canaries.push(more.to_owned());
    }
    canaries.sort();
    canaries.dedup();
    (text, canaries)
}

fn entries() -> String {
    let entry = |hour: u32| {
        format!(
            "::: entry 2026-09-16T{hour:02}:00:00-03:00 \"Entry {}\"\nWords of {}.\n\
             corrected: 2026-09-16T13:00:00-03:00 It was {} before.\n:::\n\n",
            word("live", hour),
            word("live", hour + 100),
            word("live", hour + 200),
        )
    };
    entry(10) + &entry(12)
}

const RICH: &str = "With [a link](https://elsewhere.example/qzCODEx2zq) and *emphasis qzCODEx3zq*.

::: fact \"A box qzCODEx4zq\"
Row qzCODEx5zq | qzCODEx6zq

Words in a box qzCODEx7zq, and [the document](attachments/CODE.csv).
:::

::: pull \"Somebody qzCODEx8zq\"
“Pulled qzCODEx9zq.”
:::

::: picture \"pictures/CODE.svg\"
alt: What it shows qzCODEx10zq
caption: A caption qzCODEx11zq
credit: A credit qzCODEx12zq
:::

| Head qzCODEx13zq | B |
|---|---|
| Cell qzCODEx14zq | 2 |

- An item qzCODEx15zq

> A quote qzCODEx16zq

### A heading qzCODEx17zq

";

/// The picture behind the line of a rich article.
pub(crate) fn picture(code: &str) -> Vec<u8> {
    let canary = word(code, 50);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"30\" height=\"20\"><desc>{canary}</desc></svg>"
    )
    .into_bytes()
}

/// The document behind it.
pub(crate) fn document(code: &str) -> Vec<u8> {
    format!("year,{}\n2026,12\n", word(code, 51)).into_bytes()
}

/// `paper.toml` of the canary paper.
pub(crate) const PAPER: &str = r#"
[[sections]]
slug = "city"
name = "City"
topics = ["shipping"]

[[sections]]
slug = "harbour"
name = "Harbour & Trade"

[[sections]]
slug = "opinion"
name = "Voices"
opinion = true

[[tags]]
slug = "shipping"
name = "Shipping"

[[tags]]
slug = "tides"
name = "Tides"

[[authors]]
slug = "anna"
name = "Anna Torvald"
role = "Harbour correspondent"

[[series]]
slug = "dredge"
name = "The Long Dredge"

[front]
lead = "m01"
related = ["m02"]
top = ["ser1", "subs", "free"]

[front.tide]
place = "Tide at Customs Quay"
high = "11:42, 3.1 m"
low = "17:58, 0.6 m"

[[front.market]]
name = "Freight"
value = "2,118"
change = "−1.4%"
"#;
