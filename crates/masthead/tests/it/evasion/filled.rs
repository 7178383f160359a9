//! A row's request, filled in for whoever asks: headers, the cookie, where it comes from, and what its sender says of
//! itself.

use super::asking::Case;
use super::filling::{Filled, Turn, owned};
use super::list::{Part, Request};
use super::run::{Run, is_cache};
use super::worlds::{Asker, FREE, PROXY, World, agent_of, network};

/// Headers of a signed agent (RFC 9421), well formed and of a key that nobody here knows.
const SIGNATURE: &[(&str, &str)] = &[
    ("Signature-Agent", "\"https://agent.example\""),
    (
        "Signature-Input",
        "sig1=(\"@authority\" \"signature-agent\");created=1789000000;expires=1989000000;\
         keyid=\"poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U\";alg=\"ed25519\";tag=\"web-bot-auth\"",
    ),
    (
        "Signature",
        "sig1=:jdq0SqOwHdyHr9+r5jw3iYZH6aNGKijYp/EstF4RQTQdi5N5YYKrD+mCT1HA1nZDsi6nJKuHxUi/5Syp3rLWBA==:",
    ),
];

impl Run<'_> {
    /// The request as it is sent, this time.
    pub(crate) fn case(&self, turn: Turn<'_>, request: &Request, asker: &mut Asker) -> Case {
        let mut case = Case::new(&request.method, &self.known(turn.target(&request.target)));
        let mut fields: Vec<String> = Vec::new();
        let mut jar = asker.jar.header(turn.world.paper.clock.now());
        for part in &request.parts {
            match part {
                Part::Header(name, value) => {
                    let is_cookie = name.eq_ignore_ascii_case("cookie");
                    let own = jar.take_if(|_| is_cookie);
                    let value =
                        own.as_ref().map_or(value.clone(), |own| with_own(value, own, asker));
                    let filled = self.known(turn.value(&value));
                    let is_meter_s = |pair: &str| {
                        let name = pair.split('=').next().unwrap_or("").trim();
                        name == turn.world.paper.cookie_name()
                    };
                    let is_shown = |own: &str| {
                        own.split("; ").all(|pair| filled.split(';').any(|one| one.trim() == pair))
                    };
                    let filled = match own {
                        // The meter's own cookie twice would be none.
                        Some(own) if !filled.split(';').any(is_meter_s) && !is_shown(&own) => {
                            format!("{own}; {filled}")
                        }
                        _ => filled,
                    };
                    if name.eq_ignore_ascii_case("host") {
                        case = case.with("Host", &filled);
                    } else {
                        case.headers.push((name.clone(), filled));
                    }
                }
                Part::Field(name, value) => {
                    fields.push(format!("{name}={}", self.known(turn.value(value))));
                }
                Part::Body(text) => case.body = self.known(turn.value(text)),
                Part::Directive(..) => {}
            }
        }
        if let Some(own) = jar {
            case.headers.push(("Cookie".to_owned(), own));
        }
        if !fields.is_empty() {
            case.body = fields.join("&");
            case = case.with("Content-Type", "application/x-www-form-urlencoded");
        }
        self.surroundings(turn, request, &mut case);
        if !is_known_by(&case, asker, turn.world) {
            // Whoever shows no cookie of theirs, or two, is nobody.
            let nobody =
                Asker { may: vec![FREE], left: None, absent: asker.absent, jar: asker.jar.clone() };
            *asker = nobody;
        }
        case
    }

    fn known(&self, filled: Filled) -> String {
        for name in filled.unknown {
            self.no_rig(&format!("{{{name}}}"));
        }
        filled.text
    }

    /// Where a request comes from, and what those who send it say of themselves.
    fn surroundings(&self, turn: Turn<'_>, request: &Request, case: &mut Case) {
        let agent = |case: &mut Case, agent: &str| {
            if case.header("user-agent").is_none() {
                case.headers.push(("User-Agent".to_owned(), agent.to_owned()));
            }
        };
        if let Some(net) = request.directive("net") {
            case.peer = network(net, turn.number);
            if let Some(name) = agent_of(net) {
                agent(case, name);
            }
        }
        if let Some(peer) = request.directive("peer") {
            case.peer = if peer.starts_with("trusted") || peer == "proxy" {
                PROXY
            } else {
                network(peer, turn.number)
            };
        }
        let ptr = request.directive("ptr");
        if ptr.is_some() {
            case.peer = turn.world.new_peer();
        }
        let named = ptr.filter(|name| !matches!(*name, "none" | "timeout" | "nothing"));
        turn.world.names.claim(named, case.peer);
        if let Some(via) = request.directive("via").filter(|via| !is_cache(via)) {
            case.headers.push(("Via".to_owned(), format!("1.1 {via}")));
            agent(case, &format!("Mozilla/5.0 (compatible; {via})"));
        }
        if let Some(name) = request.directive("agent") {
            agent(case, &format!("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 ({name})"));
        }
        if request.directive("wba").is_some() {
            for (name, value) in SIGNATURE {
                case.headers.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
    }
}

/// A cookie's text with the cookie of whoever asks in the place of the first that it names.
fn with_own(value: &str, own: &str, asker: &Asker) -> String {
    let Some((start, end)) = owned(value) else { return value.to_owned() };
    let named = asker.jar.named("s").or_else(|| own.split_once('=').map(|(_, value)| value));
    let own = if value[..start].ends_with('=') { named.unwrap_or(own) } else { own };
    format!("{}{own}{}", &value[..start], &value[end..])
}

/// Whether a request shows the cookies of whoever asks, each once and none other of their names. The marker for the page's
/// script is nobody's.
fn is_known_by(case: &Case, asker: &Asker, world: &World) -> bool {
    let cookies = case.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    let text: Vec<&str> = cookies.map(|(_, value)| value.as_str()).collect();
    let Some(own) = asker.jar.clone().header(world.paper.clock.now()) else { return true };
    let name = |pair: &str| pair.split('=').next().unwrap_or("").trim().to_owned();
    let mut own: Vec<&str> = own.split("; ").filter(|pair| name(pair) != "here").collect();
    let names: Vec<String> = own.iter().map(|pair| name(pair)).collect();
    let pairs = text.iter().flat_map(|value| value.split(';')).map(str::trim);
    let mut shown: Vec<&str> = pairs.filter(|pair| names.contains(&name(pair))).collect();
    own.sort_unstable();
    shown.sort_unstable();
    text.iter().all(|value| value.len() <= 4_096) && shown == own
}
