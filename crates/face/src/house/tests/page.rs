//! The page of the manual is made from the tables of settings. `UPDATE_GOLDEN=1` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use super::super::{
    FAULTS_MAX, HOUSE_BYTES_MAX, Kind, NEWSLETTER_FIELDS, OFFER_FIELDS, PLAN_FIELDS, SETTINGS,
    TariffField,
};
use super::EXAMPLE;

#[test]
fn the_page_says_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating/settings.md");
    let page = page();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (written, made)) in written.lines().zip(page.lines()).enumerate() {
        assert_eq!(
            written,
            made,
            "line {} of docs/operating/settings.md; UPDATE_GOLDEN=1 writes it",
            number + 1
        );
    }
    assert!(
        written == page,
        "docs/operating/settings.md has another length; UPDATE_GOLDEN=1 writes it"
    );
}

fn page() -> String {
    let mut page = format!(
        "# House settings\n\n\
         What the paper decides, as one TOML document of at most {} KiB. It lives in the database, every version of\n\
         it is kept, and a change is seen by the next request. What the operator decides, such as addresses to listen on\n\
         and secrets, is in the config file instead.\n\n\
         A document that is wrong is refused as a whole: up to {FAULTS_MAX} faults are told at once, each with its\n\
         setting, its line and what to write. A setting that is not written has its default.\n\n\
         Texts are single lines without control characters, without two spaces in a row and without {{ or }}.\n\n\
         ## All settings\n\n\
         | setting | default | allowed | meaning |\n|---|---|---|---|\n",
        HOUSE_BYTES_MAX / 1024
    );
    for setting in SETTINGS {
        let default = match (setting.default, setting.kind) {
            ("", _) => "none".to_owned(),
            (number, Kind::Count { .. }) => format!("`{number}`"),
            (text, _) => format!("`\"{text}\"`"),
        };
        let allowed = setting.kind.allowed();
        row(&mut page, &[&format!("`{}`", setting.key), &default, &allowed, setting.meaning]);
    }
    page.push_str(
        "\n`paper.name` is written as `name` below `[paper]`, and so are all settings with a dot in their name.\n\n\
         ## Plans\n\nEach plan is a table `[[plans]]`, in the order of the tariff.\n\n",
    );
    fields(&mut page, PLAN_FIELDS);
    page.push_str(
        "\n## Offers\n\nEach offer is a table `[[offers]]`: the first months cost `intro` together, or each of them\n\
         `percent` less, rounded down to the currency's smallest unit: a fraction is the reader's. Then the plan's\n\
         monthly price holds. The day `ends_on` is part of the offer, to its last minute in the paper's\n\
         zone; `ends_at` is the first minute that is too late, and where a night has it twice the second. A plan can have\n\
         several offers: each reader is shown the first that is for that reader, and a stranger what is for somebody new.\n\
         That is looked at again when the reader agrees, and the page of the payment closes with the offer: at Stripe\n\
         an hour after it was opened at the earliest.\n\n",
    );
    fields(&mut page, OFFER_FIELDS);
    page.push_str(
        "\n## Newsletters\n\nEach newsletter is a table `[[newsletters]]`. Masthead sends none: who wants which is handed to the\n\
         paper's sender; see [newsletters](newsletters.md).\n\n",
    );
    fields(&mut page, NEWSLETTER_FIELDS);
    page.push_str(
        "\n## Wordings\n\nA table `[wordings.en]` puts the paper's own words in place of a message. The messages and\n\
         their names are those of `crates/face/messages/en.toml`; a wording may use the values that its message uses,\n\
         such as `{count}`, and has the plural forms that its language has.\n\n\
         ## An example\n\n```toml\n",
    );
    page.push_str(EXAMPLE);
    page.push_str("```\n");
    page
}

fn fields(page: &mut String, fields: &[TariffField]) {
    page.push_str("| field | required | allowed | meaning |\n|---|---|---|---|\n");
    for field in fields {
        let required = if field.required { "yes" } else { "no" };
        row(page, &[&format!("`{}`", field.name), required, field.allowed, field.meaning]);
    }
}

fn row(page: &mut String, cells: &[&str]) {
    assert!(cells.iter().all(|cell| !cell.contains(['|', '\n'])), "{cells:?}");
    writeln!(page, "| {} |", cells.join(" | ")).unwrap();
}
