"""Reads what run.mjs fetched with parsers that others wrote: feedparser, extruct, xmlschema.

Prints one line a check: `ok` or `FAIL`, a tab, what was checked, a tab, what was found.
"""

import json
import pathlib
import sys
import warnings

import extruct
import feedparser
import xmlschema
from lxml import etree, html

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent
LOCKED = {
    "metered", "metered-with-slot", "subscribers", "registered", "opened", "wall", "opinionated", "japanese", "arabic",
    "part",
}
OPEN = {"free", "free-with-slot", "live"}


def check(what, ok, found=""):
    print("ok" if ok else "FAIL", what, str(found).replace("\n", " ")[:600], sep="\t")


def feed(row, text, address):
    name = row["path"]
    if name.endswith(".json"):
        read = json.loads(text)
        check(f"{name} is JSON Feed 1.1", read["version"] == "https://jsonfeed.org/version/1.1", read["version"])
        items = read["items"]
        for field in ("id", "url", "title", "content_html", "date_published"):
            check(f"{name}: every item has {field}", all(item.get(field) for item in items))
        check(f"{name} names itself", read["feed_url"] == address + name, read["feed_url"])
        return
    read = feedparser.parse(text.encode())
    check(f"{name} parses", not read.bozo, read.get("bozo_exception"))
    wanted = "atom10" if name.endswith(".atom") else "rss20"
    check(f"{name} is {wanted}", read.version == wanted, read.version)
    check(f"{name} has items", len(read.entries) > 3, len(read.entries))
    for field in ("id", "link", "title", "published_parsed", "summary", "tags"):
        check(f"{name}: every item has {field}", all(entry.get(field) for entry in read.entries))
    check(f"{name}: items have text", all(entry.get("content") for entry in read.entries))
    check(f"{name}: some have authors", any(entry.get("author") for entry in read.entries))
    check(f"{name}: links are whole", all(entry.link.startswith(address + "/") for entry in read.entries))
    guids = [entry.id for entry in read.entries]
    check(f"{name}: ids are URNs, each its own", len(set(guids)) == len(guids) and all(i.startswith("urn:uuid:") for i in guids))
    own = [link.href for link in read.feed.links if link.rel == "self"]
    check(f"{name} names itself", own == [address + name], own)


def types(data):
    kind = data.get("@type")
    return kind if isinstance(kind, list) else [kind]


def page(row, text, address):
    name = row["name"]
    found = extruct.extract(text, base_url=address, syntaxes=["json-ld", "opengraph"], uniform=False)
    documents = found["json-ld"]
    tree = html.fromstring(text)
    graph = dict(found["opengraph"][0]["properties"]) if found["opengraph"] else {}
    if row["status"] == 200:
        check(f"{name}: a card's name and kind", graph.get("og:title") and graph.get("og:type"), graph)
    articles = [d for d in documents if {"NewsArticle", "OpinionNewsArticle"} & set(types(d))]
    if name in LOCKED | OPEN:
        check(f"{name}: one news article", len(articles) == 1, documents)
        if len(articles) != 1:
            return
        article = articles[0]
        fields = ["headline", "datePublished", "dateModified", "author", "publisher", "mainEntityOfPage"]
        for field in fields + (["image"] if tree.xpath("//article//figure[@class='pic']/img") else []):
            check(f"{name}: has {field}", article.get(field), article)
        check(f"{name}: no text in the data", "articleBody" not in article)
        check(f"{name}: breadcrumbs", any("BreadcrumbList" in types(d) for d in documents))
        check(f"{name}: an address", graph.get("og:url", "").startswith(address), graph)
    marked = tree.xpath("//*[contains(concat(' ', @class, ' '), ' locked ')]")
    if name in LOCKED:
        article = articles[0]
        check(f"{name}: said not to be free", article["isAccessibleForFree"] is False, article["isAccessibleForFree"])
        part = article["hasPart"]
        right = part["isAccessibleForFree"] is False and part["cssSelector"] == ".locked"
        check(f"{name}: its locked part is named", right, part)
        check(f"{name}: one element is the locked part", len(marked) == 1, len(marked))
        check(f"{name}: and no snippet is made of it", "data-nosnippet" in marked[0].attrib)
        robots = tree.xpath("string(//meta[@name='robots']/@content)")
        check(f"{name}: rules for robots", "max-snippet:" in robots and "noarchive" in robots, robots)
    elif name in OPEN:
        check(f"{name}: said to be free", articles[0]["isAccessibleForFree"] is True)
        check(f"{name}: nothing is marked as locked", not marked)
    if name == "front":
        check("front: who publishes it", any("NewsMediaOrganization" in types(d) for d in documents))


def sitemap(row, text, schemas):
    kind = "siteindex" if row["name"] == "sitemap" else "sitemap"
    errors = [str(error.reason) for error in schemas[kind].iter_errors(etree.fromstring(text.encode()))]
    check(f"{row['path']} fits its schema", not errors, errors[:3])
    if "news" in row["name"]:
        names = etree.fromstring(text.encode()).findall(".//{*}news/{*}title")
        check("the news have headlines", all(name.text for name in names), names)


def licence(row, text, schema):
    name = row["name"]
    root = etree.fromstring(text.encode())
    errors = [f"{error.path}: {error.reason}" for error in schema.iter_errors(root)]
    check(f"{name} fits the schema of RSL", not errors and root.tag == "{https://rslstandard.org/rsl}rsl", errors[:3])
    check(f"{name} is named by its media type", row["type"].startswith("application/rsl+xml"), row["type"])
    said = [(list(rule), rule.get("type"), rule.text) for rule in root.iterfind(".//{*}license/*")]
    words = {verb: set() for verb in ("permits", "prohibits")}
    for verb in words:
        for rule in root.iterfind(f".//{{*}}license[{{*}}payment='']/{{*}}{verb}[@type='usage']"):
            words[verb] |= set((rule.text or "").split())
    check(f"{name}: nothing is both permitted and prohibited", not words["permits"] & words["prohibits"], said)
    check(f"{name}: a search engine may show what everybody sees", "search" in words["permits"], words)
    charged = root.findall(".//{*}payment[@type='crawl']")
    check(f"{name}: what is charged says where", bool(charged) == name.endswith("charge"), len(charged))


def main(folder):
    listing = json.loads((folder / "files.json").read_text())
    schemas = {name: xmlschema.XMLSchema(HERE / f"{name}.xsd") for name in ("sitemap", "siteindex", "rsl")}
    for row in listing["files"]:
        text = (folder / row["file"]).read_text()
        if row["kind"] != "page":
            check(f"{row['path']} answers", row["status"] == 200, row["status"])
        if row["kind"] == "feed":
            feed(row, text, listing["address"])
        elif row["kind"] == "page":
            page(row, text, listing["address"])
        elif row["kind"] == "sitemap":
            sitemap(row, text, schemas)
        else:
            licence(row, text, schemas["rsl"])


main(pathlib.Path(sys.argv[1]))
