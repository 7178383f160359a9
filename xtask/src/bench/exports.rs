//! Exports of other systems, generated for the bench: written item by item, so that the bench itself needs no memory. What
//! they say is invented; how they say it is how those systems write it.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;

/// The address of the old site.
const SITE: &str = "https://www.courant.example";
const SECTIONS: [&str; 6] = ["Harbour", "City", "Islands", "Assembly", "Sport", "Culture"];
/// Names in each list.
const NAMES: usize = 200;
/// One article in so many has a picture; one in so many more was never published.
const WITH_PICTURE: usize = 4;
const DRAFT: usize = 50;
/// Pictures of the sample that stand for the uploads.
const PICTURES: [&str; 4] = ["bridge-in-fog", "container-yard", "night-ferry", "old-town-tram"];

/// What was written.
pub(super) struct Written {
    /// Items of all kinds: articles, drafts, pictures.
    pub(super) items: usize,
    /// Bytes of the export.
    pub(super) bytes: u64,
}

/// Copies the pictures to where both systems keep uploads.
pub(super) fn uploads(folder: &Path, sample: &Path) -> anyhow::Result<()> {
    let place = folder.join("2019/05");
    fs::create_dir_all(&place)?;
    for name in PICTURES {
        let from = sample.join(format!("{name}.webp"));
        fs::copy(&from, place.join(format!("{name}.webp")))
            .with_context(|| format!("{} cannot be copied", from.display()))?;
    }
    Ok(())
}

/// An export of WordPress with so many published posts, in blocks.
pub(super) fn wordpress(path: &Path, count: usize) -> anyhow::Result<Written> {
    let mut out = BufWriter::new(File::create(path)?);
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<rss version=\"2.0\" \
         xmlns:excerpt=\"http://wordpress.org/export/1.2/excerpt/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:wp=\"http://wordpress.org/export/1.2/\">\n<channel>\n<title>The Courant</title>\n<link>{SITE}</link>\n\
         <language>en-US</language>\n<wp:wxr_version>1.2</wp:wxr_version>\n\
         <wp:base_site_url>{SITE}</wp:base_site_url>\n<wp:base_blog_url>{SITE}</wp:base_blog_url>\n"
    )?;
    for number in 0..NAMES {
        writeln!(
            out,
            "<wp:author><wp:author_id>{number}</wp:author_id><wp:author_login><![CDATA[author-{number}]]>\
             </wp:author_login><wp:author_display_name><![CDATA[Author {number}]]></wp:author_display_name></wp:author>\n\
             <wp:tag><wp:term_id>{}</wp:term_id><wp:tag_slug><![CDATA[tag-{number}]]></wp:tag_slug>\
             <wp:tag_name><![CDATA[Tag {number}]]></wp:tag_name></wp:tag>",
            1_000 + number
        )?;
    }
    for (number, section) in SECTIONS.iter().enumerate() {
        writeln!(
            out,
            "<wp:category><wp:term_id>{number}</wp:term_id><wp:category_nicename><![CDATA[{}]]></wp:category_nicename>\
             <wp:category_parent></wp:category_parent><wp:cat_name><![CDATA[{section}]]></wp:cat_name></wp:category>",
            section.to_lowercase()
        )?;
    }
    let mut items = 0;
    for number in 0..count {
        if number % WITH_PICTURE == 0 {
            items += 1;
            write!(
                out,
                "<item>\n<title>picture-{number}</title>\n<link>{SITE}/?attachment_id={}</link>\n\
                 <content:encoded><![CDATA[]]></content:encoded>\n<excerpt:encoded><![CDATA[The quay.]]>\
                 </excerpt:encoded>\n<wp:post_id>{}</wp:post_id>\n<wp:status><![CDATA[inherit]]></wp:status>\n\
                 <wp:post_type><![CDATA[attachment]]></wp:post_type>\n<wp:attachment_url><![CDATA[{SITE}\
                 /wp-content/uploads/2019/05/{}.webp]]></wp:attachment_url>\n</item>\n",
                picture_id(number),
                picture_id(number),
                picture(number),
            )?;
        }
        if number % DRAFT == 0 {
            items += 1;
            out.write_all(entry(number, "draft", count + number)?.as_bytes())?;
        }
        items += 1;
        out.write_all(entry(number, "publish", number)?.as_bytes())?;
    }
    write!(out, "</channel>\n</rss>\n")?;
    done(out, path, items)
}

/// One post of WordPress.
fn entry(number: usize, status: &str, slug: usize) -> anyhow::Result<String> {
    let (year, month, day, hour) = moment(number);
    let section = SECTIONS[number % SECTIONS.len()];
    let mut text = String::new();
    for (place, paragraph) in paragraphs(number).enumerate() {
        writeln!(text, "<!-- wp:paragraph -->\n<p>{paragraph}</p>\n<!-- /wp:paragraph -->\n")?;
        match place {
            1 => text.push_str("<!-- wp:more -->\n<!--more-->\n<!-- /wp:more -->\n\n"),
            2 => text.push_str(
                "<!-- wp:heading -->\n<h2 class=\"wp-block-heading\">What the log says</h2>\n\
                 <!-- /wp:heading -->\n\n",
            ),
            4 => text.push_str(
                "<!-- wp:list -->\n<ul class=\"wp-block-list\"><!-- wp:list-item -->\n<li>A pilot</li>\n\
                 <!-- /wp:list-item -->\n\n<!-- wp:list-item -->\n<li>A crane</li>\n<!-- /wp:list-item --></ul>\n\
                 <!-- /wp:list -->\n\n",
            ),
            5 if number.is_multiple_of(WITH_PICTURE) => writeln!(
                text,
                "<!-- wp:image {{\"id\":{0},\"sizeSlug\":\"large\"}} -->\n<figure class=\"wp-block-image size-large\">\
                 <img src=\"{SITE}/wp-content/uploads/2019/05/{1}.webp\" alt=\"The quay at noon\" \
                 class=\"wp-image-{0}\"/><figcaption class=\"wp-element-caption\">The quay.</figcaption></figure>\n\
                 <!-- /wp:image -->\n",
                picture_id(number),
                picture(number)
            )?,
            7 => text.push_str(
                "<!-- wp:quote -->\n<blockquote class=\"wp-block-quote\"><!-- wp:paragraph -->\n<p>Nobody asked.</p>\n\
                 <!-- /wp:paragraph --><cite>A stevedore</cite></blockquote>\n<!-- /wp:quote -->\n\n",
            ),
            _ => {}
        }
    }
    let thumbnail = if number.is_multiple_of(WITH_PICTURE) {
        format!(
            "<wp:postmeta>\n<wp:meta_key><![CDATA[_thumbnail_id]]></wp:meta_key>\n\
             <wp:meta_value><![CDATA[{}]]></wp:meta_value>\n</wp:postmeta>\n",
            picture_id(number)
        )
    } else {
        String::new()
    };
    Ok(format!(
        "<item>\n<title><![CDATA[The {number}th case of the harbour]]></title>\n\
         <link>{SITE}/{year}/{month:02}/case-{slug}/</link>\n<dc:creator><![CDATA[author-{}]]></dc:creator>\n\
         <guid isPermaLink=\"false\">{SITE}/?p={slug}</guid>\n<content:encoded><![CDATA[{text}]]></content:encoded>\n\
         <excerpt:encoded><![CDATA[A sentence that says what happened.]]></excerpt:encoded>\n\
         <wp:post_id>{}</wp:post_id>\n<wp:post_date><![CDATA[{year}-{month:02}-{day:02} {hour:02}:00:00]]></wp:post_date>\n\
         <wp:post_date_gmt><![CDATA[{year}-{month:02}-{day:02} {hour:02}:00:00]]></wp:post_date_gmt>\n\
         <wp:post_name><![CDATA[case-{slug}]]></wp:post_name>\n<wp:status><![CDATA[{status}]]></wp:status>\n\
         <wp:post_type><![CDATA[post]]></wp:post_type>\n<wp:post_password></wp:post_password>\n\
         <category domain=\"category\" nicename=\"{}\"><![CDATA[{section}]]></category>\n\
         <category domain=\"post_tag\" nicename=\"tag-{t}\"><![CDATA[Tag {t}]]></category>\n\
         <category domain=\"post_tag\" nicename=\"tag-{u}\"><![CDATA[Tag {u}]]></category>\n{thumbnail}</item>\n",
        number % NAMES,
        10_000 + 2 * slug,
        section.to_lowercase(),
        t = number % NAMES,
        u = (number + 7) % NAMES,
    ))
}

/// An export of Ghost with so many published posts, in Lexical.
pub(super) fn ghost(path: &Path, count: usize) -> anyhow::Result<Written> {
    let mut out = BufWriter::new(File::create(path)?);
    write!(
        out,
        "{{\"db\":[{{\"meta\":{{\"exported_on\":1795000000000,\"version\":\"5.130.0\"}},\"data\":{{\"posts\":["
    )?;
    let mut items = 0;
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        items += 1;
        write!(out, "{comma}{}", row(number, "published", number)?)?;
        if number % DRAFT == 0 {
            items += 1;
            write!(out, ",{}", row(number, "draft", count + number)?)?;
        }
    }
    list(&mut out, "users", NAMES, |number| {
        format!(
            "{{\"id\":\"u{number}\",\"name\":\"Author {number}\",\"slug\":\"author-{number}\"}}"
        )
    })?;
    list(&mut out, "tags", NAMES + SECTIONS.len(), |number| {
        let (slug, name) = match number.checked_sub(NAMES) {
            Some(section) => (SECTIONS[section].to_lowercase(), SECTIONS[section].to_owned()),
            None => (format!("tag-{number}"), format!("Tag {number}")),
        };
        format!(
            "{{\"id\":\"t{number}\",\"name\":\"{name}\",\"slug\":\"{slug}\",\"visibility\":\"public\"}}"
        )
    })?;
    list(&mut out, "posts_authors", count, |number| {
        format!(
            "{{\"post_id\":\"p{number}\",\"author_id\":\"u{}\",\"sort_order\":0}}",
            number % NAMES
        )
    })?;
    list(&mut out, "posts_tags", 2 * count, |number| {
        let (post, place) = (number / 2, number % 2);
        let tag = if place == 0 { NAMES + post % SECTIONS.len() } else { post % NAMES };
        format!("{{\"post_id\":\"p{post}\",\"tag_id\":\"t{tag}\",\"sort_order\":{place}}}")
    })?;
    write!(out, "}}}}]}}")?;
    done(out, path, items)
}

fn list(
    out: &mut impl Write,
    table: &str,
    count: usize,
    row: impl Fn(usize) -> String,
) -> anyhow::Result<()> {
    write!(out, "],\"{table}\":[")?;
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        write!(out, "{comma}{}", row(number))?;
    }
    if table == "posts_tags" {
        write!(out, "]")?;
    }
    Ok(())
}

/// One post of Ghost.
fn row(number: usize, status: &str, slug: usize) -> anyhow::Result<String> {
    let (year, month, day, hour) = moment(number);
    let at = format!("{year}-{month:02}-{day:02}T{hour:02}:00:00.000Z");
    let mut nodes = Vec::new();
    let words = |text: &str| {
        format!("{{\"type\":\"extended-text\",\"text\":\"{text}\",\"format\":0,\"version\":1}}")
    };
    for (place, paragraph) in paragraphs(number).enumerate() {
        let text = words(&paragraph.replace(['<', '>', '"'], ""));
        nodes.push(format!("{{\"type\":\"paragraph\",\"children\":[{text}],\"version\":1}}"));
        match place {
            1 => nodes.push("{\"type\":\"paywall\",\"version\":1}".to_owned()),
            2 => nodes.push(format!(
                "{{\"type\":\"extended-heading\",\"tag\":\"h2\",\"children\":[{}],\"version\":1}}",
                words("What the log says")
            )),
            5 if number.is_multiple_of(WITH_PICTURE) => nodes.push(format!(
                "{{\"type\":\"image\",\"version\":1,\"src\":\"__GHOST_URL__/content/images/2019/05/{}.webp\",\
                 \"alt\":\"The quay at noon\",\"caption\":\"The quay.\"}}",
                picture(number)
            )),
            _ => {}
        }
    }
    let lexical = format!(
        "{{\"root\":{{\"type\":\"root\",\"children\":[{}],\"version\":1}}}}",
        nodes.join(",")
    );
    let lexical = lexical.replace('\\', "\\\\").replace('"', "\\\"");
    let image = if number.is_multiple_of(WITH_PICTURE) {
        format!("\"__GHOST_URL__/content/images/2019/05/{}.webp\"", picture(number))
    } else {
        "null".to_owned()
    };
    Ok(format!(
        "{{\"id\":\"p{slug}\",\"uuid\":\"00000000-0000-4000-8000-{slug:012}\",\"title\":\"The {number}th case of the \
         harbour\",\"slug\":\"case-{slug}\",\"status\":\"{status}\",\"type\":\"post\",\"visibility\":\"paid\",\
         \"featured\":0,\"mobiledoc\":null,\"lexical\":\"{lexical}\",\"feature_image\":{image},\
         \"custom_excerpt\":\"A sentence that says what happened.\",\"created_at\":\"{at}\",\"updated_at\":\"{at}\",\
         \"published_at\":\"{at}\"}}"
    ))
}

/// Nine paragraphs, some 600 words, as HTML.
fn paragraphs(number: usize) -> impl Iterator<Item = String> {
    (0..9).map(move |paragraph| {
        format!(
            "The pilots say that paragraph {paragraph} of case {number} was known <em>before</em> the ship came in, and \
             <a href=\"https://harbour.example/{number}/{paragraph}\">the harbour office</a> says that it was not. Both \
             have papers, and both papers have stamps. Nobody at the quay was asked, and those who were there say that \
             they would have answered. The tide was out at the time, which is not disputed."
        )
    })
}

/// Year, month, day and hour of an article.
fn moment(number: usize) -> (usize, usize, usize, usize) {
    (1990 + number / 336 % 36, number / 28 % 12 + 1, number % 28 + 1, number % 24)
}

fn picture(number: usize) -> &'static str {
    PICTURES[number / WITH_PICTURE % PICTURES.len()]
}

fn picture_id(number: usize) -> usize {
    10_001 + 2 * number
}

fn done(mut out: BufWriter<File>, path: &Path, items: usize) -> anyhow::Result<Written> {
    out.flush()?;
    Ok(Written { items, bytes: fs::metadata(path)?.len() })
}
