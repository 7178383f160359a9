//! Exports of WordPress, as small as they can be, and the pictures beside them.

/// A post of an export.
pub(crate) struct Post {
    pub(crate) id: u32,
    pub(crate) title: &'static str,
    pub(crate) status: &'static str,
    pub(crate) password: &'static str,
    pub(crate) sticky: bool,
    /// More of its elements.
    pub(crate) more: &'static str,
    pub(crate) text: String,
}

impl Post {
    pub(crate) fn new(id: u32, title: &'static str, text: &str) -> Self {
        let (status, password) = ("publish", "");
        Self { id, title, status, password, sticky: false, more: "", text: text.to_owned() }
    }

    fn item(&self) -> String {
        let Self { id, title, status, password, sticky, more, text } = self;
        format!(
            "<item><title>{title}</title><link>https://old.example/2020/01/post-{id}/</link>\
             <dc:creator>anna</dc:creator><content:encoded><![CDATA[{text}]]></content:encoded>\
             <excerpt:encoded></excerpt:encoded><wp:post_id>{id}</wp:post_id>\
             <wp:post_date_gmt>2020-01-02 03:04:{id:02}</wp:post_date_gmt>\
             <wp:post_name>post-{id}</wp:post_name><wp:status>{status}</wp:status>\
             <wp:post_type>post</wp:post_type><wp:post_password>{password}</wp:post_password>\
             <wp:is_sticky>{}</wp:is_sticky>\
             <category domain=\"category\" nicename=\"news\"><![CDATA[News]]></category>{more}</item>\n",
            u8::from(*sticky)
        )
    }
}

/// A whole export; `category` is the name of the one that all its posts stand in.
pub(crate) fn export(category: &str, posts: &[Post]) -> String {
    let items: String = posts.iter().map(Post::item).collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:excerpt=\"http://wordpress.org/export/1.2/excerpt/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>Old</title>\n\
         <link>https://old.example</link><language>en-US</language>\
         <wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://old.example</wp:base_blog_url>\
         <wp:author><wp:author_login>anna</wp:author_login>\
         <wp:author_display_name>Anna Arendt</wp:author_display_name></wp:author>\
         <wp:category><wp:term_id>1</wp:term_id><wp:category_nicename>news</wp:category_nicename>\
         <wp:category_parent></wp:category_parent><wp:cat_name>{category}</wp:cat_name></wp:category>\n\
         {items}</channel></rss>\n"
    )
    .replace("<![CDATA[News]]></category>", &format!("<![CDATA[{category}]]></category>"))
}

/// A picture of one pixel.
pub(crate) const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// A photograph that says what it shows and whose it is, and that the camera was held upright (EXIF).
pub(crate) fn photograph(caption: &str, credit: &str) -> Vec<u8> {
    let segment = |marker: u8, data: &[u8]| {
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker][..], &length, data].concat()
    };
    let dataset = |number: u8, text: &str| {
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        [&[0x1C, 2, number][..], &length, text.as_bytes()].concat()
    };
    let iptc = [dataset(120, caption), dataset(110, credit)].concat();
    let length = u32::try_from(iptc.len()).unwrap().to_be_bytes();
    let resources = [b"Photoshop 3.0\x008BIM\x04\x04\0\0", &length[..], &iptc].concat();
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let frame = b"\x08\0\x02\0\x04\x01\x01\x11\0";
    [
        b"\xFF\xD8".to_vec(),
        segment(0xE1, exif),
        segment(0xED, &resources),
        segment(0xC0, frame),
        segment(0xDA, b"\x01\x01\0\0\x3F\0"),
        b"\x11\xFF\xD9".to_vec(),
    ]
    .concat()
}

/// A file of a few bytes that claims to be a picture as large as a wall.
pub(crate) fn bomb() -> Vec<u8> {
    let header = b"\0\0\0\x0DIHDR\0\0\xEA\x60\0\0\xEA\x60\x08\x06\0\0\0\0\0\0\0";
    [b"\x89PNG\r\n\x1a\n", &header[..]].concat()
}
